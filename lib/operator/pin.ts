import { scrypt, timingSafeEqual } from 'node:crypto';
import { SwatError } from '../errors';

/** Characters of a PIN. */
const SHORTEST_PIN = 4;
const LONGEST_PIN = 64;
/** What a guess costs: about 32 MB and a tenth of a second or more (OWASP's figures for scrypt). */
const COST = { N: 32_768, r: 8, p: 3 } as const;
const BYTES = 32;

/** What is kept of a PIN: it can be compared with, not read. */
export interface PinHash {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number };
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/**
 * What to keep of a new PIN, as one line of text.
 * @param salt random bytes, 16 or more, of this PIN alone
 * @throws SwatError `operator-pin-form` for one that is no text of 4 to 64 characters
 */
export async function hashPin(pin: unknown, salt: Buffer): Promise<string> {
  if (!isPin(pin)) throw new SwatError('operator-pin-form', { least: SHORTEST_PIN, most: LONGEST_PIN });
  const hash = await derived(pin, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Reads a line of {@link hashPin}; `undefined` for anything else, and for costs beyond what it would choose by far. */
export function readPinHash(text: string): PinHash | undefined {
  const parts = /^scrypt\$(\d{4,6})\$(\d{1,2})\$(\d)\$([\w-]{22,88})\$([\w-]{43})$/.exec(text);
  if (parts === null) return undefined;
  const [N, r, p] = parts.slice(1, 4).map(Number) as [number, number, number];
  const sound = Number.isInteger(Math.log2(N)) && N <= 131_072 && r >= 1 && r <= 16 && p >= 1 && p <= 4;
  if (!sound) return undefined;
  return { cost: { N, r, p }, salt: Buffer.from(parts[4], 'base64url'), hash: Buffer.from(parts[5], 'base64url') };
}

/** Whether it is that PIN; how long that takes says nothing of it. */
export async function isPinOf(pin: unknown, { cost, salt, hash }: PinHash): Promise<boolean> {
  const given = await derived(isPin(pin) ? pin : '', salt, cost);
  return timingSafeEqual(given, hash) && isPin(pin);
}

/** What nobody's PIN is compared with, so that it takes as long. @param random 48 random bytes */
export function nobodysPin(random: Buffer): PinHash {
  return { cost: COST, salt: random.subarray(0, 16), hash: random.subarray(16, 16 + BYTES) };
}

function isPin(pin: unknown): pin is string {
  return typeof pin === 'string' && pin.length >= SHORTEST_PIN && pin.length <= LONGEST_PIN;
}

function derived(pin: string, salt: Buffer, cost: PinHash['cost']): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFKC'), salt, BYTES, { ...cost, maxmem: 512 * cost.N * cost.r }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
