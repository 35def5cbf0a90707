// Runs the compiled unit and node tests, and ends with what was left out, what failed, and one line that any CI can read. Without names of files
// there are three runs side by side: those of lib, which compute, and the two halves of those of the nodes, which mostly wait.
// Between names, a plus begins a run beside the one before.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** So long a run may be without a turn of its event loop, or take to end, ms; what only waits ends by mocha's own timeouts. */
const SILENCE_MS = 180_000;
/** Lines of an error that are told again at the end. */
const ERROR_LINES = 12;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const given = process.argv.slice(2).join('\n').split('\n+\n').map((files) => files.split('\n')); // prettier-ignore
const groups =
  given[0][0] !== ''
    ? given
    : [
        ['dist/test/lib/**/*.test.js', 'dist/test/harness/*.test.js'],
        ['dist/test/nodes/[a-g]*.test.js'],
        ['dist/test/nodes/[!a-g]*.test.js'],
      ];
const work = mkdtempSync(join(tmpdir(), 'swat-test-'));
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) end(child);
    process.exit(1);
  });
}
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

// The first prints as it goes, the others once those before them are through.
const runs = groups.map((files, index) => start(files, join(work, `${index}`)));
const outcomes = [];
for (const run of runs) {
  run.show();
  outcomes.push(await run.outcome);
}
const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
for (const { failures, skipped } of outcomes) {
  for (const { skipped: name, why } of skipped) tell(`skipped: ${name}: ${why}`, '');
  for (const { failed, error } of failures) tell(`failed: ${failed}`, error);
}
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exit(sum('failed') === 0 && outcomes.every(({ passed }) => passed > 0) ? 0 : 1);

function tell(what, error) {
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  process.stdout.write(`${what}\n`);
  for (const line of lines.slice(0, ERROR_LINES)) process.stdout.write(`    ${line}\n`);
}

/** Starts mocha with these files. `outcome` resolves with how many passed and failed, and with what failed and why. */
function start(files, progress) {
  const reporter = join(root, 'scripts', 'reporter.mjs');
  const options = ['--exit', '--timeout', '60000', '--reporter', reporter];
  const child = spawn(process.execPath, [mocha, ...options, ...files], {
    cwd: root,
    // A group of its own, so that what its tests have started ends with it where it has to be ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SWAT_PROGRESS: progress },
  });
  running.add(child);
  let held = [];
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-4000);
      if (held === undefined) process.stdout.write(text);
      else held.push(text);
    });
  }

  let size = 0;
  let since = Date.now();
  let hangs = false;
  const watch = setInterval(() => {
    const now = existsSync(progress) ? statSync(progress).size : 0;
    if (now !== size) since = Date.now();
    size = now;
    hangs = Date.now() - since > SILENCE_MS;
    if (hangs) end(child);
  }, 5000);
  const outcome = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watch);
      running.delete(child);
      const lines = existsSync(progress)
        ? readFileSync(progress, 'utf8').split('\n').filter(Boolean).map(JSON.parse)
        : [];
      const last = (key) => lines.findLast((line) => line[key] !== undefined)?.[key];
      const failures = lines.filter(({ failed }) => failed !== undefined);
      const skipped = lines.filter((line) => line.skipped !== undefined);
      const at = last('at') ?? `the loading of ${files.join(' ')}`;
      const after = tail
        .trimEnd()
        .split('\n')
        .slice(2 - ERROR_LINES)
        .join('\n');
      const end = `the run ended here, by ${signal ?? `exit code ${code}`}, after:\n${after}`;
      if (hangs) failures.push({ failed: at, error: `hangs: nothing for ${SILENCE_MS / 1000} s` });
      else if (last('isThrough') !== true || (code !== 0 && failures.length === 0))
        failures.push({ failed: at, error: end });
      resolve({ passed: last('passed') ?? 0, failed: failures.length, failures, skipped });
    });
  });
  const show = () => {
    process.stdout.write(held.join(''));
    held = undefined;
  };
  return { show, outcome };
}

function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
