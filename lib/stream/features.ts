import { STATISTICS } from './schema';
import { SlidingStatistics } from './sliding';

/**
 * The feature vector of a window, in the order of `windowSchema(plant, lengths)`: for each length, for each tag, the five
 * statistics. One {@link SlidingStatistics} per length; precision and memory are stated there.
 */
export class WindowFeatures {
  readonly windows: readonly SlidingStatistics[];

  constructor(
    readonly tags: number,
    lengths: readonly number[],
  ) {
    this.windows = lengths.map((length) => new SlidingStatistics(tags, length));
  }

  /** True when every window is full. */
  get full(): boolean {
    return this.windows.every((window) => window.full);
  }

  /** Takes one frame: a finite value per tag, in the plant's order. The array is not kept. */
  push(values: Float64Array): void {
    for (const window of this.windows) window.push(values);
  }

  /** The features of the frames so far; only of full windows. A new plain array each time. */
  read(): number[] {
    const perWindow = this.tags * STATISTICS.length;
    const features = new Array<number>(perWindow * this.windows.length);
    this.windows.forEach((window, index) => window.write(features, index * perWindow));
    return features;
  }

  /** Forgets every frame. */
  clear(): void {
    for (const window of this.windows) window.clear();
  }
}
