import { createHash } from 'node:crypto';
import { SwatError } from '../errors';
import { isTime } from './restore';
import type { Labels } from './notify/labels';
import { matches, readMatchers, type Matcher } from './notify/matcher';
import { MatcherIndex } from './notify/matcher-index';
import { isRecord } from '../record';

/** At most this many silences at once, those that have not begun included. */
export const MOST_SILENCES = 1000;
/** A silence lasts for at most this long, ms: 30 days. What is to be quiet for longer is taken out of service. */
export const LONGEST_SILENCE_MS = 30 * 86_400_000;
const NAMED_IDS = 5;
const LONGEST_USER = 64;
const LONGEST_COMMENT = 500;

/** Alarms that match are not notified for a time; they go on and are journalled. Plain data. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  /** Wall-clock time, ms since the epoch; `until` is no longer in it. */
  readonly from: number;
  readonly until: number;
  readonly user: string;
  readonly comment: string;
}

/** The silences of a node. They begin and end by themselves; `changed` names each whose state is another one now. */
export class Silences {
  private readonly silences = new Map<string, Silence>();
  private readonly index = new MatcherIndex<Silence>();
  private soonest = Infinity;

  constructor(private readonly changed: (id: string) => void) {}

  /**
   * Begins a silence, now or later. The same one again is the same silence.
   * @throws SwatError `silence-time` when it is over already or lasts for more than 30 days, `silences-full`
   */
  add({ matchers, from, until, user, comment }: Omit<Silence, 'id'>, now: number): Silence {
    if (!(until > now && from < until && until - Math.max(from, now) <= LONGEST_SILENCE_MS)) {
      throw new SwatError('silence-time', { days: LONGEST_SILENCE_MS / 86_400_000 });
    }
    const content = {
      matchers: matchers.map(({ label, op, value }) => ({ label, op, value })),
      from,
      until,
      user: user.slice(0, LONGEST_USER),
      comment: comment.slice(0, LONGEST_COMMENT),
    };
    const id = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
    if (this.silences.size >= MOST_SILENCES && !this.silences.has(id)) {
      throw new SwatError('silences-full', { most: MOST_SILENCES });
    }
    const silence: Silence = { id, ...content };
    this.put(silence);
    this.changed(id);
    return silence;
  }

  /**
   * Ends a silence.
   * @throws SwatError `silence-id` without an id, `silence-unknown`, both with the known ones
   */
  remove(id: string): Silence {
    const silence = this.silences.get(id);
    if (silence === undefined) {
      const known = [...this.silences.keys()].slice(0, NAMED_IDS).join(', ') || '-';
      if (id === '') throw new SwatError('silence-id', { known });
      throw new SwatError('silence-unknown', { id: id.slice(0, 64), known });
    }
    this.drop(id);
    return silence;
  }

  /** Those that are over by now, which are forgotten. */
  expire(now: number): Silence[] {
    if (now < this.soonest) return [];
    const over = [...this.silences.values()].filter(({ until }) => until <= now);
    for (const { id } of over) this.drop(id);
    this.soonest = Math.min(...[...this.silences.values()].map(({ until }) => until), Infinity);
    return over;
  }

  /**
   * The silence that an alarm is under now, if any.
   * @param likely is looked at first: the one that it was under before
   */
  silencing(labels: Labels, now: number, likely?: string): Silence | undefined {
    const stands = ({ from, until }: Silence): boolean => from <= now && now < until;
    const before = likely === undefined ? undefined : this.silences.get(likely);
    if (before !== undefined && stands(before) && matches(before.matchers, labels)) return before;
    return this.index.find(labels, stands);
  }

  /** All that are not over, also those that have not begun, oldest first. */
  list(): Silence[] {
    return [...this.silences.values()];
  }

  ids(): IterableIterator<string> {
    return this.silences.keys();
  }

  get(id: string): Silence | undefined {
    return this.silences.get(id);
  }

  /**
   * Takes back a silence that was saved.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(id: string, saved: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key: id });
    if (!isRecord(saved) || saved.id !== id || !isTime(saved.from) || !isTime(saved.until)) throw damaged;
    if (typeof saved.user !== 'string' || typeof saved.comment !== 'string') throw damaged;
    const { from, until, user, comment } = saved;
    this.put({ id, matchers: savedMatchers(saved.matchers, damaged), from, until, user, comment });
  }

  private drop(id: string): void {
    this.silences.delete(id);
    this.index.delete(id);
    this.changed(id);
  }

  private put(silence: Silence): void {
    this.silences.set(silence.id, silence);
    this.index.set(silence.id, silence, silence.matchers);
    this.soonest = Math.min(this.soonest, silence.until);
  }
}

function savedMatchers(saved: unknown, damaged: SwatError): Matcher[] {
  if (!Array.isArray(saved)) throw damaged;
  try {
    return readMatchers(saved, true);
  } catch (cause) {
    throw cause instanceof SwatError ? damaged : cause;
  }
}
