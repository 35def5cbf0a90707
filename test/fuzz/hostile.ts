import { types } from 'node:util';
import type { Random } from '../../lib/kernels/random';

/** What the getters and traps of this file throw: an error that says so names its cause. */
export const TRAP = 'a trap of the fuzzer';

/** Keys that mean something to JavaScript, to Node-RED or to a node. */
const KEYS = [
  '__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'then', 'toJSON', '', ' ', '0', '-1',
  'payload', 'topic', 'asset', 'timestamp', 'time', 'swat', 'scores', 'receipt', 'kafka', 'error', 'parts', 'label', 'restarted',
  'metrics', 'value', 'quality', 'tag', 'command', 'LIT101', 'ключ', '\u0000', '\ud800', 'ﷺ', '🜂', 'a.b', 'a[0]', '../x', 'k'.repeat(5000),
]; // prettier-ignore
const TEXTS = [
  '', ' ', '0', '-0', '1e999', 'NaN', 'Infinity', 'null', 'undefined', '1,5', '0x10', '１２', 'true', '[object Object]', '__proto__',
  '../../etc/passwd', '..\\..\\x', '/dev/zero', 'C:\\con', 'file:///etc/passwd', '${7*7}', '{{text}}', '{{#alarms}}{{/x}}', '<img src=x onerror=1>',
  '=cmd|1', "'; drop table alarm; --", '\u0000', '\ud800', '\u202e', 'a\u0301'.repeat(50), '🜂'.repeat(100), '\r\nSet-Cookie: a=b', '%s%n%d',
  '2026-13-45T99:99', '1970-01-01T00:00:00Z', '+275760-09-13T00:00:00.001Z', 'normal', 'CRITICAL', 'spBv1.0/g/NDATA/e', 'spBv1.0/////', '(a+)+$',
  'a'.repeat(64), 'a'.repeat(129), '\\', '[', 'msg.payload',
]; // prettier-ignore
const NUMBERS = [
  0, -0, 1, -1, 0.5, NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 8.64e15, 8.64e15 + 1, -1e15,
  1.7e12, 1.7e9, 1.7e15, 255, 65536,
]; // prettier-ignore
/** Assets are mostly few, so that what is kept of each is bounded by that, and seldom new. */
const ASSETS = Array.from({ length: 40 }, (_, index) => `asset ${index}`);

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)];

const throwing = (): never => {
  throw new Error(TRAP);
};

/** A property that cannot be read, but be set anew. */
function trap(target: object, key: string): object {
  const set = (value: unknown): void => put(target, key, value);
  Reflect.defineProperty(target, key, { enumerable: true, configurable: true, get: throwing, set });
  return target;
}

/** Sets a property as a parser does: `__proto__` is one like any other. What cannot be set, as the length of an array, stays. */
function put(target: object, key: string, value: unknown): void {
  if (key === 'length' && Array.isArray(target)) return;
  Reflect.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function cyclic(): object {
  const value: Record<string, unknown> = { name: 'round' };
  value.self = value;
  value.list = [value, [value]];
  return value;
}

function deep(random: Random): unknown {
  const array = random() < 0.5;
  let value: unknown = 1;
  for (let left = random() < 0.02 ? 20_000 : 200; left > 0; left -= 1) value = array ? [value] : { metrics: value };
  return value;
}

function wide(random: Random): unknown {
  if (random() < 0.5) return Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`k${index}`, index]));
  const length = random() < 0.005 ? 1_000_000 : 20_000 + Math.floor(random() * 3);
  return random() < 0.5 ? new Array(length) : new Array(length).fill(random() < 0.5 ? {} : 1);
}

