import type { WindowPayload } from './window';

/** The values of all tags at one instant, as they were read. `carrier` is what it came with, to be handed back. */
export interface FrameInput<C> {
  readonly kind: 'frame';
  /** Event time, ms. */
  readonly time: number;
  /** One per tag, NaN where it is unusable for the reason at that place; see `reasonOf`. */
  readonly values: Float64Array;
  readonly reasons: Uint8Array;
  readonly carrier: C | undefined;
}

/** The value of one tag, as it was read. */
export interface ReadingInput<C> {
  readonly kind: 'reading';
  /** Event time, ms, and the time stamp it came with: earlier where the source says again what it said before. */
  readonly time: number;
  readonly source: number;
  /** Position of the tag. */
  readonly tag: number;
  /** NaN where it is unusable for that reason. */
  readonly value: number;
  readonly reason: number;
  readonly carrier: C | undefined;
}

export type Input<C> = FrameInput<C> | ReadingInput<C>;

/** An input that was not used: older than what has been worked off, or with a wrong time stamp far ahead. */
export interface Unused<C> {
  readonly why: 'late' | 'time-jump';
  readonly asset: string;
  readonly input: Input<C>;
  /** How much older than the watermark, or for `time-jump` how far ahead of the greatest event time; ms. */
  readonly byMs: number;
  /** What is older than this is late: event time, ms. */
  readonly watermark: number;
}

/** What inputs led to. */
export interface Outcome<C> {
  readonly windows: readonly WindowPayload[];
  readonly unused: readonly Unused<C>[];
}

/** Gathers what one input leads to. Most lead to nothing, which costs nothing. */
export class Collector<C> {
  static readonly #nothing: Outcome<never> = { windows: [], unused: [] };
  #windows: WindowPayload[] | undefined;
  #unused: Unused<C>[] | undefined;

  window(window: WindowPayload): void {
    (this.#windows ??= []).push(window);
  }

  unused(unused: Unused<C>): void {
    (this.#unused ??= []).push(unused);
  }

  /** What was gathered since the last time. */
  take(): Outcome<C> {
    const windows = this.#windows;
    const unused = this.#unused;
    if (windows === undefined && unused === undefined) return Collector.#nothing;
    this.#windows = undefined;
    this.#unused = undefined;
    const nothing = Collector.#nothing;
    return { windows: windows ?? nothing.windows, unused: unused ?? nothing.unused };
  }
}
