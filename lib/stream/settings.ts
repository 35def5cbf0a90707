/** A grid of instants, a whole number of periods after the epoch each, at which frames are assembled. */
export interface GridSettings {
  /** From one instant to the next, whole ms. */
  readonly periodMs: number;
  /** How much older than the latest event time an input may be and still be used, ms; at most 10,000 periods. */
  readonly latenessMs: number;
}

/** How frames become windows. */
export interface WindowSettings {
  /** Window lengths in samples, each at least 2. A window is due when the longest is full. */
  readonly lengths: readonly number[];
  /** The last so many samples of every tag stand in the window as they are, beside the statistics; 0 or absent: none. */
  readonly lags?: number;
  /** Samples from one window to the next; on a grid, windows end where this many periods since the epoch do. */
  readonly stride: number;
  /**
   * How long the last good value of a tag may stand in for one that cannot be used, in ms of event time; at least two usual
   * intervals of the asset, unless it is 0.
   */
  readonly maxAgeMs: number;
  /** On a grid: the source reports changes only, so that a good value stands while anything else of its asset is heard. */
  readonly changesOnly?: boolean;
  /** Assets kept at once. */
  readonly maxAssets: number;
  /** An asset without frames for so long (arrival time, ms) may be forgotten. */
  readonly idleMs: number;
  /** Windows by event time; without it each frame is one sample, in the order of arrival. */
  readonly grid?: GridSettings;
  /** An asset from which nothing has come for so long (arrival time, ms) has lost its communication; 0: never. */
  readonly lostAfterMs?: number;
}
