import { SwatError } from '../errors';
import { shown } from '../shown';
import { isTagName, MAX_TAGS } from '../plant/dictionary';
import { timeReader } from '../stream/local-time';

/** A stretch of event time, both ends included, ms since the epoch. */
export type TimeRange = readonly [from: number, to: number];

/** What a training leaves out. */
export interface Exclusions {
  /** Names of tags that take no part, in training and in scoring. */
  readonly tags: readonly string[];
  /** Known incidents: windows that touch one are left out. */
  readonly ranges: readonly TimeRange[];
}

/** Nothing is left out. */
export const NO_EXCLUSIONS: Exclusions = { tags: [], ranges: [] };
/** At most so many ranges. */
export const MAX_RANGES = 200;

/** Whether a stretch of time touches one of the ranges. */
export function touches(ranges: readonly TimeRange[], start: number, end: number): boolean {
  return ranges.some(([from, to]) => start <= to && end >= from);
}

/**
 * Reads exclusions of unknown origin: `tags` as a list or a text with commas; `ranges` as a list of `[from, to]` or a text with
 * one `from/to` a line (what follows a `#` is a remark). Times are ms since the epoch, or texts; without an offset they are UTC.
 * @throws SwatError `exclude-tags`, `exclude-range` (value)
 */
export function readExclusions(given: unknown): Exclusions {
  if (given === undefined || given === null) return NO_EXCLUSIONS;
  if (typeof given !== 'object') throw new SwatError('exclude-range', { value: shown(given) });
  const { tags, ranges } = given as { tags?: unknown; ranges?: unknown };
  return { tags: readTags(tags), ranges: readRanges(ranges) };
}

function readTags(given: unknown): string[] {
  const list: unknown[] = typeof given === 'string' ? given.split(/[,\s]+/) : Array.isArray(given) ? given : [];
  if (given !== undefined && given !== null && typeof given !== 'string' && !Array.isArray(given)) refuseTag(given);
  const names = list.map((name) => (typeof name === 'string' ? name.trim() : name)).filter((name) => name !== '');
  if (names.length > MAX_TAGS) refuseTag(names.length);
  return [...new Set(names.map((name) => (typeof name === 'string' && isTagName(name) ? name : refuseTag(name))))];
}

function refuseTag(value: unknown): never {
  throw new SwatError('exclude-tags', { value: shown(value), most: MAX_TAGS });
}

function readRanges(given: unknown): TimeRange[] {
  if (given === undefined || given === null) return [];
  const list: unknown[] = typeof given === 'string' ? linesOf(given) : Array.isArray(given) ? given : [given];
  if (list.length > MAX_RANGES) throw new SwatError('exclude-many', { ranges: list.length, most: MAX_RANGES });
  return list.map(readRange);
}

function linesOf(text: string): string[] {
  const lines = text.split(/[\n;]/).map((line) => line.replace(/#.*$/, '').trim());
  return lines.filter((line) => line !== '');
}

const readTime = timeReader('UTC');

/** One range; what names its ends in the wrong order, or no time, is refused. */
function readRange(given: unknown): TimeRange {
  const pair: unknown[] = typeof given === 'string' ? splitRange(given) : Array.isArray(given) ? given : [];
  const [from, to] = pair.map(timeOf);
  if (pair.length !== 2 || from === undefined || to === undefined || from > to)
    throw new SwatError('exclude-range', { value: shown(given) });
  return [from, to];
}

/** Day-first dates have slashes too: then the ends stand apart by ` - ` or `..`. */
function splitRange(text: string): string[] {
  const apart = text.split(/\s*\.\.\s*|\s+-\s+|\s+to\s+/);
  return apart.length === 2 ? apart : text.split('/');
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? readTime(value) : undefined;
}
