import { SwatError } from '../errors';

/** Names that a file may give to settings and tensors: short, plain, and never a key of `Object.prototype`. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

type Fields = Record<string, unknown>;

/** Says that `what` (a field's path) in a file is not what it should be. */
export function damaged(file: string, what: string, cause?: unknown): SwatError {
  return new SwatError('model-corrupt', { file, what }, { cause });
}

/** A value from a file that nobody has vouched for, with the path that leads to it. Every method checks or throws. */
export interface Untrusted {
  readonly value: unknown;
  /** The error that this value deserves. */
  refused(): SwatError;
  /** A field of an object: own properties only. */
  field(name: string): Untrusted;
  /** The field, or `undefined` where the object has none. */
  optional(name: string): Untrusted | undefined;
  text(most: number): string;
  /** A finite number from `min` to `max`. */
  number(min?: number, max?: number): number;
  integer(min: number, max: number): number;
  word<T extends string>(choices: readonly T[]): T;
  list(most: number): Untrusted[];
  numbers(most: number): number[];
  /** The entries of an object with free names, at most `most`. */
  entries(most: number): [string, Untrusted][];
}

/**
 * Wraps a parsed value of a file.
 * Every check fails with SwatError `model-corrupt` {file, what}.
 */
export function untrusted(file: string, value: unknown, at = ''): Untrusted {
  const refused = (): SwatError => damaged(file, at === '' ? 'json' : at);
  const fields = (): Fields => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused();
    return value as Fields;
  };
  const below = (name: string | number): string =>
    typeof name === 'number' ? `${at}[${name}]` : at === '' ? name : `${at}.${name}`;

  const self: Untrusted = {
    value,
    refused,
    field(name) {
      const object = fields();
      if (!Object.hasOwn(object, name)) throw damaged(file, below(name));
      return untrusted(file, object[name], below(name));
    },
    optional: (name) => (Object.hasOwn(fields(), name) ? self.field(name) : undefined),
    text(most) {
      if (typeof value !== 'string' || value.length > most) throw refused();
      return value;
    },
    number(min = -Number.MAX_VALUE, max = Number.MAX_VALUE) {
      if (typeof value !== 'number' || !(value >= min && value <= max)) throw refused();
      return value;
    },
    integer(min, max) {
      const number = self.number(min, max);
      if (!Number.isSafeInteger(number)) throw refused();
      return number;
    },
    word<T extends string>(choices: readonly T[]) {
      const found = choices.find((choice) => choice === value);
      if (found === undefined) throw refused();
      return found;
    },
    list(most) {
      if (!Array.isArray(value) || value.length > most) throw refused();
      return value.map((item: unknown, index) => untrusted(file, item, below(index)));
    },
    numbers: (most) => self.list(most).map((item) => item.number()),
    entries(most) {
      const names = Object.keys(fields());
      if (names.length > most) throw refused();
      return names.map((name) => {
        if (!NAME.test(name) || Object.hasOwn(Object.prototype, name)) throw refused();
        return [name, self.field(name)];
      });
    },
  };
  return self;
}
