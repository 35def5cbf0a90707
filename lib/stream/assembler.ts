import { SwatError } from '../errors';
import { decimalOf } from '../plant/decimal';
import type { Plant, Tag } from '../plant/dictionary';
import type { StreamCounters } from './counters';
import { blameOf } from './reading-status';
import { codeOf, UNSAID, type Unusable } from './reason';
import { TIME_KEYS } from './time';

/** At most this many frames in one batch: what may become a message each before anyone downstream runs. */
export const MAX_BATCH = 20_000;
/** At most this many keys of a payload are looked at for the names of unknown tags. */
const MAX_KEYS = 1000;
/** Greater magnitudes are no measurement, and their squares would overflow. */
const MAX_MAGNITUDE = 1e100;
/** A text longer than this is neither a number nor a state. */
const MAX_TEXT = 64;

/**
 * The frames or readings in a payload: an array of objects or of arrays is a batch, as are the `metrics` of Sparkplug B;
 * anything else is one.
 * @throws SwatError `frame-batch`
 */
export function entriesOf(payload: unknown): { readonly batch: boolean; readonly entries: readonly unknown[] } {
  if (typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'metrics')) {
    const { metrics } = payload as { readonly metrics: unknown };
    if (Array.isArray(metrics) && metrics.length > 0) return entriesOf(metrics);
  }
  const batch =
    Array.isArray(payload) && payload.length > 0 && payload.some((item) => typeof item === 'object' && item !== null);
  if (!batch) return { batch, entries: [payload] };
  if (payload.length > MAX_BATCH) throw new SwatError('frame-batch', { frames: payload.length, most: MAX_BATCH });
  return { batch, entries: payload as unknown[] };
}

/**
 * Reads one frame (an object by tag name, or an array in the plant's tag order) into numbers. Looks a payload's tags up
 * one by one, unless it has just these in their order; only own properties count. Every unusable value is counted by its reason.
 */
export class FrameReader {
  /** Of the latest frame, why each value that is NaN is so; `UNSAID` for a tag that the frame does not name. */
  readonly reasons: Uint8Array;
  /** How many values of the latest frame are no number or outside their range. */
  wrong = 0;
  readonly #raw: Float64Array;
  /** Of each tag, side by side: tags are objects of several forms, and to look into each takes longer than to read its value. */
  readonly #names: readonly string[];
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  /** @param partial whether a frame may leave tags out; otherwise each is counted as missing */
  constructor(
    readonly plant: Plant,
    readonly counters: StreamCounters,
    readonly partial = false,
  ) {
    const { tags } = plant;
    this.#raw = new Float64Array(tags.length);
    this.#names = tags.map(({ name }) => name);
    this.#low = Float64Array.from(tags, ({ low }) => Math.max(low, -MAX_MAGNITUDE));
    this.#high = Float64Array.from(tags, ({ high }) => Math.min(high, MAX_MAGNITUDE));
    this.reasons = new Uint8Array(tags.length);
  }

  /**
   * One number per tag, NaN for an unusable value. The array is used again for the next frame.
   * @throws SwatError `frame-type`, `frame-length`, `frame-empty`, `frame-no-tags`
   */
  read(entry: unknown): Float64Array {
    this.wrong = 0;
    if (Array.isArray(entry)) return this.#readOrdered(entry);
    if (typeof entry !== 'object' || entry === null || ArrayBuffer.isView(entry) || entry instanceof Date) {
      throw new SwatError('frame-type', { type: typeName(entry) });
    }
    return this.#readNamed(entry as Readonly<Record<string, unknown>>);
  }

