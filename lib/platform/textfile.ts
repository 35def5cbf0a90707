import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { detailOf, SwatError } from '../errors';

/** A file while it is read, chunk by chunk. */
export interface TextFile extends AsyncIterable<Uint8Array> {
  /** Closes the file, also in the middle of it. */
  close(): void;
}

/**
 * Opens a file to be read from its start, unpacked when its name ends in `.gz`.
 * @throws SwatError `file-missing`, `file-folder`, `file-denied`, `file-unreadable`; reading fails with the last one
 */
export async function openText(path: string): Promise<TextFile> {
  try {
    const handle = await open(path, 'r');
    const stats = await handle.stat().finally(() => handle.close());
    if (stats.isDirectory()) throw new SwatError('file-folder', { path });
  } catch (cause) {
    throw fileError(path, cause);
  }
  const stream = opened(path);
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of stream) yield chunk as Uint8Array;
      } catch (cause) {
        throw fileError(path, cause);
      }
    },
    close: () => void stream.destroy(),
  };
}

function opened(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  if (!path.toLowerCase().endsWith('.gz')) return file;
  // Errors of either end up on the stream that is read; destroying that one destroys the file.
  return pipeline(file, createGunzip(), () => undefined);
}

/** Any failure to read a file as a reason that can be worded. */
function fileError(path: string, cause: unknown): SwatError {
  if (cause instanceof SwatError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SwatError('file-missing', { path }, { cause });
  if (code === 'EISDIR') return new SwatError('file-folder', { path }, { cause });
  if (code === 'EACCES' || code === 'EPERM') return new SwatError('file-denied', { path }, { cause });
  const detail = detailOf(cause);
  return new SwatError('file-unreadable', { path, detail }, { cause });
}
