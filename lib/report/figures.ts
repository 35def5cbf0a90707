import type { AlarmEvent } from '../alarm/event';
import { AlarmMetrics, isAnnunciated, type MetricsReport } from '../alarm/metrics';
import type { ReportEpisode } from './episodes';

const HOUR_MS = 3_600_000;
const STALE_MS = 24 * HOUR_MS;
/** Bars of the chart of alarms, at most. */
const MOST_BARS = 48;

/** Alarm metrics of a span after ISA-18.2 / IEC 62682; times in ms unless said otherwise. */
export interface AlarmFigures {
  /** Counted over the span by event time: what was asked before it is not in it. */
  readonly metrics: MetricsReport;
  readonly hours: number;
  readonly perHour: number;
  readonly perDay: number;
  readonly peak10Min: number;
  readonly floods: number;
  readonly floodShare: number;
  readonly chattering: number;
  readonly fleeting: number;
  /** Standing at the end; of these, for more than a day. */
  readonly standing: number;
  readonly stale: number;
  /** Time to acknowledge of the alarms of the span, s; null without any. */
  readonly acknowledge: { readonly count: number; readonly meanS: number | null; readonly longestS: number | null };
  /** Alarms that ask for a person and have had none by the end. */
  readonly unanswered: number;
  /** How many alarms were annunciated in each stretch of the span, from its beginning. */
  readonly bars: { readonly ms: number; readonly counts: readonly number[] };
}

/** @param events of the span [from, to), oldest first */
export function figuresOf(
  events: readonly AlarmEvent[],
  episodes: readonly ReportEpisode[],
  { from, to }: { from: number; to: number },
): AlarmFigures {
  const counter = new AlarmMetrics(() => undefined);
  counter.tick(from);
  for (const event of events) {
    counter.tick(event.time);
    counter.consider(event, event.time);
  }
  counter.tick(to);
  const metrics = counter.report(to);
  const hours = (to - from) / HOUR_MS;
  const standing = episodes.filter(({ isAlarm, stands }) => isAlarm && stands);
  const waits = episodes.flatMap(({ acknowledgedAfter }) => acknowledgedAfter ?? []);
  const { count, meanS } = metrics.timeToAcknowledge;
  return {
    metrics,
    hours,
    perHour: metrics.alarms / Math.max(hours, 1),
    perDay: (24 * metrics.alarms) / Math.max(hours, 1),
    peak10Min: metrics.per10Min.peak,
    floods: metrics.flood.count,
    floodShare: metrics.flood.share,
    chattering: metrics.chattering.count,
    fleeting: metrics.fleeting,
    standing: standing.length,
    stale: standing.filter((each) => to - each.from > STALE_MS).length,
    acknowledge: { count, meanS, longestS: waits.length === 0 ? null : Math.max(...waits) / 1000 },
    unanswered: unansweredOf(episodes),
    bars: barsOf(events, from, to),
  };
}

/** Alarms that wait for a person: one that came again is one, and is as it was last. */
function unansweredOf(episodes: readonly ReportEpisode[]): number {
  const last = new Map(episodes.filter(({ isAlarm }) => isAlarm).map(({ id, state }) => [id, state]));
  return [...last.values()].filter((state) => state.endsWith('unacknowledged')).length;
}

/** Ten minutes, an hour, or as many whole hours as make no more than 48 bars. */
function barsOf(events: readonly AlarmEvent[], from: number, to: number): AlarmFigures['bars'] {
  const span = to - from;
  const short = HOUR_MS / 6;
  const ms = span <= MOST_BARS * short ? short : Math.ceil(span / HOUR_MS / MOST_BARS) * HOUR_MS;
  const counts = new Array<number>(Math.max(1, Math.ceil(span / ms))).fill(0);
  for (const event of events) {
    const bar = Math.floor((event.time - from) / ms);
    if (isAnnunciated(event) && bar >= 0 && bar < counts.length) counts[bar] += 1;
  }
  return { ms, counts };
}
