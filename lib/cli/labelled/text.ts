import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { detailOf, SwatError } from '../../errors';

const GZIP = [0x1f, 0x8b];
/** A file is read whole here: one that unpacks to more bytes than this is refused. */
const MOST_BYTES = 500_000_000;

/** A text file, unpacked where it is packed, whatever its name. @throws SwatError `cli-file` */
export function textOf(path: string): Promise<string> {
  return readable(path, async () => {
    const bytes = await readFile(path);
    const isPacked = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
    return (isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString('utf8');
  });
}

/** What reading gives. @throws SwatError `cli-file` where it fails */
export async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const detail = detailOf(cause);
    throw new SwatError('cli-file', { path, detail }, { cause });
  }
}
