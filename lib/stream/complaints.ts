import type { Plant, Tag } from '../plant/dictionary';
import { readNumber } from './assembler';
import type { Unusable } from './counters';
import { Quality, type Frame } from './frame';

/** So long a tag's reason is not told again, ms. */
const AGAIN_MS = 3_600_000;
/** At most so many complaints in that time; the last one says that there are more. */
const MOST = 20;
/** At most this many missing tags are named. */
const NAMED = 5;
/** A value is cut here. */
const MAX_SHOWN = 40;

const REASONS: readonly Unusable[] = ['missing', 'notNumeric', 'outOfRange'];

/** Why values could not be used, to be told to a person. `seconds`: how long the last good value stands in. */
export type Complaint =
  | {
      readonly reason: 'outOfRange' | 'notNumeric' | 'decimalComma';
      readonly asset: string;
      readonly tag: Tag;
      /** As it came, shortened; a text in quotes. */
      readonly value: string;
      readonly seconds: number;
    }
  /** Tags that have no value and none to stand in: the first few names, and how many more. */
  | { readonly reason: 'missing'; readonly asset: string; readonly names: readonly string[]; readonly more: number }
  /** There were too many complaints to tell them all. */
  | { readonly reason: 'more' };

/**
 * Remembers what was told of which tag, so that each reason of a tag is told once an hour, and at most 20 complaints
 * in all. A value that is out of range or no number is told at once; a missing one when nothing stands in for it any more,
 * since a plant may send its tags in turns.
 */
export class Complaints {
  /** When each reason of each tag was told, ms of arrival. */
  readonly #told: Float64Array;
  #pending: Complaint[] = [];
  #since = -Infinity;
  #count = 0;

  constructor(readonly plant: Plant) {
    this.#told = new Float64Array(plant.tags.length * REASONS.length).fill(-Infinity);
  }

  /**
   * Looks at a frame with values that are not good.
   * @param entry the frame as it came
   * @param holdOf how long the last good value of a tag stands in, ms
   * @param why takes the reason of each tag that is not good, as its position in {@link reasonOf}
   */
  note(
    asset: string,
    entry: unknown,
    { quality }: Pick<Frame, 'quality'>,
    holdOf: (tag: number) => number,
    now: number,
    why: Uint8Array,
  ): void {
    const { tags } = this.plant;
    const missing: string[] = [];
    for (let tag = 0; tag < tags.length; tag++) {
      if (quality[tag] === Quality.good) continue;
      const value = valueOf(entry, tag, tags[tag].name);
      const reason = readNumber(value, tags[tag]);
      if (typeof reason === 'number') continue;
      why[tag] = REASONS.indexOf(reason);
      if (reason === 'missing') {
        if (quality[tag] === Quality.bad && this.#first(tag, reason, now)) missing.push(tags[tag].name);
      } else if (this.#first(tag, reason, now)) {
        const comma = typeof value === 'string' && /^\s*[+-]?\d+,\d+\s*$/.test(value);
        const seconds = holdOf(tag) / 1000;
        const said = reason === 'notNumeric' && comma ? 'decimalComma' : reason;
        this.#tell({ reason: said, asset, tag: tags[tag], value: shown(value), seconds }, now);
      }
    }
    if (missing.length === 0) return;
    this.#tell({ reason: 'missing', asset, names: missing.slice(0, NAMED), more: Math.max(0, missing.length - NAMED) }, now); // prettier-ignore
  }

  /** What is to be told now; each complaint is given once. */
  drain(): readonly Complaint[] {
    if (this.#pending.length === 0) return this.#pending;
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  /** Forgets what was told. */
  clear(): void {
    this.#told.fill(-Infinity);
    this.#since = -Infinity;
  }

  #first(tag: number, reason: Unusable, now: number): boolean {
    const at = tag * REASONS.length + REASONS.indexOf(reason);
    if (now - this.#told[at] < AGAIN_MS) return false;
    this.#told[at] = now;
    return true;
  }

  #tell(complaint: Complaint, now: number): void {
    if (now - this.#since >= AGAIN_MS) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count < MOST) this.#pending.push(complaint);
    else if (this.#count === MOST) this.#pending.push({ reason: 'more' });
  }
}

/** The reason that a number in `why` stands for. */
export function reasonOf(why: number): Unusable {
  return REASONS[why];
}

function valueOf(entry: unknown, tag: number, name: string): unknown {
  if (Array.isArray(entry)) return entry[tag] as unknown;
  const named = entry as Readonly<Record<string, unknown>>;
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}
