import { isRecord } from '../record';

/** The statistics of each tag in one window: mean, standard deviation, minimum, maximum, slope. */
export interface EvidenceWindow {
  /** Event time, ms since the epoch. */
  start: number;
  end: number;
  tags: Record<string, readonly number[]>;
}

/** Windows of a change of level: the last normal one before and that of the change, or the first normal one after. */
export interface Evidence {
  before?: EvidenceWindow;
  now?: EvidenceWindow;
  after?: EvidenceWindow;
}

/** Tags of a window that are kept, numbers of a tag, and characters of its name. */
const MOST_TAGS = 200;
const MOST_NUMBERS = 8;
const LONGEST_NAME = 64;

/** The evidence that a verdict brought; parts that are no windows are left out, `undefined` where there is none. */
export function readEvidence(value: unknown): Evidence | undefined {
  if (!isRecord(value)) return undefined;
  const evidence: Evidence = {};
  for (const part of ['before', 'now', 'after'] as const) {
    const window = Object.hasOwn(value, part) ? readWindow(value[part]) : undefined;
    if (window !== undefined) evidence[part] = window;
  }
  return Object.keys(evidence).length === 0 ? undefined : evidence;
}

function readWindow(value: unknown): EvidenceWindow | undefined {
  if (!isRecord(value) || !isRecord(value.tags)) return undefined;
  const { start, end } = value;
  if (!isNumber(start) || !isNumber(end)) return undefined;
  const tags = Object.entries(value.tags).flatMap(([tag, numbers]) => {
    const whole = tag.length <= LONGEST_NAME && Array.isArray(numbers) && numbers.length <= MOST_NUMBERS;
    return whole && numbers.every(isNumber) ? [[tag, [...numbers]] as const] : [];
  });
  return { start, end, tags: Object.fromEntries(tags.slice(0, MOST_TAGS)) };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
