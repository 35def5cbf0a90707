import type { Contribution } from '../detect/detector';
import type { Known } from '../operator/actor';
import type { Guidance } from '../plant/dictionary';
import { isActive, type AlarmKind, type Episode, type FirstOut, type Moment } from './episode';
import type { By, Change, EndReason } from './machine';
import type { Evidence } from './read-evidence';
import { plainCopy } from './plain-copy';
import { priorityOf, type Priority, type PrioritySettings } from './settings';
import type { Decision } from './notify/notifier';
import type { Matcher } from './notify/matcher';
import type { PlainEventName } from './plain-event';
import type { AlarmEventName, AlarmState } from './transitions';
import type { Level, Sentence, Verdict } from './verdict';

/** What `swat-alert` sends on output 1 and journals, before it is worded. */
export interface AlarmEvent {
  event: AlarmEventName | PlainEventName;
  /** Id of the alarm, the same in all its events; of a silence, its own. */
  id: string;
  /** Rises by one with every event of a node. */
  seq: number;
  asset: string;
  kind: AlarmKind;
  /** Event time, ms since the epoch. */
  time: number;
  /** NONE where there is no anomaly, only a hold. */
  level: Level;
  priority: Priority;
  /** The alarm's state after the event, and before it. */
  state: AlarmState;
  previous: AlarmState;
  /** The process is in alarm after the event, also underneath a hold. */
  active: boolean;
  /** Which episode of this alarm, from 1; 0 where there is none, only a hold. */
  episode: number;
  onset: Moment;
  peak: Moment;
  ratio: number;
  tags: Contribution[];
  /** The tag that was blamed first in this episode; null where none was. */
  firstOut: FirstOut | null;
  /** What the plant's dictionary says of the tag that came first, or of the first one to blame that it has words for. */
  guidance?: Guidance & { readonly tag: string };
  sentence: Sentence;
  /** Why the alarm stands; of one that is acknowledged or over, why it stood at its peak. */
  because: Sentence;
  /** Why it began, where that was another tag than {@link because} names, or the same tag the other way. */
  began?: Sentence;
  /** Of what ended by itself or by a person. */
  reason?: EndReason;
  /** Of what a person did. */
  user?: string;
  comment?: string;
  /** How the user was known, where that was checked. */
  known?: Known;
  /** What became of it as a notification, where it could have been one: `due`, or why not. */
  notice?: Decision;
  /** Of a silence: which alarms. */
  matchers?: readonly Matcher[];
  /** While shelved, and of `silenced`: when it ends by itself, wall-clock time, ms; and that it ends with the alarm, too. */
  until?: number;
  oneShot?: true;
  /** Of `unanswered`: the how-many-th time, from 1. */
  step?: number;
  /** Version of the model that spoke first, or an empty string. */
  model: string;
  /** What the detectors said, of an event that a verdict brought about. */
  scores?: Verdict['detectors'];
  /** The windows before and at a change of level, where the verdict brought them. */
  evidence?: Evidence;
}

/** What settings and plant say of an alarm. */
export type AboutEpisode = Pick<AlarmEvent, 'priority' | 'guidance'>;

/** What is known of an event besides the change. */
export interface Occasion {
  readonly seq: number;
  readonly time: number;
  readonly by?: By;
  readonly scores?: Verdict['detectors'];
  readonly evidence?: Evidence;
}

/** What an event takes from the settings and from the plant. */
export interface Surroundings {
  readonly priority: PrioritySettings;
  readonly guidanceOf: (tag: string) => Guidance | undefined;
}

/** Events that tell why the alarm stood at its peak: what they are about may be past. */
const LOOK_BACK: ReadonlySet<AlarmEventName> = new Set(['acknowledged', 'unlatched', 'reset']);

