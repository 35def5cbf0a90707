import { LatestSamples } from './latest';
import { WINDOW_STATISTICS } from './schema';
import { SlidingStatistics } from './sliding';

/**
 * The feature vector of a window, in the order of `windowSchema(plant, lengths, lags)`: for each length, for each tag, the
 * five statistics; then the last `lags` samples. One {@link SlidingStatistics} per length; precision and memory are stated
 * there.
 */
export class WindowFeatures {
  readonly windows: readonly SlidingStatistics[];
  readonly latest: LatestSamples;
  /** What is read; fractions make it an array of plain doubles from the first, and so of every copy. */
  readonly #features: number[];

  constructor(
    readonly tags: number,
    lengths: readonly number[],
    lags = 0,
  ) {
    this.windows = lengths.map((length) => new SlidingStatistics(tags, length));
    this.latest = new LatestSamples(tags, lags);
    const count = tags * (WINDOW_STATISTICS.length * lengths.length + lags);
    this.#features = Array.from({ length: count }, () => 0.5);
  }

  /** True when every window is full. */
  get full(): boolean {
    return this.latest.full && this.windows.every((window) => window.full);
  }

  /** Takes one frame: a finite value per tag, in the plant's order. The array is not kept. */
  push(values: Float64Array): void {
    for (const window of this.windows) window.push(values);
    this.latest.push(values);
  }

  /** The features of the frames so far; only of full windows. A new plain array each time. */
  read(): number[] {
    const features = this.#features;
    let at = 0;
    for (const window of this.windows) at = window.write(features, at);
    this.latest.write(features, at);
    return features.slice();
  }

  /** Forgets every frame. */
  clear(): void {
    for (const window of this.windows) window.clear();
    this.latest.clear();
  }
}
