// `npm run fuzz`: hostile messages, files and requests. `--full`: a million messages, results in bench/results/fuzz.json.
// `--seed N`, `--only TYPE` (a node type), `--from N` (the first case), `--messages N`, `--inputs N` (a reader of files),
// `--requests N`, `--sockets N`, `--journals N`, `--starts N`, `--takeovers N`, `--minutes N`; names (messages, files, requests, sockets,
// journals, states) run only those.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NUMBERS = [
  'seed',
  'only',
  'from',
  'messages',
  'inputs',
  'requests',
  'sockets',
  'journals',
  'starts',
  'takeovers',
  'minutes',
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean' }, ...Object.fromEntries(NUMBERS.map((name) => [name, { type: 'string' }])) },
});
const { full = false, ...numbers } = values;
const env = { ...process.env, ...(full ? { SWAT_FULL: '1' } : {}) };
for (const [name, value] of Object.entries(numbers)) env[`SWAT_FUZZ_${name.toUpperCase()}`] = value;
const files = (positionals.length > 0 ? positionals : ['*']).map((name) => `dist/test/fuzz/${name}.fuzz.js`);
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), ...files], {
  cwd: root,
  stdio: 'inherit',
  env,
});
process.exit(status ?? 1);
