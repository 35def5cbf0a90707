// Packs the package as it would be published; needs no build of its own: `prepack` makes it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs npm, and gives what it has printed. @throws Error with all of that where it fails */
export function npm(args, cwd = root) {
  const result = spawnSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status !== 0) throw new Error(`npm ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/**
 * Puts a tarball of the package in a folder.
 * @param to the folder
 * @param from the package; this checkout unless set
 * @param more further arguments of npm
 * @returns where it is, and what npm says of it
 */
export function pack(to, from = root, ...more) {
  // What `prepack` prints stands before.
  const [packed] = JSON.parse(npm(['pack', '--json', ...more, '--pack-destination', to], from).replace(/^[^[]*/, ''));
  return { ...packed, file: join(to, packed.filename) };
}
