import { createHash } from 'node:crypto';
import { LONGEST, type JournalEntry } from './journal';

/** What stands for the hash of the record before the first one. */
export const GENESIS = '0'.repeat(64);
/** Longest body, characters of JSON; a longer one loses its evidence, then everything. */
export const MOST_BODY = 256 * 1024;
const MOST_TAGS = 20;

/** The columns of a record that its hash covers, in the order in which it does. */
export const SEALED = [
  'n', 'time', 'logged', 'source', 'seq', 'event', 'alarm', 'asset', 'tag', 'tags', 'state', 'level', 'priority', 'operator', 'comment', 'body',
] as const; // prettier-ignore

/** A record as it is stored: texts and numbers only. */
export interface Row {
  readonly n: number;
  readonly time: number;
  readonly logged: number;
  readonly source: string;
  readonly seq: number;
  readonly event: string;
  readonly alarm: string;
  readonly asset: string;
  readonly tag: string;
  /** `,A,B,`; empty without tags. */
  readonly tags: string;
  readonly state: string;
  readonly level: string;
  readonly priority: string;
  readonly operator: string;
  readonly comment: string;
  /** Canonical JSON. */
  readonly body: string;
  /** Tells an entry that is given twice: 32 hex digits over what it says, apart from `n` and `logged`. */
  readonly digest: string;
}

/** An entry as it is stored, but for its place in the chain. */
export function rowOf(entry: JournalEntry): Omit<Row, 'n'> {
  const text = (name: keyof typeof LONGEST): string => clean(entry[name], LONGEST[name]);
  const tags = entry.tags.slice(0, MOST_TAGS).map((tag) => clean(tag, LONGEST.tag).replaceAll(',', ' '));
  const row = {
    time: finite(entry.time),
    logged: finite(entry.logged),
    source: text('source'),
    seq: Math.trunc(finite(entry.seq)),
    event: text('event'),
    alarm: text('alarm'),
    asset: text('asset'),
    tag: text('tag'),
    tags: tags.length === 0 ? '' : `,${tags.join(',')},`,
    state: text('state'),
    level: text('level'),
    priority: text('priority'),
    operator: text('user'),
    comment: text('comment'),
    body: bodyOf(entry.body),
  };
  const { logged, ...said } = row;
  return { ...said, logged, digest: sha256(JSON.stringify(Object.values(said))).slice(0, 32) };
}

/** The hash of a record: SHA-256 over the hash before it, a line feed, and the columns of {@link SEALED} as a JSON array. */
export function hashOf(before: string, row: Row): string {
  return sha256(`${before}\n${JSON.stringify(SEALED.map((column) => row[column]))}`);
}

/** JSON with the keys of every object in order, so that equal data is equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** SHA-256 of a text, 64 hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function bodyOf(body: unknown): string {
  const whole = canonicalJson(body ?? null);
  if (whole.length <= MOST_BODY) return whole;
  const fields = typeof body === 'object' ? { ...body } : {};
  const lean = canonicalJson({ ...fields, evidence: undefined, leftOut: 'evidence' });
  return lean.length <= MOST_BODY ? lean : canonicalJson({ leftOut: 'everything', characters: whole.length });
}

/** What every store gives back as it was given: well-formed Unicode without NUL. */
function clean(text: string, longest: number): string {
  return Buffer.from(text.slice(0, longest).replaceAll('\0', '\uFFFD')).toString();
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