/** The event of a change, sharing nothing with the state it came from. */
export function alarmEvent(change: Change, occasion: Occasion, surroundings: Surroundings): AlarmEvent {
  const { event, previous, state, episode, hold, reason } = change;
  const { seq, time, by, scores, evidence } = occasion;
  const { id, asset, kind, level, count, onset, peak, last, firstOut, model } = episode;
  const because = LOOK_BACK.has(event) ? peak.because : episode.because;
  const tags = last.tags.length > 0 ? last.tags : peak.tags;
  return plainCopy({
    event,
    id,
    seq,
    asset,
    kind,
    time,
    level,
    ...aboutEpisode(episode, surroundings),
    state,
    previous,
    active: isActive(episode),
    episode: count,
    onset,
    peak,
    ratio: last.ratio,
    tags,
    firstOut,
    sentence: eventSentence(change, occasion),
    because,
    ...(isAlike(onset.because, because) ? {} : { began: onset.because }),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { user: by.user, comment: by.comment }),
    ...(by?.known === undefined ? {} : { known: by.known }),
    ...(state === 'shelved' && hold?.until !== undefined ? { until: hold.until } : {}),
    ...(state === 'shelved' && hold?.oneShot !== undefined ? { oneShot: hold.oneShot } : {}),
    ...(event === 'unanswered' ? { step: episode.step } : {}),
    model,
    ...(scores === undefined ? {} : { scores }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}

/** Whether two sentences blame one tag for going one way: what recovers goes the other way than what was attacked. */
export function isAlike(one: Sentence, other: Sentence): boolean {
  return one.params.tag === other.params.tag && wayOf(one) === wayOf(other);
}

function wayOf({ code }: Sentence): 'up' | 'down' | undefined {
  if (/-(above|rises)\b/.test(code)) return 'up';
  return /-(below|falls)\b/.test(code) ? 'down' : undefined;
}

/** The priority of an episode, and the guidance of the first of its tags that has any: what came first, then who is to blame. */
export function aboutEpisode(
  { level, firstOut, last, peak }: Pick<Episode, 'level' | 'firstOut' | 'last' | 'peak'>,
  { priority, guidanceOf }: Surroundings,
): AboutEpisode {
  const about = { priority: priorityOf(level, firstOut?.stage, priority) };
  const tags = last.tags.length > 0 ? last.tags : peak.tags;
  for (const tag of [...(firstOut === null ? [] : [firstOut.tag]), ...tags.map((each) => each.tag)]) {
    const guidance = guidanceOf(tag);
    if (guidance !== undefined) return { ...about, guidance: { tag, ...guidance } };
  }
  return about;
}

const CLEARED: Readonly<Partial<Record<EndReason, string>>> = {
  'calm-then-silent': 'alarm-cleared-silent',
  reset: 'alarm-cleared-reset',
  rewind: 'alarm-cleared-rewind',
};

function eventSentence({ event, episode, state, reason, hold }: Change, { time, by }: Occasion): Sentence {
  const { asset, level, onset, kind, step } = episode;
  const minutes = Math.max(0, time - onset.time) / 60_000;
  const of = kind === 'process' ? '' : '-communication';
  const standing = state === 'unacknowledged' ? '-standing' : '';
  switch (event) {
    case 'raised':
    case 're-raised':
      return { code: `alarm-${event}${of}`, params: { asset, level } };
    case 'unanswered':
      return { code: 'alarm-unanswered', params: { asset, level, step } };
    case 'info-ended':
      return { code: 'alarm-info-ended', params: { asset, minutes } };
    case 'cleared':
      return { code: CLEARED[reason ?? 'calm'] ?? 'alarm-cleared', params: { asset, level, minutes } };
    case 'latched':
      return { code: `alarm-latched${of}`, params: { asset, level, minutes } };
    case 'acknowledged': {
      const { user = '', comment = '' } = by ?? {};
      const signed = `${user === '' ? '' : '-by'}${comment === '' ? '' : '-comment'}`;
      return { code: `alarm-acknowledged${signed}`, params: { asset, level, user, comment } };
    }
    case 'shelved': {
      const params = { asset, minutes: ((hold?.until ?? 0) - (hold?.since ?? 0)) / 60_000 };
      return { code: hold?.oneShot === true ? 'alarm-shelved-once' : 'alarm-shelved', params };
    }
    case 'unshelved': {
      const why = reason === 'expired' || reason === 'returned' ? `-${reason}` : '';
      return { code: `alarm-unshelved${why}${standing}`, params: { asset, level } };
    }
    case 'unsuppressed':
    case 'returned-to-service':
      return { code: `alarm-${event}${standing}`, params: { asset, level } };
    case 'escalated':
    case 'info':
    case 're-alarmed':
    case 'commented':
    case 'suppressed':
    case 'out-of-service':
    case 'unlatched':
    case 'reset':
      return { code: `alarm-${event}`, params: { asset, level } };
  }
}
