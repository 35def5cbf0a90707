import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { detailOf, SwatError } from '../errors';
import { isDeviceName } from './device-name';

/** One uploaded file. */
export interface Upload {
  readonly name: string;
  readonly bytes: number;
  /** When it was written, ms since the epoch. */
  readonly modified: number;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9._ -]{0,99}$/;
const ENDING = /[^.]\.(csv|tsv|txt)(\.gz)?$/i;
/** What is not whole yet. */
const PART = '.part';
const MOST_LISTED = 1000;
const MB = 1024 * 1024;

let serial = 0;

/** Whether an uploaded file may be called so: a plain name of a table, without a folder, at most 100 characters. */
export function isUploadName(name: string): boolean {
  return name.length <= 100 && NAME.test(name) && ENDING.test(name) && !name.includes('..') && !isDeviceName(name);
}

/**
 * The folder that files are uploaded to. A file is written beside its place and put there once it is whole and safe on the
 * disk, so that what breaks off leaves nothing half.
 */
export class Uploads {
  constructor(readonly folder: string) {}

  /** The path of an uploaded file. @throws SwatError `data-name` */
  path(name: string): string {
    if (!isUploadName(name)) throw new SwatError('data-name', { name: name.slice(0, 100) });
    return join(this.folder, name);
  }

  /** All files, the newest first; at most 1000. */
  async list(): Promise<Upload[]> {
    const names = (await this.#names()).filter(isUploadName).slice(0, MOST_LISTED);
    const found = await Promise.all(
      names.map(async (name): Promise<Upload[]> => {
        // It may have gone since.
        const stats = await lstat(join(this.folder, name)).catch(() => undefined);
        return stats?.isFile() === true ? [{ name, bytes: stats.size, modified: Math.round(stats.mtimeMs) }] : [];
      }),
    );
    return found.flat().sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1));
  }

  /**
   * Takes a file as it comes, in the place of one of that name.
   * @param most largest size, bytes
   * @returns its size
   * @throws SwatError `data-name`; and, with nothing kept, `data-too-large`, `data-broken` (it ended early), `data-empty`,
   * `data-disk-full`, `data-write`; and what the chunks throw, where that is a SwatError
   */
  async receive(name: string, chunks: AsyncIterable<Uint8Array>, most: number): Promise<number> {
    const path = this.path(name);
    serial += 1;
    const temporary = join(this.folder, `.${process.pid}.${serial}${PART}`);
    try {
      await mkdir(this.folder, { recursive: true });
      const bytes = await write(temporary, chunksOf(name, chunks), most);
      if (bytes === 0) throw new SwatError('data-empty', { name });
      await rename(temporary, path);
      return bytes;
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw failure(name, cause);
    }
  }

  /** Deletes a file. @throws SwatError `data-name`, `data-missing` */
  async remove(name: string): Promise<void> {
    const path = this.path(name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile() !== true) throw new SwatError('data-missing', { name });
    await rm(path);
  }

  /** Removes what an upload left that a crash had cut off. Call it before any upload begins. */
  async sweep(): Promise<void> {
    const parts = (await this.#names()).filter((name) => name.startsWith('.') && name.endsWith(PART));
    for (const part of parts)
      if (!part.startsWith(`.${process.pid}.`)) await rm(join(this.folder, part), { force: true });
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return [];
      throw cause;
    }
  }
}

/** The chunks; a stream that breaks off is told from a disk that fails. */
async function* chunksOf(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    throw new SwatError('data-broken', { name }, { cause });
  }
  return undefined;
}

async function write(path: string, chunks: AsyncIterable<Uint8Array>, most: number): Promise<number> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > most) throw new SwatError('data-too-large', { most: Math.floor(most / MB) });
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

function failure(name: string, cause: unknown): SwatError {
  if (cause instanceof SwatError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SwatError('data-disk-full', { name }, { cause });
  return new SwatError('data-write', { name, detail: detailOf(cause) }, { cause });
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
