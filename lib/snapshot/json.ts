import { SwatError } from '../errors';

/** Plain data as the bytes of a state record; `undefined` stays what it is: nothing to save. */
export function toBytes(value: unknown): Uint8Array | undefined {
  return value === undefined ? undefined : Buffer.from(JSON.stringify(value));
}

/**
 * The plain data of a state record, for its owner to check.
 * @throws SwatError `snapshot-corrupt` {key}
 */
export function fromBytes(key: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch (cause) {
    throw new SwatError('snapshot-corrupt', { key }, { cause });
  }
}
