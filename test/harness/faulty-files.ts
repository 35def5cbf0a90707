import { disk, type AppendFile, type ConfinedFiles, type GrowingFiles, type TailFiles } from '../../lib/platform/files';

/** What a disk can be asked to do. */
export const OPERATIONS = [
  'read',
  'size',
  'list',
  'writeAtomic',
  'move',
  'remove',
  'tail',
  'openAppend',
  'append',
  'sync',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** How an operation goes wrong. `torn`: half of what is appended is written before it fails. */
export interface Fault {
  readonly code: 'ENOSPC' | 'EROFS' | 'EIO' | 'EACCES';
  readonly torn?: boolean;
}

/** The real disk, with faults where a test wants them. */
export class FaultyFiles implements ConfinedFiles, GrowingFiles, TailFiles {
  /** Asked before each operation; a fault makes it fail, a number of milliseconds makes it slow. */
  plan: (operation: Operation, path: string) => Fault | number | undefined = () => undefined;
  /** How often each operation was asked for. */
  readonly asked: Partial<Record<Operation, number>> = {};

  read = (path: string): Promise<Buffer> => this.#run('read', path, () => disk.read(path));
  size = (path: string): Promise<number | undefined> => this.#run('size', path, () => disk.size(path));
  list = (folder: string): Promise<string[]> => this.#run('list', folder, () => disk.list(folder));
  move = (from: string, to: string): Promise<void> => this.#run('move', to, () => disk.move(from, to));
  remove = (path: string): Promise<void> => this.#run('remove', path, () => disk.remove(path));
  tail = (path: string, most: number): Promise<{ bytes: Buffer; size: number }> =>
    this.#run('tail', path, () => disk.tail(path, most));
  real = (path: string): Promise<string | undefined> => disk.real(path);
  writeAtomic = (path: string, data: string | Uint8Array): Promise<void> =>
    this.#run('writeAtomic', path, () => disk.writeAtomic(path, data));

  openAppend = (path: string, keep: number): Promise<AppendFile> =>
    this.#run('openAppend', path, async () => {
      const file = await disk.openAppend(path, keep);
      return {
        get size() {
          return file.size;
        },
        append: (data) => this.#run('append', path, () => file.append(data), () => file.append(data.subarray(0, data.length >> 1))), // prettier-ignore
        sync: () => this.#run('sync', path, () => file.sync()),
        close: () => file.close(),
      };
    });

  async #run<T>(operation: Operation, path: string, work: () => Promise<T>, half?: () => Promise<void>): Promise<T> {
    this.asked[operation] = (this.asked[operation] ?? 0) + 1;
    const fault = this.plan(operation, path);
    if (typeof fault === 'number') await new Promise((resolve) => setTimeout(resolve, fault));
    else if (fault !== undefined) {
      if (fault.torn === true) await half?.();
      throw Object.assign(new Error(`${fault.code}: ${operation} '${path}'`), { code: fault.code });
    }
    return work();
  }
}
