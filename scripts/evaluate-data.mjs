// `npm run evaluate:data -- DIR [classic]`: the preset `recommended`, or `classic`, on a folder of labelled data with a
// manifest.json. Writes what docs/accuracy.md quotes to bench/results/accuracy.json, or accuracy-classic.json.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [given, preset = 'recommended'] = process.argv.slice(2);
const file = { recommended: 'accuracy', classic: 'accuracy-classic' }[preset];
if (given === undefined || file === undefined) {
  console.error('usage: npm run evaluate:data -- DIR [classic]   (the folder with manifest.json and labels.csv.gz)');
  process.exit(2);
}
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const measured = evaluated();
const path = join(root, 'bench', 'results', `${file}.json`);
writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`);
console.log(`written to ${path}`);

function evaluated() {
  const args = [
    join(root, 'dist', 'lib', 'cli', 'swat.js'),
    'evaluate',
    '--data',
    resolve(given),
    '--preset',
    preset,
    '--json',
  ];
  const started = process.hrtime.bigint();
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) process.exit(status ?? 1);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { ...JSON.parse(stdout), seconds: Math.round(seconds) };
}
