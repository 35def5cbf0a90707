import { runsOf } from './runs';
import { count, type Counts, type Judged } from './tally';

/**
 * The counts of a recording in parts that are as good as independent: one an event, with the normal time up to half way to
 * the next. What a bootstrap draws from.
 */
export function partsOf(rows: readonly Judged[], samplePeriodS: number): Counts[] {
  const events = runsOf(rows, ({ truth }) => truth);
  const cuts = events.slice(1).map(([from], before) => Math.ceil((events[before][1] + from) / 2));
  const bounds = [0, ...cuts, rows.length];
  return bounds.slice(1).map((to, part) => count(rows.slice(bounds[part], to), samplePeriodS));
}
