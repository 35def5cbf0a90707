import type { Dataset } from '../detect/dataset';
import { usualStep } from '../detect/expected-alarms';
import { touches, type Exclusions, type TimeRange } from './exclusions';

/**
 * The rows whose windows touch no excluded range, and how many were left out. Collected rows know the end of their window
 * only: where it began is told by the usual step of the rows.
 */
export function withoutRanges(data: Dataset, ranges: readonly TimeRange[]): { data: Dataset; excluded: number } {
  if (ranges.length === 0) return { data, excluded: 0 };
  const { schema, rows, count, times, stride } = data;
  const longest = schema.features.reduce((most, { length }) => Math.max(most, length), 1);
  const span = ((longest - 1) * usualStep(times)) / stride;
  const width = schema.features.length;
  const kept = Array.from({ length: count }, (_, row) => row).filter(
    (row) => !touches(ranges, times[row] - span, times[row]),
  );
  const left = new Float64Array(kept.length * width);
  kept.forEach((row, to) => left.set(rows.subarray(row * width, (row + 1) * width), to * width));
  return {
    data: { schema, rows: left, count: kept.length, times: Float64Array.from(kept, (row) => times[row]), stride },
    excluded: count - kept.length,
  };
}

/**
 * Puts the features of excluded tags to their mean, in place: a model learns nothing of them, and its schema still fits the
 * windows of the flow. Whoever scores passes these tags over (`excludedTags` among the settings of the model).
 */
export function withoutTags({ schema, rows, count }: Dataset, tags: Exclusions['tags']): void {
  const width = schema.features.length;
  const out = new Set(tags);
  schema.features.forEach(({ tag }, feature) => {
    if (!out.has(schema.tags[tag].name)) return;
    let mean = 0;
    for (let row = 0; row < count; row += 1) mean += rows[row * width + feature] / count;
    for (let row = 0; row < count; row += 1) rows[row * width + feature] = mean;
  });
}
