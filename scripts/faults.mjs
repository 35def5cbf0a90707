// `npm run test:faults`: real Node-REDs that are killed, redeployed, and starved of disk, in their short form.
// `npm run kill`: the full form of the kills, which writes bench/results/kill.json and alarm-kill.json.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const full = process.argv.includes('--full');
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const fileOf = (name) => `dist/test/faults/${name}.fault.js`;
/** The longest, which mostly wait for what they have started: beside the others. */
const long = ['kill', 'delivery', 'check-kill'].map(fileOf);
const left = long.flatMap((file) => ['--ignore', file]);
const files = given.length > 0 ? given.map(fileOf) : [...long, '+', fileOf('*'), ...left];
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'test.mjs'), ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(full ? { SWAT_FULL: '1' } : {}) },
});
process.exit(status ?? 1);
