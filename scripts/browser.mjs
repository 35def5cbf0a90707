// `npm run test:browser`: the editor tests in Chromium against the packed package, once with Node-RED 4.1 on this Node
// and once with Node-RED 5 on Node 24 (test/matrix, where it is installed). Pictures go to .work/screens. The package is
// packed afresh, or is the tarball that SWAT_TARBALL names.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { createUserDir, installTarball, removeUserDir } = createRequire(import.meta.url)(
  '../dist/test/harness/user-dir.js',
);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const matrix = join(root, 'test', 'matrix');
const pairs = [
  { shots: 'node-red-4.1', from: root, node: process.execPath },
  { shots: 'node-red-5', from: matrix, node: join(matrix, 'node_modules', 'node', 'bin', 'node') },
];
const given = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'swat-browser-'));
// Installed once, the way a user does; each test gets a copy.
const installed = createUserDir();
let passed = 0;
let failed = 0;
try {
  installTarball(installed, resolve(process.env.SWAT_TARBALL ?? pack()));
  for (const pair of pairs) {
    if (existsSync(join(pair.from, 'node_modules', 'node-red'))) await run(pair);
    else process.stdout.write(`${pair.shots} is not installed (npm ci --prefix test/matrix): left out\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
  removeUserDir(installed);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function pack() {
  const npm = spawnSync('npm', ['pack', '--json', '--pack-destination', work], { cwd: root, encoding: 'utf8' });
  if (npm.status !== 0) throw new Error(`npm pack\n${npm.stdout}${npm.stderr}`);
  return join(work, JSON.parse(npm.stdout.replace(/^[^[]*/, ''))[0].filename);
}

function run({ shots, from, node }) {
  process.stdout.write(`\n${shots}\n`);
  const files = given.length > 0 ? given : ['dist/test/browser/*.browser.js'];
  const child = spawn(process.execPath, [join(root, 'scripts', 'test.mjs'), ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SWAT_NODE: node, SWAT_NODE_RED: from, SWAT_INSTALLED: installed, SWAT_SHOTS: shots },
  });
  let tail = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-1000);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const [, good, bad] = /^(\d+) passed, (\d+) failed\s*$/m.exec(tail) ?? [];
      passed += Number(good ?? 0);
      failed += Number(bad ?? 0) + (code !== 0 && !Number(bad) ? 1 : 0);
      resolve();
    });
  });
}
