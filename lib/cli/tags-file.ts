import { readFile } from 'node:fs/promises';
import { detailOf, SwatError } from '../errors';
import type { Tag } from '../plant/dictionary';
import { tagsOf } from '../plant/list';

/** The tags of a dictionary's file: a list, or an object with one under `tags`. @throws SwatError `cli-file`, and as `tagsOf` */
export async function tagsIn(path: string): Promise<Tag[]> {
  let read: unknown;
  try {
    read = JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new SwatError('cli-file', { path, detail: detailOf(cause) }, { cause });
  }
  const listed = typeof read === 'object' && read !== null && 'tags' in read ? read.tags : read;
  return tagsOf(listed);
}
