import { SwatError } from '../../errors';

/** What a part of the simulation remembers: changed in place, never replaced. Its shape stays as it is at the start. */
export interface Remembered {
  [name: string]: number | boolean | string | number[] | Float64Array | Uint8Array | Uint32Array | Remembered;
}

/** A copy of {@link Remembered} that JSON can carry: arrays are lists, NaN is `null`. */
export type Saved = number | boolean | string | null | Saved[] | { [name: string]: Saved };

/** What to ask of a part's values besides their shape: false for values that the part could not go on with. */
type Check<T> = (state: T) => boolean;

interface Part {
  readonly state: Remembered;
  readonly plausible: () => boolean;
}

/** Everything that the parts of one simulation remember, part by part in the order in which they were made. */
export class Memory {
  private readonly parts: Part[] = [];

  /** Registers a part's state, and gives it back. */
  keep<T extends object>(state: T, plausible: Check<T> = () => true): T {
    this.parts.push({ state: state as unknown as Remembered, plausible: () => plausible(state) });
    return state;
  }

  /** A copy of it all, sharing nothing with the simulation. */
  save(): Saved[] {
    return this.parts.map(({ state }) => saved(state));
  }

  /**
   * Puts everything back to what {@link save} gave.
   * @throws SwatError `plant-snapshot` with the place that does not fit; the simulation is of no use afterwards
   */
  restore(given: unknown): void {
    if (!Array.isArray(given) || given.length !== this.parts.length) throw misfit('parts');
    this.parts.forEach(({ state, plausible }, index) => {
      const place = `parts[${index}]`;
      refill(state, given[index], place);
      if (!plausible()) throw misfit(place);
    });
  }
}

function misfit(place: string): SwatError {
  return new SwatError('plant-snapshot', { place });
}

type Value = Remembered[string];

function isList(value: Value): value is number[] | Float64Array | Uint8Array | Uint32Array {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function saved(value: Value): Saved {
  if (isList(value)) return Array.from(value, (each) => (Number.isNaN(each) ? null : each));
  if (typeof value !== 'object') return Number.isNaN(value) ? null : value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, saved(each)]));
}

/** The number behind a saved one; only where NaN means something (nothing is forced), `null` is one. */
function numberOf(given: unknown, empty: boolean, place: string): number {
  if (given === null && empty) return Number.NaN;
  if (typeof given !== 'number' || !Number.isFinite(given)) throw misfit(place);
  return given;
}

function refill(into: Remembered, given: unknown, place: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw misfit(place);
  const source = given as Readonly<Record<string, unknown>>;
  for (const [name, current] of Object.entries(into)) {
    const at = `${place}.${name}`;
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    if (isList(current)) {
      if (!Array.isArray(value) || value.length !== current.length) throw misfit(at);
      const empty = current instanceof Float64Array;
      for (let index = 0; index < current.length; index += 1) current[index] = numberOf(value[index], empty, at);
    } else if (typeof current === 'object') refill(current, value, at);
    else if (typeof current === 'number') into[name] = numberOf(value, false, at);
    else if (typeof value === typeof current) into[name] = value as string | boolean;
    else throw misfit(at);
  }
}
