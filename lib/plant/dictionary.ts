import { SwatError } from '../errors';
import { sourcesOf, type Sources, type TagSource } from './source';

/** What a tag measures or moves. A sensor is a measured variable; an actuator has a few discrete states. */
export type TagKind = 'sensor' | 'actuator';

/** What the checks that need no learning are to know of a tag; absent values are those of the node. */
export interface TagCheck {
  /** Seconds that a sensor may show the same value; 0: for ever. */
  readonly stuckAfterS?: number;
  /** Changes up to this are none, in the tag's unit. */
  readonly noise?: number;
  /** Greatest change per second, in the tag's unit. */
  readonly ratePerS?: number;
  /** Seconds that the tag may be without a usable value; 0: for ever. */
  readonly lostAfterS?: number;
}

/** What an operator is told of an alarm on a tag, after ISA-18.2; each at most 500 characters, empty where not known. */
export interface Guidance {
  /** What usually is behind it. */
  readonly cause: string;
  /** What comes of it if nobody responds. */
  readonly consequence: string;
  /** What to do. */
  readonly response: string;
}

/** One entry of the tag dictionary. Names follow ISA-5.1 (LIT101, FIT201, MV101, P101, AIT202). */
export interface Tag {
  readonly name: string;
  /** Process stage, `P1` … `P6` in SWaT; any short text elsewhere. */
  readonly stage: string;
  readonly kind: TagKind;
  /** Engineering unit as shown to an operator; empty for none. */
  readonly unit: string;
  /** Lowest and highest plausible value, in `unit`. A value outside is bad data, not an anomaly. */
  readonly low: number;
  readonly high: number;
  /** States of an actuator by value, for example `{ 1: 'off', 2: 'on' }`. */
  readonly states?: Readonly<Record<string, string>>;
  /** How long the last known value may stand in for a missing one, in ms. Default: the window node's setting. */
  readonly maxAgeMs?: number;
  readonly description?: string;
  /** PLC alarm set points, in `unit`, where there are any. */
  readonly limits?: { readonly ll?: number; readonly l?: number; readonly h?: number; readonly hh?: number };
  readonly check?: TagCheck;
  readonly guidance?: Guidance;
  /** Where its value comes from, where it does not come under its name and in its unit. */
  readonly source?: TagSource;
}

/** The tag dictionary of one plant: tags in their fixed order, and where each stands. */
export interface Plant {
  readonly name: string;
  readonly tags: readonly Tag[];
  /** Position of a tag by name; `undefined` for an unknown one. Safe for any string, `__proto__` included. */
  indexOf(name: string): number | undefined;
  readonly sources: Sources;
}

/** At most this many tags in one plant: a bound for every per-tag buffer. */
export const MAX_TAGS = 2000;

/** Names of an object's own machinery: as a key of a payload or a saved list they would not mean a tag. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a name is one of `__proto__`, `constructor`, `prototype`. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** Whether a tag may be called so: 1 to 64 characters without spaces, commas or quotes, and no key of a prototype. */
export function isTagName(name: string): boolean {
  return /^[^\s,;"'\\]{1,64}$/u.test(name) && !isReserved(name);
}

/**
 * Makes a plant of checked tags.
 * @throws SwatError `plant-empty`, `plant-too-large`, `tag-name`, `tag-twice`, `tag-range`, or as {@link sourcesOf}
 */
export function createPlant(name: string, tags: readonly Tag[]): Plant {
  if (tags.length === 0) throw new SwatError('plant-empty', { plant: name });
  if (tags.length > MAX_TAGS)
    throw new SwatError('plant-too-large', { plant: name, tags: tags.length, most: MAX_TAGS });
  const positions = new Map<string, number>();
  tags.forEach((tag, index) => {
    if (!isTagName(tag.name)) throw new SwatError('tag-name', { tag: tag.name.slice(0, 64), row: index + 1 });
    if (positions.has(tag.name)) throw new SwatError('tag-twice', { tag: tag.name });
    if (!(Number.isFinite(tag.low) && Number.isFinite(tag.high) && tag.low < tag.high)) {
      throw new SwatError('tag-range', { tag: tag.name, low: tag.low, high: tag.high });
    }
    positions.set(tag.name, index);
  });
  const sources = sourcesOf(tags);
  return { name, tags: Object.freeze([...tags]), indexOf: (tag) => positions.get(tag), sources };
}
