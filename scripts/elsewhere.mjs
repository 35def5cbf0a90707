// `npm run test:elsewhere`: compiled tests on the Node between the two pairs, in other time zones and another language, with the
// Node-RED of test/matrix. The short form, which .ci/run takes, is what reads clocks and calendars, and what an earlier version has
// written; `-- --full` is all of lib and of the nodes in each of the places. Needs `npm ci --prefix test/elsewhere` and test/matrix.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeOf } from './other-node.mjs';

/** Half an hour off and summer time at a minute past; three quarters off; no summer time; a letter i that is another in capitals. */
const PLACES = [
  { TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8' },
  { TZ: 'Asia/Kathmandu', LC_ALL: 'zh_CN.UTF-8' },
  { TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8' },
  { TZ: 'Australia/Lord_Howe', LC_ALL: 'ar_EG.UTF-8' },
];
const lib = (...names) => names.map((name) => `dist/test/lib/${name}.test.js`);
const SHORT = [
  ...lib('stream/summer-time', 'stream/historian', 'stream/reading', 'report/shifts', 'report/report', 'settings/*'),
  'dist/test/nodes/kept.test.js',
  'dist/test/nodes/locales.test.js',
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = nodeOf(join(root, 'test', 'elsewhere'));
const nodeRed = join(root, 'test', 'matrix');
for (const [file, folder] of [
  [node, 'elsewhere'],
  [join(nodeRed, 'node_modules', 'node-red'), 'matrix'],
])
  // prettier-ignore
  if (!existsSync(file)) throw new Error(`${file} is missing: npm ci --prefix test/${folder}`);

const isFull = process.argv.includes('--full');
let status = 0;
for (const place of isFull ? PLACES : PLACES.slice(0, 1)) {
  process.stdout.write(`${Object.values(place).join(', ')}\n`);
  const script = join(root, 'scripts', 'test.mjs');
  const env = { ...process.env, ...place, LANG: place.LC_ALL, SWAT_NODE: node, SWAT_NODE_RED: nodeRed };
  status ||= spawnSync(node, [script, ...(isFull ? [] : SHORT)], { cwd: root, stdio: 'inherit', env }).status ?? 1;
}
process.exit(status);
