import type { Plant, Tag } from '../plant/dictionary';
import { Quality, type Frame } from './frame';
import { codeOf, reasonOf, UNUSABLE, type Unusable } from './reason';

/** So long a tag's reason is not told again, ms. */
const AGAIN_MS = 3_600_000;
/** At most so many complaints in that time; the last one says that there are more. */
const MOST = 20;
/** At most this many missing tags are named. */
const NAMED = 5;
/** A value is cut here. */
const MAX_SHOWN = 40;

/** A reason that is told with the value as it came. The others are told of all tags at once. */
type Wrong = 'notNumeric' | 'outOfRange';
const WRONG: ReadonlySet<Unusable> = new Set<Wrong>(['notNumeric', 'outOfRange']);

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
  /** Tags that have no usable value and none to stand in: the first few names, and how many more. */
  | {
      readonly reason: Exclude<Unusable, Wrong>;
      readonly asset: string;
      readonly names: readonly string[];
      readonly more: number;
    }
  /** There were too many complaints to tell them all. */
  | { readonly reason: 'more' };

/**
 * Remembers what was told of which tag, so that each reason of a tag is told once an hour, and at most 20 complaints
 * in all. A value that is out of range or no number is told at once; any other when nothing stands in for it any more, since
 * a plant may send its tags in turns, and a bad status may pass.
 */
export class Complaints {
  /** While this is so, nothing is noted. */
  muted = false;
  /** When each reason of each tag was told, ms of arrival. */
  readonly #told: Float64Array;
  #pending: Complaint[] = [];
  #since = -Infinity;
  #count = 0;

  constructor(readonly plant: Plant) {
    this.#told = new Float64Array(plant.tags.length * UNUSABLE.length).fill(-Infinity);
  }

  /**
   * Notes the values of a frame that are no number or outside their range.
   * @param entry the frame as it came
   * @param readings one per tag, NaN where it is unusable for the reason in `reasons`
   * @param holdOf how long the last good value of a tag stands in, ms
   */
  wrong(
    asset: string,
    entry: unknown,
    readings: Float64Array,
    reasons: Uint8Array,
    holdOf: (tag: number) => number,
    now: number,
  ): void {
    const { tags } = this.plant;
    for (let tag = 0; tag < tags.length; tag++) {
      if (!Number.isNaN(readings[tag])) continue;
      this.wrongValue(asset, tag, valueOf(entry, tag, tags[tag].name), reasonOf(reasons[tag]), holdOf, now);
    }
  }

  /** Notes one value, where it is no number or outside its range. */
  wrongValue(
    asset: string,
    tag: number,
    value: unknown,
    reason: Unusable,
    holdOf: (tag: number) => number,
    now: number,
  ): void {
    if (!isWrong(reason) || !this.#first(tag, reason, now)) return;
    const comma = typeof value === 'string' && /^\s*[+-]?\d+,\d+\s*$/.test(value);
    const seconds = holdOf(tag) / 1000;
    const said = reason === 'notNumeric' && comma ? 'decimalComma' : reason;
    this.#tell({ reason: said, asset, tag: this.plant.tags[tag], value: shown(value), seconds }, now);
  }

  /** Notes the tags that are bad for another reason. */
  bad(asset: string, { quality }: Pick<Frame, 'quality'>, why: Uint8Array, now: number): void {
    if (this.muted) return;
    const { tags } = this.plant;
    let named: Map<Exclude<Unusable, Wrong>, string[]> | undefined;
    for (let tag = 0; tag < tags.length; tag++) {
      if (quality[tag] !== Quality.bad) continue;
      const reason = reasonOf(why[tag]);
      if (isWrong(reason) || !this.#first(tag, reason, now)) continue;
      named ??= new Map();
      const names = named.get(reason);
      if (names === undefined) named.set(reason, [tags[tag].name]);
      else names.push(tags[tag].name);
    }
    if (named === undefined) return;
    for (const [reason, names] of named) {
      this.#tell({ reason, asset, names: names.slice(0, NAMED), more: Math.max(0, names.length - NAMED) }, now);
    }
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
    const at = tag * UNUSABLE.length + codeOf(reason) - 1;
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

function isWrong(reason: Unusable): reason is Wrong {
  return WRONG.has(reason);
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
