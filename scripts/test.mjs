// Runs the compiled unit and node tests and ends with one line that any CI can read.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const given = process.argv.slice(2);
const files =
  given.length > 0
    ? given
    : ['dist/test/lib/**/*.test.js', 'dist/test/nodes/**/*.test.js', 'dist/test/harness/*.test.js'];
const child = spawn(process.execPath, [mocha, '--exit', '--timeout', '20000', ...files], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});

let tail = '';
child.stdout.on('data', (chunk) => {
  process.stdout.write(chunk);
  tail = (tail + chunk).slice(-200_000);
});
child.on('close', (code) => {
  const count = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}`, 'm').exec(tail)?.[1] ?? 0);
  const passed = count('passing');
  const failed = count('failing');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(code === 0 && failed === 0 && passed > 0 ? 0 : 1);
});
