import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The checkout: the folder of package.json, seen from the compiled tests. */
export const checkout = join(__dirname, '..', '..', '..');

/** Name that the package is installed and loaded under. */
export const packageName = '@secure-water/node-red-contrib-swat';

/** An empty user directory for one Node-RED, in the temporary directory of the machine. */
export function createUserDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swat-node-red-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'node-red-project', private: true }));
  return folder;
}

/** Removes a user directory and everything in it. */
export function removeUserDir(userDir: string): void {
  rmSync(userDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Makes a module folder visible in the user directory, as `npm install <folder>` would; this checkout unless named. */
export function linkModule(userDir: string, name = packageName, folder = checkout): void {
  const link = join(userDir, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(folder, link, 'junction');
}

/**
 * Installs a packed tarball into the user directory the way a user does.
 * @throws Error with the output of npm when it fails.
 */
export function installTarball(userDir: string, tarball: string): void {
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', tarball], {
    cwd: userDir,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) throw new Error(`npm install ${tarball}\n${npm.stdout}${npm.stderr}`);
}
