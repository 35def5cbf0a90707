/** All there is to know of a {@link LatestSamples}. */
export interface LatestState {
  /** Samples kept, up to `count`. */
  filled: number;
  /** Ring slot that the next sample goes to. */
  slot: number;
  /** The samples, `ring[slot * tags + tag]`. */
  readonly ring: Float64Array;
}

/** The last `count` samples of every tag as they are. Memory: 8 bytes * tags * count. */
export class LatestSamples {
  readonly state: LatestState;

  /** @param count samples, 0 for none */
  constructor(
    readonly tags: number,
    readonly count: number,
  ) {
    this.state = { filled: 0, slot: 0, ring: new Float64Array(tags * count) };
  }

  /** True when there are `count` samples. */
  get full(): boolean {
    return this.state.filled === this.count;
  }

  /** Forgets every sample. */
  clear(): void {
    this.state.filled = 0;
    this.state.slot = 0;
  }

  /** Takes one sample: a finite value per tag. */
  push(values: Float64Array): void {
    const { state, tags, count } = this;
    if (count === 0) return;
    state.ring.set(values, state.slot * tags);
    state.slot = state.slot + 1 === count ? 0 : state.slot + 1;
    if (state.filled < count) state.filled += 1;
  }

  /** Writes the samples of full rings into `out`, from position `at` on: the newest of every tag, then those before it. */
  write(out: number[], at: number): void {
    const { tags, count } = this;
    const { ring, slot } = this.state;
    for (let age = 1, to = at; age <= count; age++) {
      const from = ((slot - age + count) % count) * tags;
      for (let tag = 0; tag < tags; tag++, to++) out[to] = ring[from + tag];
    }
  }
}
