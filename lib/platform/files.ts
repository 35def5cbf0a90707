import { constants } from 'node:fs';
import { mkdir, open, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The little of a file system that models, snapshots and journals need; tests put a failing one in its place. */
export interface Files {
  read(path: string): Promise<Buffer>;
  /** Size in bytes, or `undefined` when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Replaces the whole file or leaves it as it was: written beside it, synced, renamed over it. */
  writeAtomic(path: string, data: string | Uint8Array): Promise<void>;
  /** Moves a folder or file; fails when the target folder is not empty. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or folder with all that is in it. */
  remove(path: string): Promise<void>;
}

/** A file that only grows at its end. */
export interface AppendFile {
  /** Bytes written so far, those that were there at the opening included. */
  readonly size: number;
  /** Writes all of it at the end, or rejects: what then stands after `size` is a torn rest. */
  append(data: Uint8Array): Promise<void>;
  /** Resolves once what was appended would outlive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files that can grow at their end. */
export interface GrowingFiles extends Files {
  /**
   * Opens a file for appending, cut off after `keep` bytes; with 0 a new one. Folders are made as needed. It does not
   * follow a symbolic link.
   */
  openAppend(path: string, keep: number): Promise<AppendFile>;
}

/** Files whose end can be read without the rest. */
export interface TailFiles {
  /** The last bytes of a file, at most `most`, and the size of all of it; empty where there is none. Follows no link. */
  tail(path: string, most: number): Promise<{ bytes: Buffer; size: number }>;
}

/** Files that can say where a path really leads, for readers that must stay within a folder. */
export interface ConfinedFiles extends Files {
  /** The path with every symbolic link followed, or `undefined` when there is nothing at its end. */
  real(path: string): Promise<string | undefined>;
}

let serial = 0;
/** Windows has no such flag. */
const NO_FOLLOW = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

/** The real disk. Folders are made as needed; nothing follows a symbolic link when writing. */
export const disk: ConfinedFiles & GrowingFiles & TailFiles = {
  read: (path) => readFile(path),

  async size(path) {
    try {
      return (await stat(path)).size;
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  },

  async list(folder) {
    try {
      return (await readdir(folder)).sort();
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  },

  async writeAtomic(path, data) {
    await mkdir(dirname(path), { recursive: true });
    serial += 1;
    const temporary = `${path}.${process.pid}.${serial}.tmp`;
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      const file = await open(temporary, flags, 0o600);
      try {
        await file.writeFile(data);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (cause) {
      await rm(temporary, { force: true });
      throw cause;
    }
  },

  async openAppend(path, keep) {
    await mkdir(dirname(path), { recursive: true });
    const flags = constants.O_RDWR | constants.O_CREAT | NO_FOLLOW;
    const file = await open(path, flags, 0o600);
    try {
      await file.truncate(keep);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    let size = keep;
    return {
      get size() {
        return size;
      },
      async append(data) {
        for (let written = 0; written < data.byteLength;) {
          const { bytesWritten } = await file.write(data, written, data.byteLength - written, size + written);
          written += bytesWritten;
        }
        size += data.byteLength;
      },
      sync: () => file.datasync(),
      close: () => file.close(),
    };
  },

  async tail(path, most) {
    let file;
    try {
      file = await open(path, constants.O_RDONLY | NO_FOLLOW);
    } catch (cause) {
      if (isMissing(cause)) return { bytes: Buffer.alloc(0), size: 0 };
      throw cause;
    }
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, most));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
      return { bytes: bytes.subarray(0, bytesRead), size: size - bytes.length + bytesRead };
    } finally {
      await file.close();
    }
  },

  async move(from, to) {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    await syncFolder(dirname(to));
  },

  remove: (path) => rm(path, { recursive: true, force: true }),

  async real(path) {
    try {
      return await realpath(path);
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  },
};

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

/** Makes a rename durable. Windows cannot sync folders and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(join(folder), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
