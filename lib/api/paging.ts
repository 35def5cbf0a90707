import { SwatError } from '../errors';

/** Part of a list, and how to ask for what follows. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Absent at the end. */
  readonly next?: string;
}

/**
 * The entries after a cursor, at most `limit`. A cursor is the place of the last entry that was given, so that what comes and goes in
 * between neither repeats nor hides anything else.
 * @param placeOf what entries are ordered by: unique texts that compare as the entries do
 * @throws SwatError `api-cursor`
 */
export function pageOf<T>(
  entries: readonly T[],
  placeOf: (entry: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Page<T> {
  const after = cursor === undefined ? undefined : placeIn(cursor);
  const placed = entries.map((entry) => ({ entry, place: placeOf(entry) }));
  placed.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const rest = after === undefined ? placed : placed.filter(({ place }) => place > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const next = last !== undefined && rest.length > limit ? { next: cursorOf(last.place) } : {};
  return { items: items.map(({ entry }) => entry), ...next };
}

function cursorOf(place: string): string {
  return Buffer.from(`1${place}`).toString('base64url');
}

function placeIn(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('1') || cursorOf(text.slice(1)) !== cursor) throw new SwatError('api-cursor');
  return text.slice(1);
}
