import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { skip } from './skip';

const mounted = new Set<string>();

/** By a sudo that asks for no password, as the machines of GitHub have it, where the test is not root itself. */
function asRoot(...command: string[]): boolean {
  const [program, ...given] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
  return spawnSync(program, given).status === 0;
}

/** Mounts a file system of a size such as `8m` on a folder, which is made; the test is left out where that is not permitted. */
export function mountSmallDisk(context: Mocha.Context, folder: string, size: string): void {
  mkdirSync(folder, { recursive: true });
  const owner = `uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0},mode=700`;
  if (!asRoot('mount', '-t', 'tmpfs', '-o', `size=${size},${owner}`, 'tmpfs', folder))
    skip(context, 'it may not mount');
  mounted.add(folder);
}

/** @throws Error where it cannot be done */
export function remountSmallDisk(folder: string, mode: 'ro' | 'rw'): void {
  if (!asRoot('mount', '-o', `remount,${mode}`, folder)) throw new Error(`${folder} cannot be mounted ${mode}`);
}

/** Does nothing where nothing of ours is mounted. */
export function unmountSmallDisk(folder: string): void {
  if (mounted.delete(folder)) asRoot('umount', folder);
}
