import { MAX_TAGS, isTagName } from '../plant/dictionary';
import { decimalOf } from '../plant/decimal';
import { isRecord } from '../record';
import { blameOf } from '../stream/reading-status';
import { TIME_KEYS } from '../stream/time';

/** A tag and its value; `undefined`: it came without one that can be used. A boolean is of an actuator. */
export type TagValue = readonly [tag: string, value: number | boolean | undefined];

/**
 * The values of a frame as it is on its way to `swat-window`: numbers, decimal texts, booleans, or these with a status as
 * `{value, quality}`. What cannot be the value of a tag is left out; `undefined` where nothing is left.
 */
export function frameValues(payload: unknown): TagValue[] | undefined {
  if (!isRecord(payload)) return undefined;
  const values: TagValue[] = [];
  for (const [name, given] of Object.entries(payload)) {
    if (TIME_KEYS.some((key) => key === name) || !isTagName(name)) continue;
    const value = valueOf(given);
    if (value === 'none') continue;
    values.push([name, value]);
    if (values.length === MAX_TAGS) break;
  }
  return values.some(([, value]) => value !== undefined) ? values : undefined;
}

/** `none`: it is no value of a tag, such as a text. */
function valueOf(given: unknown): number | boolean | undefined | 'none' {
  switch (typeof given) {
    case 'number':
      return Number.isFinite(given) ? given : undefined;
    case 'boolean':
      return given;
    case 'string':
      return given.trim() === '' ? undefined : (decimalOf(given) ?? 'none');
    case 'undefined':
      return undefined;
    default: {
      if (given === null) return undefined;
      if (!isRecord(given) || !Object.hasOwn(given, 'value')) return 'none';
      const blame =
        blameOf(given.statusCode, 'status') ?? blameOf(given.status, 'status') ?? blameOf(given.quality, 'quality');
      if (blame !== undefined) return undefined;
      return typeof given.value === 'object' ? undefined : valueOf(given.value);
    }
  }
}
