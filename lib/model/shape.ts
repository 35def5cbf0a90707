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
export function untrusted(file: string, value: unknown): Untrusted {
  return new Value(file, value);
}

/** Paths are only put together for an error: a model has thousands of values. */
class Value implements Untrusted {
  constructor(
    readonly file: string,
    readonly value: unknown,
    readonly parent?: Value,
    readonly key: string | number = '',
  ) {}

  refused(): SwatError {
    return damaged(this.file, this.#path() || 'json');
  }

  field(name: string): Untrusted {
    const object = this.#fields();
    if (!Object.hasOwn(object, name)) throw this.#below(undefined, name).refused();
    return this.#below(object[name], name);
  }

  optional(name: string): Untrusted | undefined {
    return Object.hasOwn(this.#fields(), name) ? this.field(name) : undefined;
  }

  text(most: number): string {
    if (typeof this.value !== 'string' || this.value.length > most) throw this.refused();
    return this.value;
  }

  number(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
    const { value } = this;
    if (typeof value !== 'number' || !(value >= min && value <= max)) throw this.refused();
    return value;
  }

  integer(min: number, max: number): number {
    const number = this.number(min, max);
    if (!Number.isSafeInteger(number)) throw this.refused();
    return number;
  }

  word<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined) throw this.refused();
    return found;
  }

  list(most: number): Untrusted[] {
    return this.#items(most).map((item, index) => this.#below(item, index));
  }

  numbers(most: number): number[] {
    const items = this.#items(most);
    items.forEach((item, index) => {
      if (!Number.isFinite(item)) throw this.#below(item, index).refused();
    });
    return items.slice() as number[];
  }

  entries(most: number): [string, Untrusted][] {
    const names = Object.keys(this.#fields());
    if (names.length > most) throw this.refused();
    return names.map((name) => {
      if (!NAME.test(name) || Object.hasOwn(Object.prototype, name)) throw this.refused();
      return [name, this.field(name)];
    });
  }

  #fields(): Fields {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.refused();
    return value as Fields;
  }

  #items(most: number): readonly unknown[] {
    if (!Array.isArray(this.value) || this.value.length > most) throw this.refused();
    return this.value;
  }

  #below(value: unknown, key: string | number): Value {
    return new Value(this.file, value, this, key);
  }

  #path(): string {
    if (this.parent === undefined) return '';
    const above = this.parent.#path();
    if (typeof this.key === 'number') return `${above}[${this.key}]`;
    return above === '' ? this.key : `${above}.${this.key}`;
  }
}
