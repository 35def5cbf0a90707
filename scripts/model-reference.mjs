// `npm run model:reference`: makes the shipped model of the simulated plant again, bit by bit: same seeds, same date.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const models = join(root, 'models');
const kinds = ['autoencoder', 'iforest', 'pca'];
for (const kind of kinds) rmSync(join(models, kind), { recursive: true, force: true });
const plan = [
  '--hours',
  '480',
  '--runs',
  '96',
  '--stride',
  '35',
  '--seed',
  '1',
  '--at',
  '2026-11-24T00:00:00Z',
  '--kinds',
  kinds.join(),
  '--out',
  models,
];
const args = [join(root, 'dist', 'lib', 'cli', 'swat.js'), 'train', ...plan, ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
