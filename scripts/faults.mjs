// `npm run test:faults`: real Node-REDs that are killed, redeployed, starved of disk, and more, in their short form. With names, only
// these: `-- clock thread`; with `--full` in their full form. The full form of the kills is scripts/kill.mjs.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const full = process.argv.includes('--full');
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const fileOf = (name) => `dist/test/faults/${name}.fault.js`;
/** The longest, which mostly wait for what they have started: beside the others. */
const long = ['kill', 'delivery', 'check-kill', 'broker', 'clock', 'load', 'thread', 'source'].map(fileOf);
const left = long.flatMap((file) => ['--ignore', file]);
const files = given.length > 0 ? given.map(fileOf) : [...long, '+', fileOf('*'), ...left];
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(full ? { SWAT_FULL: '1' } : {}) },
});
process.exit(status ?? 1);
