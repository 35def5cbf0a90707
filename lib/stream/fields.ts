import { SwatError } from '../errors';

/** An object of unknown origin, such as a saved state, read field by field. Own properties only. */
export class Fields {
  private readonly given: Readonly<Record<string, unknown>>;

  /**
   * @param place what it is, for the error
   * @throws SwatError `snapshot-corrupt`, as every reader here does for a field that is missing or wrong
   */
  constructor(
    given: unknown,
    private readonly place: string,
  ) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new SwatError('snapshot-corrupt', { key: place });
    }
    this.given = given as Readonly<Record<string, unknown>>;
  }

  /** Whether there is something; `null` stands for nothing. */
  has(name: string): boolean {
    const value = this.value(name);
    if (value === undefined) throw this.wrong(name);
    return value !== null;
  }

  /** Whatever it is. */
  value(name: string): unknown {
    return Object.hasOwn(this.given, name) ? this.given[name] : undefined;
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.value(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(name);
    return value;
  }

  /** A whole number that is not negative. */
  count(name: string, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < 0 || value > most) throw this.wrong(name);
    return value;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== 'boolean') throw this.wrong(name);
    return value;
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw this.wrong(name);
    return value;
  }

  /** One of a few words. */
  word<T extends string>(name: string, words: readonly T[]): T {
    const found = words.find((word) => word === this.value(name));
    if (found === undefined) throw this.wrong(name);
    return found;
  }

  list(name: string, most: number): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value) || value.length > most) throw this.wrong(name);
    return value;
  }

  /** An object within. */
  of(name: string): Fields {
    return new Fields(this.value(name), `${this.place}.${name}`);
  }

  /** Names and finite numbers within. */
  numbers(name: string): Record<string, number> {
    const inner = this.of(name);
    return Object.fromEntries(Object.keys(inner.given).map((each) => [each, inner.number(each)]));
  }

  wrong(name: string): SwatError {
    return new SwatError('snapshot-corrupt', { key: `${this.place}.${name}` });
  }
}
