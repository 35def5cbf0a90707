import { readNumber } from './settings';

/** Every how many windows of an asset one is learned, from a dialog or a command. */
export function readStride(value: unknown, fallback: number): number {
  return readNumber('stride', value, { min: 1, max: 10_000, fallback, integer: true });
}
