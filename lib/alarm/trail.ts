import type { Contribution } from '../detect/detector';
import { SwatError } from '../errors';
import { blame } from './blame';
import { readScores, type Scores } from './scores';
import { MOST_ASSETS } from './tracker';

/**
 * Whom the last windows of an asset blame. A level takes several windows to be reached; by then the consequences of what
 * began it may stand out more than itself. Keeps the scores of `windows` windows of at most 10,000 assets; beyond that, the
 * asset that has been silent longest is forgotten.
 */
export class BlameTrail {
  /** In the order in which assets were last heard of. A window that was no anomaly is `undefined`. */
  private readonly assets = new Map<string, readonly (Scores | undefined)[]>();

  constructor(private readonly windows: number) {}

  /** Takes one more window, `undefined` for one without an anomaly: for that nobody is to blame. */
  add(asset: string, scores: Scores | undefined): Contribution[] {
    if (scores === undefined && !this.assets.has(asset)) return [];
    const kept = [...(this.assets.get(asset) ?? []), scores].slice(-this.windows);
    this.assets.delete(asset);
    if (kept.some((each) => each !== undefined)) this.assets.set(asset, kept);
    for (const silent of this.assets.keys()) {
      if (this.assets.size <= MOST_ASSETS) break;
      this.assets.delete(silent);
    }
    return scores === undefined ? [] : blame(...kept.flatMap((each) => each ?? []));
  }

  /** What is kept of an asset, `null` for a window that was no anomaly: plain data, to be saved. */
  saved(asset: string): readonly (Scores | null)[] | undefined {
    return this.assets.get(asset)?.map((scores) => scores ?? null);
  }

  /**
   * Takes back what was saved of an asset.
   * @throws SwatError `snapshot-corrupt`, or what is wrong with a score
   */
  restore(asset: string, saved: unknown): void {
    if (!Array.isArray(saved)) throw new SwatError('snapshot-corrupt', { key: asset });
    const kept = saved
      .slice(-this.windows)
      .map((scores: unknown) => (scores === null ? undefined : readScores(scores)));
    this.assets.set(asset, kept);
  }

  /** Forgets one asset, or all. */
  reset(asset?: string): void {
    if (asset === undefined) this.assets.clear();
    else this.assets.delete(asset);
  }
}
