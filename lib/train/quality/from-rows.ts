import type { Dataset } from '../../detect/dataset';
import { QualityMeter } from './meter';

/**
 * Feeds a meter with collected windows: of every tag the newest sample where the windows hold it, else the mean over the
 * shortest length. Rows are sorted by asset, then time.
 */
export function measureRows(data: Dataset): QualityMeter {
  const { schema, rows, count, times } = data;
  const width = schema.features.length;
  const meter = new QualityMeter(schema.tags);
  const columns = schema.tags.map((_, tag) => newestOf(data, tag));
  const values = new Float64Array(schema.tags.length);
  for (let row = 0; row < count; row += 1) {
    if (row > 0 && times[row] < times[row - 1]) meter.restart();
    columns.forEach((column, tag) => (values[tag] = column < 0 ? Number.NaN : rows[row * width + column]));
    meter.push(times[row], values);
  }
  return meter;
}

/** The feature that is nearest to what a tag reads at the end of the window: the fewer samples, the nearer. */
function newestOf({ schema }: Dataset, tag: number): number {
  let [best, least] = [-1, Infinity];
  schema.features.forEach(({ tag: of, statistic, length }, index) => {
    const fits = statistic === 'mean' || statistic === 'first';
    if (of === tag && fits && length < least) [best, least] = [index, length];
  });
  return best;
}
