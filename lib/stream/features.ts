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

  constructor(
    readonly tags: number,
    lengths: readonly number[],
    lags = 0,
  ) {
    this.windows = lengths.map((length) => new SlidingStatistics(tags, length));
    this.latest = new LatestSamples(tags, lags);
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
    const perWindow = this.tags * WINDOW_STATISTICS.length;
    const raw = perWindow * this.windows.length;
    const features = new Array<number>(raw + this.tags * this.latest.count);
    this.windows.forEach((window, index) => window.write(features, index * perWindow));
    this.latest.write(features, raw);
    return features;
  }

  /** Forgets every frame. */
  clear(): void {
    for (const window of this.windows) window.clear();
    this.latest.clear();
  }
}
