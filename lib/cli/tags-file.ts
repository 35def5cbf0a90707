import { readFile } from 'node:fs/promises';
import { detailOf, SwatError } from '../errors';
import { tagsFromCsv } from '../plant/csv';
import type { Tag } from '../plant/dictionary';
import { tagsOf } from '../plant/list';
import { errorText } from './terminal';

/**
 * The tags of a dictionary's file: CSV as the dialog of swat-plant writes it, or JSON, a list or an object with one under `tags`.
 * @throws SwatError `cli-file`, `plant-line` {path, line, reason}, and as `tagsOf` and `tagsFromCsv`
 */
export async function tagsIn(path: string): Promise<Tag[]> {
  let read: unknown;
  try {
    const text = await readFile(path, 'utf8');
    if (!/^\uFEFF?\s*[[{]/.test(text)) return csvTags(path, text);
    read = JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    if (cause instanceof SwatError) throw cause;
    throw new SwatError('cli-file', { path, detail: detailOf(cause) }, { cause });
  }
  const listed = typeof read === 'object' && read !== null && 'tags' in read ? read.tags : read;
  return tagsOf(listed);
}

/** A list of which a line is left out would be another plant. */
function csvTags(path: string, text: string): Tag[] {
  const { tags, problems } = tagsFromCsv(text);
  const problem = problems.at(0);
  if (problem === undefined) return tags;
  const { line, error } = problem;
  throw new SwatError('plant-line', { path, line, reason: errorText(error) }, { cause: error });
}
