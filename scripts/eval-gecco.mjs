// `npm run eval:gecco -- DIR`: the chain on the real drinking-water record of the GECCO 2018 challenge. DIR holds
// manifest.json, labels.csv.gz and gecco/period1.csv.gz, or is the folder gecco inside it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [given, ...more] = process.argv.slice(2);
if (given === undefined) {
  console.error('usage: npm run eval:gecco -- DIR   (the folder with manifest.json and labels.csv.gz)');
  process.exit(2);
}
const folder = [resolve(given), dirname(resolve(given))].find((each) => existsSync(join(each, 'manifest.json')));
if (folder === undefined) {
  console.error(`No manifest.json in ${resolve(given)}. Give the folder with manifest.json and labels.csv.gz.`);
  process.exit(2);
}
const swat = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'lib', 'cli', 'swat.js');
const args = [swat, 'evaluate', '--data', folder, '--only', 'gecco', '--seed', '1', ...more];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