/** A value of a kind that nobody sends on purpose; made anew each time, the same for the same random numbers. */
export function hostile(random: Random, depth = 3): unknown {
  switch (Math.floor(random() * 22)) {
    case 0:
    case 1:
    case 2:
      return pick(random, TEXTS);
    case 3:
    case 4:
      return pick(random, NUMBERS);
    case 5:
      return pick(random, [undefined, null, true, false]);
    case 6:
      return random() < 0.5 ? BigInt(Math.floor(random() * 2 ** 53)) ** 3n : 1n;
    case 7:
      return random() < 0.5 ? Symbol('fuzz') : Symbol.iterator;
    case 8:
      return pick(random, [() => 1, Date, async () => Promise.resolve(), Math.max]);
    case 9:
      return new Date(pick(random, NUMBERS));
    case 10:
      return Buffer.from(Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256)));
    case 11:
      return pick(random, [
        () => new Float64Array([1, NaN, 3]),
        () => new Uint8Array(3),
        () => new BigInt64Array(2),
        () => new ArrayBuffer(8),
        () => new DataView(new ArrayBuffer(8)),
        () => new SharedArrayBuffer(8),
      ])();
    case 12:
      return pick(random, [
        () => new Map<unknown, unknown>([['payload', 1]]),
        () => new Set([1]),
        () => new WeakMap(),
        () => /(a+)+$/,
        () => new Error('an error as a value'),
        () => Promise.resolve(1),
        () => Object.create(null) as object,
        () => new Proxy({}, {}),
      ])();
    case 13:
      return cyclic();
    case 14:
      return random() < 0.1 ? deep(random) : {};
    case 15:
      return random() < 0.01 ? wide(random) : [];
    case 16:
      return trap({ a: 1 }, pick(random, KEYS));
    case 17:
      return new Proxy(random() < 0.5 ? {} : [], { [pick(random, ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const)]: throwing }); // prettier-ignore
    case 18:
      return {
        [pick(random, ['toString', 'valueOf', 'toJSON', 'then'])]: pick(random, [throwing, 1, null, () => ({})]),
      };
    case 19:
      return Object.freeze({ asset: pick(random, ASSETS), value: 1 });
    case 20:
      return depth > 0 ? Array.from({ length: Math.floor(random() * 5) }, () => hostile(random, depth - 1)) : [];
    default: {
      const made = {};
      if (depth > 0)
        for (let left = Math.floor(random() * 5); left > 0; left -= 1)
          put(made, pick(random, KEYS), hostile(random, depth - 1));
      return made;
    }
  }
}

function isPlain(value: unknown): value is Record<string, unknown> | unknown[] {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || Object.isFrozen(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

/** A copy of what is plain, down to what is not; getters are taken over as they are. */
export function copied(value: unknown, depth = 8): unknown {
  if (depth === 0 || !isPlain(value)) return value;
  if (Array.isArray(value)) {
    // `map` asks the array's own constructor, which may be anything.
    return value.length > 2000 ? value : Array.from({ length: value.length }, (_, at) => copied(value[at], depth - 1));
  }
  const copy = {};
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value)))
    if ('value' in descriptor) put(copy, key, copied(descriptor.value, depth - 1));
    else Object.defineProperty(copy, key, descriptor);
  return copy;
}

/** The properties of an object that are values, not getters. */
function dataOf(value: object): [string, unknown][] {
  if (Array.isArray(value) && value.length > 1000) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, descriptor]) =>
    // What Node-RED itself writes into every message is not a node's to read.
    'value' in descriptor && descriptor.enumerable === true && key !== '_msgid' ? [[key, descriptor.value]] : [],
  );
}

/** Changes one place of a message: another value, none, one more, one under another name, or an asset that is new. */
export function change(random: Random, message: Record<string, unknown>): void {
  let at: Record<string, unknown> | unknown[] = message;
  for (let depth = 0; depth < 6; depth += 1) {
    const inner = dataOf(at).filter(([, value]) => isPlain(value) && Object.keys(value).length > 0);
    if (inner.length === 0 || random() < 0.25) break;
    [, at] = pick(random, inner) as [string, typeof at];
  }
  const data = dataOf(at);
  const [key, value] = data.length > 0 && random() < 0.85 ? pick(random, data) : [pick(random, KEYS), undefined];
  const way = random();
  if (way < 0.6) put(at, key, hostile(random, 2));
  else if (way < 0.7) Reflect.deleteProperty(at, key);
  else if (way < 0.78) put(at, pick(random, KEYS), value);
  else if (way < 0.84 && Array.isArray(at)) at.push(...data.map(([, item]) => item), hostile(random, 1));
  else if (way < 0.9)
    put(message, 'asset', random() < 0.05 ? `new ${Math.floor(random() * 1e9)}` : pick(random, ASSETS));
  else if (way < 0.95) trap(at, key);
  else if (typeof value === 'number') put(at, key, value * pick(random, [-1, 1e3, 1e-3, 1e300, NaN]));
  else put(at, key, [value]);
}

/** What a fuzzed message is made from: messages that a node takes, and commands that it knows, with their arguments. */
export interface Sources {
  readonly good: readonly Record<string, unknown>[];
  readonly commands: readonly Record<string, unknown>[];
}

/** A message for a node: mostly a good one or a command with something wrong in it; seldom nothing but noise. */
export function hostileMessage(random: Random, { good, commands }: Sources): Record<string, unknown> {
  const way = random();
  const from = way < 0.2 && commands.length > 0 ? pick(random, commands) : way < 0.85 && good.length > 0 ? pick(random, good) : undefined; // prettier-ignore
  const message = (from === undefined ? { payload: hostile(random, 4) } : copied(from)) as Record<string, unknown>;
  if (from === undefined && random() < 0.3) put(message, 'swat', hostile(random, 3));
  const changes = way < 0.03 ? 0 : random() < 0.75 ? 1 : 1 + Math.floor(random() * 4);
  for (let left = changes; left > 0; left -= 1) change(random, message);
  return message;
}
