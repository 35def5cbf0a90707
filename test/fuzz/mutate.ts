import type { Random } from '../../lib/kernels/random';
import { change, pick } from './hostile';

const BYTES = [0, 1, 9, 10, 13, 34, 44, 59, 0x7f, 0x80, 0xff];
const WORDS = ['null', '-1', '1e999', '"', '{', '}', '[', ']', '[[[[', '__proto__', '../', '\u0000', '\ufeff', '🜂', ',', ';', '\n\n', '=1+1', '0'.repeat(400)]; // prettier-ignore
const LONGEST = 1 << 18;

/** Bytes with a few places changed: a bit, a byte, a number, a piece cut, doubled, moved, or taken from another input. */
export function mutated(random: Random, input: Buffer, others: readonly Buffer[]): Buffer {
  let bytes: Buffer = (random() < 0.5 ? changedJson(random, input) : undefined) ?? Buffer.from(input);
  for (let left = Math.floor(random() * 4); left > 0; left -= 1) bytes = step(random, bytes, others);
  return bytes.subarray(0, LONGEST);
}

function step(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
  const at = Math.floor(random() * (bytes.length + 1));
  const length = Math.floor(random() ** 3 * (bytes.length - at));
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (Math.floor(random() * 9)) {
    case 0:
      if (at < bytes.length) bytes[at] ^= 1 << Math.floor(random() * 8);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = pick(random, BYTES);
      return bytes;
    case 2:
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(pick(random, [0, 1, 255, 65_535, 0x7fffffff, 0xffffffff]), at);
      return bytes;
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, piece, piece, after]);
    case 5:
      return before;
    case 6:
      return Buffer.concat([before, Buffer.from(pick(random, WORDS)), after]);
    case 7: {
      const other = pick(random, others);
      const from = Math.floor(random() * other.length);
      return Buffer.concat([before, other.subarray(from, from + 64), after]);
    }
    default:
      return Buffer.concat([after, before, piece]);
  }
}

/** JSON with one of its values changed: it stays JSON, so that what reads it comes to that value. `undefined` for what is none. */
export function changedJson(random: Random, input: Buffer): Buffer | undefined {
  try {
    const value: unknown = JSON.parse(input.toString());
    if (typeof value !== 'object' || value === null) return undefined;
    change(random, value as Record<string, unknown>);
    return Buffer.from(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/** The smallest part of a failing input that still fails: pieces are left out, by halves. */
export async function smallest(input: Buffer, fails: (bytes: Buffer) => Promise<boolean>): Promise<Buffer> {
  let best = input;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (shorter.length < best.length && (await fails(shorter))) best = shorter;
      else at += size;
    }
  }
  return best;
}
