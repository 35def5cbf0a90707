import { SwatError } from '../errors';
import type { Guidance, Tag, TagKind } from './dictionary';
import { isTagName, MAX_TAGS } from './dictionary';
import { sourceOf } from './read-source';

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads tags as a dialog, a CSV or a file holds them: rows with `name`, `stage`, `kind`, `unit`, `low`, `high`, and
 * where wanted `states` (`1=off|2=on`), `description`, `maxAgeMs`, `ll`, `l`, `h`, `hh` (or these in `limits`), and
 * `stuckAfterS`, `noise`, `ratePerS`, `lostAfterS` (or these in `check`), and `cause`, `consequence`, `response` (or these in
 * `guidance`; each is cut at 500 characters), and where the value comes from (or that in `source`), see {@link sourceOf}.
 * Numbers may be texts.
 * @throws SwatError `tag-list` when it is no list, else as {@link tagOf}
 */
export function tagsOf(rows: unknown): Tag[] {
  if (!Array.isArray(rows)) throw new SwatError('tag-list');
  if (rows.length > MAX_TAGS) throw new SwatError('plant-too-large', { plant: '', tags: rows.length, most: MAX_TAGS });
  return rows.map((row: unknown, index) => tagOf(row, index + 1));
}

/**
 * Reads one row of a tag list. The range of an actuator with states, or of one that is a single
 * bit, may be left out: it is that of its states, or 0 to 1.
 * @param number what the errors call the row
 * @throws SwatError `tag-row`, `tag-name`, `tag-kind`, `tag-number`, `tag-states`, `tag-range`, or as {@link sourceOf}
 */
export function tagOf(row: unknown, number: number): Tag {
  if (typeof row !== 'object' || row === null) throw new SwatError('tag-row', { row: number });
  const given = row as Row;
  const name = text(given.name);
  if (!isTagName(name)) throw new SwatError('tag-name', { tag: name.slice(0, 64), row: number });

  const states = statesOf(name, given.states);
  const kind = kindOf(name, text(given.kind), states);
  const source = sourceOf(
    name,
    typeof given.source === 'object' && given.source !== null ? (given.source as Row) : given,
  );
  // A single bit is plainly 0 or 1.
  const isBit = source?.dataType === 'bool' || source?.dataType === 'bit';
  const values = states === undefined ? (isBit && kind === 'actuator' ? [0, 1] : []) : Object.keys(states).map(Number);
  const low = numberOf(name, 'low', given.low) ?? (values.length > 0 ? Math.min(0, ...values) : undefined);
  const high = numberOf(name, 'high', given.high) ?? (values.length > 0 ? Math.max(1, ...values) : undefined);
  if (low === undefined || high === undefined) {
    throw new SwatError('tag-number', { tag: name, column: low === undefined ? 'low' : 'high', value: '' });
  }
  if (low >= high) throw new SwatError('tag-range', { tag: name, low, high });

  const points = typeof given.limits === 'object' && given.limits !== null ? (given.limits as Row) : given;
  const limits = defined({
    ll: numberOf(name, 'll', points.ll),
    l: numberOf(name, 'l', points.l),
    h: numberOf(name, 'h', points.h),
    hh: numberOf(name, 'hh', points.hh),
  });
  const checked = typeof given.check === 'object' && given.check !== null ? (given.check as Row) : given;
  const check = defined({
    stuckAfterS: amountOf(name, 'stuckAfterS', checked.stuckAfterS),
    noise: amountOf(name, 'noise', checked.noise),
    ratePerS: amountOf(name, 'ratePerS', checked.ratePerS),
    lostAfterS: amountOf(name, 'lostAfterS', checked.lostAfterS),
  });
  const guidance = guidanceOf(
    typeof given.guidance === 'object' && given.guidance !== null ? (given.guidance as Row) : given,
  );
  const description = text(given.description);
  const maxAgeMs = numberOf(name, 'maxAgeMs', given.maxAgeMs);
  return {
    name,
    stage: text(given.stage) || stageFromName(name),
    kind,
    unit: text(given.unit),
    low,
    high,
    ...(states === undefined ? {} : { states }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(Object.keys(check).length === 0 ? {} : { check }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(source === undefined ? {} : { source }),
    ...(description === '' ? {} : { description }),
    ...(maxAgeMs === undefined || maxAgeMs <= 0 ? {} : { maxAgeMs }),
  };
}

/** The stage that the number in a tag's name tells (`LIT301` -> `P3`), or `P1` where it has none. */
export function stageFromName(name: string): string {
  const digit = /[1-9]/.exec(name)?.[0];
  return `P${digit ?? '1'}`;
}

function kindOf(tag: string, word: string, states: Tag['states']): TagKind {
  const kind = word.toLowerCase();
  if (kind === 'sensor' || kind === 'actuator') return kind;
  if (kind === '') return states === undefined ? 'sensor' : 'actuator';
  throw new SwatError('tag-kind', { tag, kind: word.slice(0, 40) });
}

/** Characters of each text of guidance that are kept. */
const LONGEST_GUIDANCE = 500;

function guidanceOf(given: Row): Guidance | undefined {
  const of = (name: keyof Guidance): string => text(given[name]).slice(0, LONGEST_GUIDANCE);
  const guidance = { cause: of('cause'), consequence: of('consequence'), response: of('response') };
  return Object.values(guidance).every((each) => each === '') ? undefined : guidance;
}

/** `1=off|2=on` to `{ 1: 'off', 2: 'on' }`; an object of texts is taken as it is. */
function statesOf(tag: string, given: unknown): Tag['states'] {
  const refuse = (value: string): never => {
    throw new SwatError('tag-states', { tag, states: value.slice(0, 60) });
  };
  if (typeof given === 'object' && given !== null) {
    const entries = Object.entries(given as Row).map(([value, word]) => [value, text(word)] as const);
    if (!entries.every(([value, word]) => Number.isFinite(Number(value)) && word !== '')) refuse(JSON.stringify(given));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  const list = text(given);
  if (list === '') return undefined;
  const states: Record<string, string> = {};
  for (const part of list.split('|')) {
    const match = /^\s*(-?\d+(?:\.\d+)?)\s*=\s*(\S.*?)\s*$/.exec(part);
    if (match === null) return refuse(list);
    states[match[1]] = match[2];
  }
  return states;
}

function numberOf(tag: string, column: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const given = typeof value === 'number' ? value : text(value) === '' ? undefined : Number(text(value));
  if (given === undefined && typeof value === 'string') return undefined;
  if (given === undefined || !Number.isFinite(given)) {
    throw new SwatError('tag-number', { tag, column, value: shownValue(value) });
  }
  return given;
}

/** A number that is not negative. */
function amountOf(tag: string, column: string, value: unknown): number | undefined {
  const amount = numberOf(tag, column, value);
  if (amount !== undefined && amount < 0) throw new SwatError('tag-number', { tag, column, value: String(amount) });
  return amount;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function defined<K extends string>(values: Readonly<Record<K, number | undefined>>): Partial<Record<K, number>> {
  const kept = (Object.entries(values) as [K, number | undefined][]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Partial<Record<K, number>>;
}

function shownValue(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 40);
}
