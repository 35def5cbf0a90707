import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import { inUnit, scalesAll } from '../plant/source';
import { readNumber } from './assembler';
import type { Blamed, Unusable } from './reason';
import { blameOf } from './reading-status';
import { readTime, TIME_KEYS } from './time';

/** The reading of one tag as it came: the tag as its source names it, and everything said of it. */
export interface RawReading {
  /** A tag's name, a topic or an address that ends in one. */
  readonly name: string;
  readonly value: unknown;
  readonly time: number | undefined;
  readonly blame: Blamed | undefined;
  /** Whether the name is that of a tag, whose values are in its unit; any other may be a source of the dictionary. */
  readonly byTag: boolean;
}

/** What a message may say of a reading beside its payload. */
export type Around = Readonly<Record<string, unknown>>;

/** Longer names are no names. */
const MAX_NAME = 1000;
const STATUS_KEYS = ['statusCode', 'status', 'quality'] as const;

/**
 * Whether a message only tells the number of a subscription, as the first of node-red-contrib-opcua does: no reading of the
 * plant, unless it has such a tag.
 */
export function isSubscriptionId({ topic, sourceTimestamp }: Around, plant: Plant | undefined): boolean {
  return topic === 'subscriptionId' && sourceTimestamp === undefined && plant?.indexOf(topic) === undefined;
}

/**
 * The reading that an entry of a payload is: a number, text or boolean with the tag in the message's topic, or an object with
 * a `value`, and the tag in its `tag`, `name` or `topic`, else in the message's topic; also no value at all, where the message
 * has a topic and a status, and an Int64 of OPC UA. `undefined` for anything else, which is a frame.
 * @param around the message
 * @param plant whose tags a frame would name; a plant with a tag called `value` has frames only
 * @throws SwatError `frame-time`
 */
export function readingOf(entry: unknown, around: Around, plant: Plant | undefined): RawReading | undefined {
  const topic = nameIn(around, 'topic');
  if (typeof entry !== 'object' || entry === null) {
    const none = entry === null || entry === undefined;
    const scalar = none ? hasStatus(around) : ['number', 'string', 'boolean'].includes(typeof entry);
    return scalar && topic !== undefined ? toReading(topic, entry, around, {}, false) : undefined;
  }
  if (Array.isArray(entry)) {
    const whole = topic === undefined || around.sourceTimestamp === undefined ? undefined : int64Of(entry);
    return whole === undefined || topic === undefined ? undefined : toReading(topic, whole, around, {}, false);
  }
  if (!Object.hasOwn(entry, 'value')) return undefined;
  const given = entry as Around;
  const tag = nameIn(given, 'tag');
  const name = tag ?? nameIn(given, 'name') ?? nameIn(given, 'topic') ?? topic;
  const framed = plant?.indexOf('value') !== undefined || (plant !== undefined && namesTag(given, plant));
  if (name === undefined || framed) return undefined;
  return toReading(name, unwrapped(given.value), given, around, tag !== undefined);
}

/**
 * A frame whose values are objects with a `value`, a status and a time of their own, as readings; `undefined` for one of plain
 * values.
 * @throws SwatError `frame-time`
 */
export function readingsIn(entry: unknown, around: Around, plant: Plant): RawReading[] | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
  const given = entry as Around;
  const rich = plant.tags.filter(({ name }) => Object.hasOwn(given, name) && hasValue(given[name]));
  if (rich.length === 0) return undefined;
  return plant.tags.flatMap(({ name }) => {
    if (!Object.hasOwn(given, name)) return [];
    const value = given[name];
    const { time = timeIn(given) ?? timeIn(around), ...reading } = hasValue(value)
      ? toReading(name, unwrapped(value.value), value, {}, true)
      : toReading(name, value, {}, {}, true);
    return [{ ...reading, time }];
  });
}

/**
 * Position of the tag that a name stands for: a NodeId or topic of the dictionary, a tag's name, or one that ends in it, after
 * the last `/`, `;`, `.` or `=`; `undefined` for an unknown one.
 */
export function tagOf({ name, byTag }: Pick<RawReading, 'name' | 'byTag'>, plant: Plant): number | undefined {
  const at = byTag ? undefined : plant.sources.tagAt(name);
  return at ?? plant.indexOf(name) ?? plant.indexOf(lastPart(name));
}

/** The last part of a topic or an address: `LIT101` of `plant/P1/LIT101` and of `ns=2;s=LIT101`. */
export function lastPart(name: string): string {
  return name.slice(Math.max(...['/', ';', '.', '='].map((mark) => name.lastIndexOf(mark))) + 1);
}

/**
 * The value as a number in the tag's range, or why there is none. What comes under a NodeId or topic of the dictionary gets the
 * tag's gain and offset; so does what comes under any topic, where the dictionary names no address of the tag. A reading that
 * names its tag is in the tag's unit.
 */
export function valueOf(reading: RawReading, plant: Plant, tag: number): number | Unusable {
  return reading.blame ?? readNumber(unitValueOf(reading, plant, tag), plant.tags[tag]);
}

function unitValueOf({ name, value, byTag }: RawReading, { tags, sources }: Plant, tag: number): unknown {
  const { source } = tags[tag];
  if (source === undefined || byTag) return value;
  return sources.tagAt(name) === tag || scalesAll(source) ? inUnit(value, source) : value;
}

function hasStatus(said: Around): boolean {
  return STATUS_KEYS.some((key) => Object.hasOwn(said, key));
}

/** @param said what is said of the value itself; what it does not say is looked for `around` it */
function toReading(name: string, value: unknown, said: Around, around: Around, byTag: boolean): RawReading {
  const judged = hasStatus(said) ? said : around;
  const { quality, status, statusCode } = judged;
  const blame = blameOf(statusCode, 'status') ?? blameOf(status, 'status') ?? blameOf(quality, 'quality');
  return { name, value, time: timeIn(said) ?? timeIn(around), blame, byTag };
}

/** The source's time, else the server's, else the one that there is. */
function timeIn(said: Around): number | undefined {
  const stamped = readTime(said.sourceTimestamp) ?? readTime(said.serverTimestamp);
  if (stamped !== undefined) return stamped;
  for (const key of TIME_KEYS) {
    const time = readTime(said[key]);
    if (time !== undefined) return time;
  }
  return undefined;
}

function hasValue(value: unknown): value is Around {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'value');
}

/** The value within a typed one of OPC UA: `{dataType, value}`. */
function unwrapped(value: unknown): unknown {
  return hasValue(value) ? value.value : value;
}

/** An Int64 as node-opcua has it, `[high, low]` of 32 bits each; beyond 2^53 as near as a number comes. */
function int64Of(pair: readonly unknown[]): number | undefined {
  const [high, low] = pair;
  if (pair.length !== 2 || !isWord(high) || !isWord(low)) return undefined;
  return (high | 0) * 2 ** 32 + low;
}

function isWord(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function namesTag(entry: Around, plant: Plant): boolean {
  return plant.tags.some(({ name }) => Object.hasOwn(entry, name));
}

function nameIn(from: Around, key: string): string | undefined {
  const name = Object.hasOwn(from, key) ? from[key] : undefined;
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  if (name.length > MAX_NAME) throw new SwatError('reading-name', { name: name.slice(0, 40) });
  return name.trim();
}
