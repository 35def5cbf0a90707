import type { Trend } from '../history/reader';

/** When the score of a trend ends: nothing is known of what comes after it. */
export function endOf({ score, step, from }: Pick<Trend, 'score' | 'step' | 'from'>): number {
  return (score.at(-1)?.[0] ?? from - step) + step;
}
