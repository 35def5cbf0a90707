// `npm run test:browser`: the editor tests in Chromium against the packed package, once with Node-RED 4.1 on this Node
// and once with Node-RED 5 on Node 24 (test/matrix, where it is installed). Pictures go to .work/screens. The package is
// packed afresh, or is the tarball that SWAT_TARBALL names.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf } from './other-node.mjs';
import { pack } from './pack.mjs';

const { createUserDir, installTarball, removeUserDir } = createRequire(import.meta.url)(
  '../dist/test/harness/user-dir.js',
);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const matrix = join(root, 'test', 'matrix');
const pairs = [
  { shots: 'node-red-4.1', from: root, node: process.execPath },
  { shots: 'node-red-5', from: matrix, node: nodeOf(matrix) },
];
const given = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'swat-browser-'));
// Installed once, the way a user does; each test gets a copy.
const installed = createUserDir();
let passed = 0;
let failed = 0;
try {
  installTarball(installed, resolve(process.env.SWAT_TARBALL ?? pack(work).file));
  // Side by side; the first prints as it goes, the other once that one is through.
  const runs = pairs.map((pair) => start(pair));
  for (const run of runs) await run.end();
} finally {
  rmSync(work, { recursive: true, force: true });
  removeUserDir(installed);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** Starts the tests with one pair. `end` prints what there is and what comes, and resolves once that is counted. */
function start({ shots, from, node }) {
  if (!existsSync(join(from, 'node_modules', 'node-red')))
    return { end: async () => print(`\n${shots} is not installed (npm ci --prefix test/matrix): left out\n`) };
  const files = given.length > 0 ? given : ['dist/test/browser/*.browser.js'];
  const child = spawn(process.execPath, [join(root, 'scripts', 'test.mjs'), ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SWAT_NODE: node,
      SWAT_NODE_RED: from,
      SWAT_INSTALLED: installed,
      SWAT_SHOTS: shots,
      // The pictures of the docs are of one Node-RED, this checkout's.
      ...(from !== root && { SWAT_PICTURES: undefined }),
    },
  });
  let text = `\n${shots}\n`;
  let isShown = false;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (isShown) print(chunk);
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  return {
    async end() {
      isShown = true;
      print(text);
      const code = await closed;
      const [, good, bad] = /^(\d+) passed, (\d+) failed\s*$/m.exec(text.slice(-1000)) ?? [];
      passed += Number(good ?? 0);
      failed += Number(bad ?? 0) + (code !== 0 && !Number(bad) ? 1 : 0);
    },
  };
}

function print(text) {
  process.stdout.write(text);
}
