import type { WindowSchema } from '../stream/schema';
import type { PcaViews } from './settings';

/** The features that each PCA sees: see {@link PcaViews}. */
export function viewsOf({ features }: Pick<WindowSchema, 'features'>, views: PcaViews): Int32Array[] {
  const every = features.map((_, index) => index);
  if (views === 'together') return [Int32Array.from(every)];
  const raw = (index: number): boolean => features[index].statistic === 'first';
  return [every.filter((index) => !raw(index)), every.filter(raw)]
    .filter((positions) => positions.length > 0)
    .map((positions) => Int32Array.from(positions));
}