  #readOrdered(entry: readonly unknown[]): Float64Array {
    const { tags } = this.plant;
    if (entry.length !== tags.length) {
      throw new SwatError('frame-length', { expected: tags.length, got: entry.length });
    }
    for (let i = 0; i < tags.length; i++) this.#raw[i] = this.#number(entry[i], i);
    return this.#raw;
  }

  #readNamed(entry: Readonly<Record<string, unknown>>): Float64Array {
    const { tags } = this.plant;
    const keys = Object.keys(entry);
    if (this.#inOrder(keys)) return this.#readEach(entry);
    let known = 0;
    for (let i = 0; i < tags.length; i++) {
      const name = this.#names[i];
      if (Object.hasOwn(entry, name)) {
        known += 1;
        this.#raw[i] = this.#number(entry[name], i);
      } else {
        this.#raw[i] = Number.NaN;
        this.reasons[i] = UNSAID;
      }
    }
    if (keys.length === 0) throw new SwatError('frame-empty');
    if (known === 0) throw new SwatError('frame-no-tags', { keys: keys.length, first: firstOf(keys) });
    if (!this.partial) this.counters.missing += tags.length - known;
    if (keys.length > known) this.#countUnknown(entry, keys, known);
    return this.#raw;
  }

  /** Whether a frame names the tags of the plant, all of them and in their order: its values need not be looked up. */
  #inOrder(keys: readonly string[]): boolean {
    const names = this.#names;
    if (keys.length !== names.length) return false;
    for (let i = 0; i < keys.length; i++) if (keys[i] !== names[i]) return false;
    return true;
  }

  /** Reads a frame that is in order. A loop over an object finds each value in its place. */
  #readEach(entry: Readonly<Record<string, unknown>>): Float64Array {
    const raw = this.#raw;
    let at = 0;
    for (const name in entry) {
      // What it inherits comes after its own.
      if (at === raw.length) break;
      raw[at] = this.#number(entry[name], at);
      at += 1;
    }
    return raw;
  }

  #number(value: unknown, index: number): number {
    if (typeof value === 'number' && value >= this.#low[index] && value <= this.#high[index]) return value;
    const number = readJudged(value, this.plant.tags[index]);
    if (typeof number === 'number') return number;
    this.counters[number] += 1;
    this.reasons[index] = codeOf(number);
    if (number !== 'missing') this.wrong += 1;
    return Number.NaN;
  }

  #countUnknown(entry: object, keys: readonly string[], known: number): void {
    const { counters, plant } = this;
    const times = TIME_KEYS.filter((key) => Object.hasOwn(entry, key) && plant.indexOf(key) === undefined).length;
    counters.unknownTag += keys.length - known - times;
    if (!counters.wantsNames || keys.length === known + times) return;
    for (let i = 0; i < keys.length && i < MAX_KEYS; i++) {
      const key = keys[i];
      if (plant.indexOf(key) === undefined && !isTimeKey(key)) counters.noteUnknown(key);
    }
  }
}

/**
 * A value as a number in the tag's range, or why there is none. A text counts when it is a decimal number ("12.5", " 1e3 ");
 * hexadecimal and words are none, but for the name of one of the tag's states; an empty text is a missing value, not 0. A boolean counts for an actuator: as the
 * lower and higher of its two states, or as 0 and 1 where it names no states.
 */
export function readNumber(value: unknown, tag: Tag): number | Unusable {
  let number: number;
  switch (typeof value) {
    case 'number':
      if (Number.isNaN(value)) return 'notNumeric';
      number = value;
      break;
    case 'string': {
      if (value.length > MAX_TEXT) return 'notNumeric';
      const text = value.trim();
      if (text === '') return 'missing';
      const state = decimalOf(text) ?? stateNamed(text, tag);
      if (state === undefined) return 'notNumeric';
      number = state;
      break;
    }
    case 'boolean': {
      const state = stateOf(value, tag);
      if (state === undefined) return 'notNumeric';
      number = state;
      break;
    }
    default:
      return value === undefined || value === null ? 'missing' : 'notNumeric';
  }
  return number >= tag.low && number <= tag.high && Math.abs(number) <= MAX_MAGNITUDE ? number : 'outOfRange';
}

/** A value that is `{value, quality}`, or one by itself. */
function readJudged(value: unknown, tag: Tag): number | Unusable {
  const judged = value as { readonly value: unknown; readonly quality: unknown } | null | undefined;
  const is = typeof judged === 'object' && judged !== null && Object.hasOwn(judged, 'value') && Object.hasOwn(judged, 'quality'); // prettier-ignore
  return is ? (blameOf(judged.quality, 'quality') ?? readNumber(judged.value, tag)) : readNumber(value, tag);
}

/** The state that a text names: `open`, `off`; case does not matter. */
function stateNamed(text: string, { states = {} }: Tag): number | undefined {
  const wanted = text.toLowerCase();
  const found = Object.entries(states).find(([, name]) => name.toLowerCase() === wanted);
  return found === undefined ? undefined : Number(found[0]);
}

function stateOf(on: boolean, tag: Tag): number | undefined {
  if (tag.kind !== 'actuator') return undefined;
  if (tag.states === undefined) return on ? 1 : 0;
  const states = Object.keys(tag.states).map(Number);
  return states.length === 2 ? (on ? Math.max(...states) : Math.min(...states)) : undefined;
}

function isTimeKey(key: string): boolean {
  return (TIME_KEYS as readonly string[]).includes(key);
}

function firstOf(keys: readonly string[]): string {
  return keys.slice(0, 3).map((key) => key.slice(0, 20)).join(', '); // prettier-ignore
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Buffer.isBuffer(value)) return 'Buffer';
  return value instanceof Date ? 'Date' : typeof value;
}
