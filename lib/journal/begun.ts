import type { Files } from '../platform/files';
import type { JournalPlace } from './protocol';

/** Where the last hash of a journal is written down, apart from it. */
export function headPathOf(place: JournalPlace): string {
  return place.kind === 'file' ? place.path.replace(/\.db$/, '.head') : place.headPath;
}

/**
 * Whether anything of a journal is there: its file, or what was written down of its end, which tells where the file is gone. A
 * database may have been begun by others, and a disk that does not answer may hide one.
 */
export async function isBegun(place: JournalPlace, files: Pick<Files, 'size'>): Promise<boolean> {
  if (place.kind !== 'file') return true;
  try {
    const sizes = await Promise.all([place.path, headPathOf(place)].map((path) => files.size(path)));
    return sizes.some((size) => size !== undefined);
  } catch {
    return true;
  }
}
