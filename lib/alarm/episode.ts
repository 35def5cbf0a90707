import { createHash } from 'node:crypto';
import type { Contribution } from '../detect/detector';
import type { AlarmVerdict } from './read-verdict';
import type { EpisodeSettings } from './settings';
import type { AlarmState } from './transitions';
import { LEVELS, type Level, type Sentence } from './verdict';

/** What an alarm is about: the process, or that nothing is heard of it. An asset has at most one alarm of each kind. */
export const ALARM_KINDS = ['process', 'communication'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** One window of an episode worth keeping. */
export interface Moment {
  /** Event time, ms since the epoch. */
  time: number;
  ratio: number;
  tags: Contribution[];
  /** Why, in the words of this window; of one that was no anomaly itself, that no single tag stands out. */
  because: Sentence;
}

/** The tag that was blamed first. */
export interface FirstOut {
  readonly tag: string;
  readonly stage: string;
  /** Event time, ms since the epoch. */
  readonly time: number;
}

/** What a person said of an alarm last. */
export interface Note {
  readonly user: string;
  readonly comment: string;
  /** Wall-clock time, ms. */
  readonly at: number;
}

/** One stretch of anomaly of an asset, and the alarm that it is. Plain data; a new value per step. */
export interface Episode {
  readonly asset: string;
  readonly kind: AlarmKind;
  /** Of the alarm: the same for every episode that returns before it was acknowledged. See {@link alarmId}. */
  readonly id: string;
  /** Underneath a hold `unacknowledged` while the process is in alarm, else `normal`. */
  readonly state: AlarmState;
  /** Wall-clock time since when, ms. */
  readonly since: number;
  /** How often it was told as unanswered in this state. */
  readonly step: number;
  /** The highest level of this episode. */
  readonly level: Level;
  /** 1 for the first episode of the alarm, one more each time it is re-raised. */
  readonly count: number;
  readonly onset: Moment;
  readonly peak: Moment;
  readonly last: Moment;
  readonly firstOut: FirstOut | null;
  /** Why it stands, in the words of the last anomaly that has a level; once it is over, of its peak. */
  readonly because: Sentence;
  /** The window since which it has been at the annunciation level, while the on-delay runs. */
  readonly pending: Moment | null;
  /** Event time since when the asset has been calm, or null while it is not. */
  readonly calmSince: number | null;
  /** Wall-clock time of the last verdict, ms. */
  readonly heard: number;
  /** Version of the model that spoke first, or an empty string. */
  readonly model: string;
  readonly note?: Note;
}

/** Id of an alarm: the same for the same asset, onset and model, in whichever process it is derived. */
export function alarmId(asset: string, onset: number, model: string): string {
  return createHash('sha256')
    .update(JSON.stringify([asset, onset, model]))
    .digest('hex')
    .slice(0, 16);
}

/** Event time as it must be by now: that of the last verdict and the wall-clock time since, ms. */
export function eventTime(episode: Pick<Episode, 'last' | 'heard'>, now: number): number {
  return episode.last.time + Math.max(0, now - episode.heard);
}

/** True while the process itself is in alarm, acknowledged or not. */
export function isActive(episode: Pick<Episode, 'state'> | undefined): boolean {
  return episode?.state === 'unacknowledged' || episode?.state === 'acknowledged';
}

/** Whether a level is annunciated. */
export function isAnnunciated(level: Level, { annunciate }: Pick<EpisodeSettings, 'annunciate'>): boolean {
  return rank(level) >= rank(annunciate);
}

/** Whether an episode's level has risen from one step to the next. */
export function hasRisen(before: Episode, after: Episode): boolean {
  return rank(after.level) > rank(before.level);
}

/** The episode that a verdict begins: not yet an alarm. `undefined` for a verdict without a level. */
export function begin(
  kind: AlarmKind,
  verdict: AlarmVerdict,
  now: number,
  settings: EpisodeSettings,
): Episode | undefined {
  if (verdict.level === 'NONE') return undefined;
  const moment = momentOf(verdict);
  return {
    asset: verdict.asset,
    kind,
    id: alarmId(verdict.asset, verdict.time, kind === 'process' ? verdict.model : kind),
    state: 'normal',
    since: now,
    step: 0,
    level: verdict.level,
    count: 1,
    onset: moment,
    peak: moment,
    last: moment,
    firstOut: firstOutOf(moment),
    because: moment.because,
    pending: isAnnunciated(verdict.level, settings) ? moment : null,
    calmSince: null,
    heard: now,
    model: verdict.model,
  };
}

/** The episode with one more verdict. Its state is as it was. */
export function follow(before: Episode, verdict: AlarmVerdict, now: number, settings: EpisodeSettings): Episode {
  const moment = momentOf(verdict);
  const annunciated = isAnnunciated(verdict.level, settings);
  const episode: Episode = {
    ...before,
    last: moment,
    because: verdict.finding === 'anomaly' && verdict.level !== 'NONE' ? moment.because : before.because,
    pending: annunciated && !isActive(before) ? (before.pending ?? moment) : null,
    calmSince: isCalm(verdict, settings) ? Math.min(before.calmSince ?? verdict.time, verdict.time) : null,
    heard: now,
  };
  if (isOver(before)) return episode;
  return {
    ...episode,
    peak: verdict.ratio > before.peak.ratio ? moment : before.peak,
    level: rank(verdict.level) > rank(before.level) ? verdict.level : before.level,
    firstOut: before.firstOut ?? firstOutOf(moment),
  };
}

/** An alarm whose episode was over, with the next one: that which is pending. */
export function recur(episode: Episode, level: Level): Episode {
  const onset = episode.pending ?? episode.last;
  const peak = episode.last.ratio > onset.ratio ? episode.last : onset;
  const { because } = episode.last;
  return {
    ...episode,
    level,
    count: episode.count + 1,
    onset,
    peak,
    because,
    firstOut: firstOutOf(onset) ?? firstOutOf(peak),
  };
}

/** True once the process has returned to normal and the alarm waits for a person. */
export function isOver({ state }: Pick<Episode, 'state'>): boolean {
  return state !== 'normal' && !isActive({ state });
}

/** Whether the on-delay has run out by an event time. */
export function isDue({ pending }: Episode, time: number, { onDelayMs }: EpisodeSettings): boolean {
  return pending !== null && time - pending.time >= onDelayMs;
}

/** Whether the off-delay has run out by an event time. */
export function isSettled(episode: Episode, time: number, { offDelayMs }: EpisodeSettings): boolean {
  return episode.calmSince !== null && !isOver(episode) && time - episode.calmSince >= offDelayMs;
}

/** Calm is a judged verdict of level NONE; one that could not judge is not. */
function isCalm({ level, finding, ratio }: AlarmVerdict, { hysteresis }: EpisodeSettings): boolean {
  if (level !== 'NONE' || finding === 'not-ready' || finding === 'bad-data') return false;
  return hysteresis >= 1 || ratio < hysteresis;
}

function firstOutOf({ tags, time }: Moment): FirstOut | null {
  if (tags.length === 0) return null;
  const [{ tag, stage }] = tags;
  return { tag, stage, time };
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function momentOf({ asset, time, finding, level, ratio, tags, sentence }: AlarmVerdict): Moment {
  const untold: Sentence = { code: 'anomaly-untold', params: { asset, level, ratio } };
  return { time, ratio, tags, because: finding === 'anomaly' ? sentence : untold };
}
