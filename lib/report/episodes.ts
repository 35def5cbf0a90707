import type { AlarmKind, Moment } from '../alarm/episode';
import type { AlarmEvent } from '../alarm/event';
import { isAnnunciated, isStanding } from '../alarm/metrics';
import type { Evidence } from '../alarm/read-evidence';
import type { AlarmState } from '../alarm/transitions';
import { LEVELS, type Level, type Sentence } from '../alarm/verdict';
import type { Contribution } from '../detect/detector';

/** One thing that happened to an alarm. */
export interface EpisodeStep {
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly event: AlarmEvent['event'];
  readonly level: Level;
  readonly ratio: number;
  readonly state: AlarmState;
  readonly user: string;
  readonly comment: string;
}

/** One stretch of anomaly of an asset, as a report tells it. Times are event times, ms since the epoch. */
export interface ReportEpisode {
  readonly id: string;
  readonly asset: string;
  readonly kind: AlarmKind;
  /** The highest level. */
  readonly level: Level;
  /** Whether people were asked for: an alarm, and not only an event to watch. */
  readonly isAlarm: boolean;
  /** When it began, which may be before the span. */
  readonly from: number;
  /** When the process was normal again; `undefined` while it is not. */
  readonly to: number | undefined;
  /** The state after the last event of the span. */
  readonly state: AlarmState;
  readonly stands: boolean;
  readonly onset: Moment;
  readonly peak: Moment;
  readonly because: Sentence;
  /** The tag that was blamed first; empty where none was. */
  readonly first: string;
  /** Who is to blame at the peak, most guilty first. */
  readonly tags: readonly Contribution[];
  readonly steps: readonly EpisodeStep[];
  /** How long the first acknowledgement took, ms; `undefined` without one. */
  readonly acknowledgedAfter: number | undefined;
  readonly evidence: Evidence;
  readonly guidance: AlarmEvent['guidance'];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Omit<ReportEpisode, 'steps' | 'stands'>> & { steps: EpisodeStep[] };

const ENDS: ReadonlySet<string> = new Set(['cleared', 'info-ended', 'latched', 'reset']);

/**
 * The episodes of events, in the order of their beginning.
 * @param events oldest first
 * @param before the last event before the span of each alarm that stood when it began
 */
export function episodesOf(events: readonly AlarmEvent[], before: readonly AlarmEvent[] = []): ReportEpisode[] {
  const drafts = new Map<string, Draft>();
  for (const event of before) if (event.episode > 0) stood(begin(drafts, event), event);
  for (const event of events) {
    // A hold without an anomaly is no episode; what people do about it is told with the actions.
    const draft = event.episode > 0 ? begin(drafts, event) : drafts.get(keyOf(event, latestOf(drafts, event.id)));
    if (draft !== undefined) take(draft, event);
  }
  return [...drafts.values()]
    .map((draft) => ({ ...draft, stands: draft.to === undefined || isStanding(draft.state) }))
    .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
}

function begin(drafts: Map<string, Draft>, event: AlarmEvent): Draft {
  const key = keyOf(event, event.episode);
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const { id, asset, kind, level, onset, peak, because, firstOut, state, guidance } = event;
  const tags = peak.tags.length > 0 ? peak.tags : event.tags;
  const draft: Draft = {
    ...{ id, asset, kind, level, onset, peak, because, state, guidance, tags },
    isAlarm: false,
    from: onset.time,
    to: undefined,
    first: firstOut?.tag ?? tags.at(0)?.tag ?? '',
    steps: [],
    acknowledgedAfter: undefined,
    evidence: {},
  };
  drafts.set(key, draft);
  return draft;
}

/** Has asked for people before the span. */
function stood(draft: Draft, { event, time }: AlarmEvent): void {
  draft.isAlarm = true;
  if (ENDS.has(event)) draft.to = time;
}

function take(draft: Draft, event: AlarmEvent): void {
  const { time, level, ratio, state, peak, user = '', comment = '' } = event;
  draft.steps.push({ time, event: event.event, level, ratio, state, user, comment });
  draft.state = state;
  if (LEVELS.indexOf(level) > LEVELS.indexOf(draft.level)) draft.level = level;
  if (peak.ratio >= draft.peak.ratio) {
    draft.peak = peak;
    if (peak.tags.length > 0) draft.tags = peak.tags;
    draft.because = peak.because;
  }
  if (isAnnunciated(event)) {
    draft.isAlarm = true;
    draft.to = undefined;
  }
  if (event.event === 'acknowledged') {
    const asked = draft.steps.find((step) => isAnnunciated(step))?.time;
    if (asked !== undefined) draft.acknowledgedAfter ??= Math.max(0, time - asked);
  }
  if (ENDS.has(event.event)) draft.to = time;
  draft.evidence = { ...event.evidence, ...draft.evidence };
}

function keyOf({ id }: Pick<AlarmEvent, 'id'>, episode: number): string {
  return `${id}/${episode}`;
}

function latestOf(drafts: ReadonlyMap<string, Draft>, id: string): number {
  let latest = 0;
  for (let episode = 1; drafts.has(`${id}/${episode}`); episode += 1) latest = episode;
  return latest;
}
