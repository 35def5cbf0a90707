import { createHash } from 'node:crypto';
import type { Contribution } from '../detect/detector';
import type { AlarmVerdict } from './read-verdict';
import { LEVELS, type Level, type Sentence } from './verdict';

/** States of an alarm, after ISA-18.2. `normal` is also the state of an episode below the annunciation level. */
export const ALARM_STATES = ['normal', 'unacknowledged', 'acknowledged', 'returned-unacknowledged'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** One window of an episode worth keeping. */
export interface Moment {
  /** Event time, ms since the epoch. */
  time: number;
  ratio: number;
  tags: Contribution[];
  /** Why, in the words of this window; of one that was no anomaly itself, that no single tag stands out. */
  because: Sentence;
}

/** One stretch of anomaly of an asset, and the alarm that it is. Plain data; a new value per step. */
export interface Episode {
  readonly asset: string;
  /** Of the alarm: the same for every episode that returns before it was acknowledged. See {@link alarmId}. */
  readonly id: string;
  readonly state: AlarmState;
  /** The highest level of this episode. */
  readonly level: Level;
  /** 1 for the first episode of the alarm, one more each time it is re-raised. */
  readonly count: number;
  readonly onset: Moment;
  readonly peak: Moment;
  readonly last: Moment;
  /** Why it stands, in the words of the last anomaly that has a level; once it is over, of its peak. */
  readonly because: Sentence;
  /** Event time since when the asset has been calm, or null while it is not. */
  readonly calmSince: number | null;
  /** Wall-clock time of the last verdict, ms. */
  readonly heard: number;
}

export interface EpisodeSettings {
  /** The lowest level that is annunciated as an alarm. */
  readonly annunciate: Exclude<Level, 'NONE'>;
  /** An episode ends when its asset has been calm for this long, ms of event time. */
  readonly offDelayMs: number;
}

/** What can happen to an asset's alarm. A `tick` is time passing without a verdict. */
export type AlarmInput =
  { kind: 'verdict'; verdict: AlarmVerdict } | { kind: 'tick' } | { kind: 'acknowledge' } | { kind: 'reset' };

/** What an input changed. `info` and `info-ended` frame an episode that never reached the annunciation level. */
export const ALARM_EVENTS = [
  'raised',
  'escalated',
  're-raised',
  'acknowledged',
  'cleared',
  'info',
  'info-ended',
] as const;
export type AlarmEventName = (typeof ALARM_EVENTS)[number];

/** The asset's episode after a step (`undefined` when it is over and done), and what changed, if anything. */
export interface Step {
  readonly episode: Episode | undefined;
  /** The episode as it was at the change: also there when the episode is over. */
  readonly changed?: { readonly event: AlarmEventName; readonly episode: Episode };
}

/** Id of an alarm: the same for the same asset, onset and model, in whichever process it is derived. */
export function alarmId(asset: string, onset: number, model: string): string {
  return createHash('sha256')
    .update(JSON.stringify([asset, onset, model]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The alarm state machine of one asset, pure. An alarm is raised at the annunciation level, escalated at each higher one
 * (which takes back an acknowledgement: it was given to something less), and cleared after the off-delay of calm. Calm
 * is a judged verdict of level NONE; a verdict that could not judge is not, and no verdict at all changes nothing: time
 * alone only finishes an off-delay that calm had begun.
 * @param now wall-clock time, ms
 */
export function step(episode: Episode | undefined, input: AlarmInput, now: number, settings: EpisodeSettings): Step {
  switch (input.kind) {
    case 'verdict':
      return episode === undefined
        ? begin(input.verdict, now, settings)
        : follow(episode, input.verdict, now, settings);
    case 'tick':
      return episode === undefined ? { episode } : settle(episode, eventTime(episode, now), settings);
    case 'acknowledge':
      return episode === undefined ? { episode } : acknowledge(episode);
    case 'reset':
      return episode === undefined || episode.state === 'returned-unacknowledged'
        ? { episode: undefined }
        : end(episode, undefined);
  }
}

/** Event time as it must be by now: that of the last verdict and the wall-clock time since, ms. */
export function eventTime(episode: Episode, now: number): number {
  return episode.last.time + Math.max(0, now - episode.heard);
}

/** True while the process itself is in alarm, acknowledged or not. */
export function isActive({ state }: Pick<Episode, 'state'>): boolean {
  return state === 'unacknowledged' || state === 'acknowledged';
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function begin(verdict: AlarmVerdict, now: number, settings: EpisodeSettings): Step {
  if (verdict.level === 'NONE') return { episode: undefined };
  const annunciated = rank(verdict.level) >= rank(settings.annunciate);
  const moment = momentOf(verdict);
  const episode: Episode = {
    asset: verdict.asset,
    id: alarmId(verdict.asset, verdict.time, verdict.model),
    state: annunciated ? 'unacknowledged' : 'normal',
    level: verdict.level,
    count: 1,
    onset: moment,
    peak: moment,
    last: moment,
    because: moment.because,
    calmSince: null,
    heard: now,
  };
  return { episode, changed: { event: annunciated ? 'raised' : 'info', episode } };
}

function follow(before: Episode, verdict: AlarmVerdict, now: number, settings: EpisodeSettings): Step {
  const moment = momentOf(verdict);
  const blind = verdict.finding === 'not-ready' || verdict.finding === 'bad-data';
  const calm = verdict.level === 'NONE' && !blind;
  const episode: Episode = {
    ...before,
    last: moment,
    because: verdict.finding === 'anomaly' && verdict.level !== 'NONE' ? moment.because : before.because,
    calmSince: calm ? Math.min(before.calmSince ?? verdict.time, verdict.time) : null,
    heard: now,
  };
  if (before.state === 'returned-unacknowledged') return recur(episode, verdict, settings);
  const peak = verdict.ratio > before.peak.ratio ? moment : before.peak;
  const level = rank(verdict.level) > rank(before.level) ? verdict.level : before.level;
  const risen: Episode = { ...episode, peak, level };
  if (level === before.level) return settle(risen, verdict.time, settings);
  if (rank(level) < rank(settings.annunciate)) return { episode: risen };
  const alarm: Episode = { ...risen, state: 'unacknowledged' };
  return { episode: alarm, changed: { event: before.state === 'normal' ? 'raised' : 'escalated', episode: alarm } };
}

/** An alarm that had returned to normal without anyone acknowledging it: the same alarm, a new episode. */
function recur(episode: Episode, verdict: AlarmVerdict, settings: EpisodeSettings): Step {
  if (rank(verdict.level) < rank(settings.annunciate)) return { episode };
  const again: Episode = {
    ...episode,
    state: 'unacknowledged',
    level: verdict.level,
    count: episode.count + 1,
    onset: episode.last,
    peak: episode.last,
    because: episode.last.because,
  };
  return { episode: again, changed: { event: 're-raised', episode: again } };
}

function settle(episode: Episode, time: number, settings: EpisodeSettings): Step {
  const over =
    episode.calmSince !== null &&
    episode.state !== 'returned-unacknowledged' &&
    time - episode.calmSince >= settings.offDelayMs;
  if (!over) return { episode };
  return end(episode, episode.state === 'unacknowledged' ? 'returned-unacknowledged' : undefined);
}

function end(episode: Episode, stays: 'returned-unacknowledged' | undefined): Step {
  const event = isActive(episode) ? 'cleared' : 'info-ended';
  const ended: Episode = { ...episode, state: stays ?? 'normal', because: episode.peak.because };
  return { episode: stays === undefined ? undefined : ended, changed: { event, episode: ended } };
}

function acknowledge(episode: Episode): Step {
  if (episode.state === 'unacknowledged') {
    const seen: Episode = { ...episode, state: 'acknowledged' };
    return { episode: seen, changed: { event: 'acknowledged', episode: seen } };
  }
  if (episode.state === 'returned-unacknowledged') {
    return { episode: undefined, changed: { event: 'acknowledged', episode: { ...episode, state: 'normal' } } };
  }
  return { episode };
}

function momentOf({ asset, time, finding, level, ratio, tags, sentence }: AlarmVerdict): Moment {
  const untold: Sentence = { code: 'anomaly-untold', params: { asset, level, ratio } };
  return { time, ratio, tags, because: finding === 'anomaly' ? sentence : untold };
}
