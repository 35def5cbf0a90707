import type { Family, Figures } from './families';

/** Families whose name says more than people ask for; the others are named without `swat_` and `_total`. */
const SHORT: Partial<Record<Family, string>> = {
  swat_node_errors_total: 'errors',
  swat_late_samples_total: 'late',
  swat_bad_values_total: 'bad',
  swat_kafka_lag_records: 'lag',
  swat_kafka_in_flight_records: 'inFlight',
  swat_kafka_buffered_records: 'buffered',
  swat_kafka_queued_records: 'queued',
};

/** What a node does, the first that it tells of: its rate is told a second. */
const WORK: readonly Family[] = [
  'swat_windows_total',
  'swat_scores_total',
  'swat_verdicts_total',
  'swat_alarm_events_total',
  'swat_kafka_received_records_total',
  'swat_kafka_sent_records_total',
  'swat_history_messages_total',
];

/** A node's figures as one number each, by a short name: sums over what a figure is told by. `missing` is of the bad values. */
export function plainFigures(figures: Figures): Record<string, number> {
  const plain: Record<string, number> = {};
  for (const [family, figure] of Object.entries(figures) as [Family, number | Record<string, number>][]) {
    plain[nameOf(family)] = sumOf(figure);
    if (family === 'swat_bad_values_total' && typeof figure === 'object') plain.missing = figure.missing;
  }
  return plain;
}

/** How much of its work a node has done; `undefined` for one that does not count it. */
export function workOf(figures: Figures): number | undefined {
  const family = WORK.find((each) => figures[each] !== undefined);
  const figure = family && figures[family];
  return figure === undefined ? undefined : sumOf(figure);
}

function sumOf(figure: number | Readonly<Record<string, number>>): number {
  return typeof figure === 'number' ? figure : Object.values(figure).reduce((sum, each) => sum + each, 0);
}

function nameOf(family: Family): string {
  const short = SHORT[family];
  if (short !== undefined) return short;
  const words = family.replace(/^swat_/, '').replace(/_total$/, '');
  return words.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
