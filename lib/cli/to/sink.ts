import type { SwatError } from '../../errors';
import type { systemTimers } from '../../platform/timers';
import type { Plant } from '../../plant/dictionary';

/** The values of one asset at one instant, on their way out. */
export interface OutFrame {
  readonly asset: string;
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** By tag name; a tag that has no value at this instant is left out. */
  readonly values: Readonly<Record<string, number>>;
  /** Quality by tag name, as in OPC DA and Sparkplug B: 192 good, 0 bad, 500 stale. Good, unless it says otherwise. */
  readonly quality?: Readonly<Record<string, number>> | undefined;
}

/**
 * Where `swat replay` and `swat simulate` write to. Frames of one asset arrive in their order. What fails for a reason that
 * may pass is repeated by the sink itself, with pauses that grow, for as long as it takes: no frame is lost without a word.
 */
export interface Sink {
  /**
   * Resolves once the other side answers, or the server listens.
   * @throws SwatError in whose sentence stands what to do: wrong host, denied, a port that is taken
   */
  ready(): Promise<void>;
  /** Of a server that is ready: a line that says where it listens and what can be read. */
  where?(): string;
  /**
   * Takes a frame; resolves once the next may come, which is long before this one is acknowledged: wait for it before the next
   * `put`. Bounded: it waits while too much is under way.
   * @throws SwatError where this frame can never be written; and after `close`
   */
  put(frame: OutFrame): Promise<void>;
  readonly state: SinkState;
  /**
   * Waits until all is acknowledged, for no longer than `patienceMs`, and closes. Never rejects; what was not acknowledged
   * stays in `state.waiting`.
   */
  close(patienceMs: number): Promise<void>;
}

export interface SinkState {
  /** Frames that the other side has confirmed; of a server, that can be read. */
  readonly sent: number;
  /** Frames taken that are not confirmed. */
  readonly waiting: number;
  /** Frames refused for good, of those taken: too large for the broker. */
  readonly refused: number;
  /** Why nothing gets through at the moment, or why a frame was refused. */
  readonly problem: SwatError | undefined;
  /** What else belongs into the line of progress, like `2 clients`; empty for nothing. */
  readonly note: string;
}

/** What every sink is made with. */
export interface SinkAround {
  /** Whose tags the frames carry. */
  readonly plant: Plant;
  /** Names of the assets, in their order. */
  readonly assets: readonly string[];
  readonly timers: typeof systemTimers;
  readonly env: Readonly<Record<string, string | undefined>>;
}
