import { SwatError } from '../errors';
import { ALARM_KINDS, isActive, type Episode, type FirstOut, type Moment, type Note } from './episode';
import type { AlarmEvent } from './event';
import type { Hold } from './machine';
import type { Notification } from './notify/notification';
import { isRecord } from '../record';
import { readContributions } from './scores';
import { PLAIN_EVENTS } from './plain-event';
import { ALARM_EVENTS, ALARM_STATES, HOLD_STATES, type AlarmState } from './transitions';
import { LEVELS, type Level, type Sentence } from './verdict';

const damaged = (key: string): SwatError => new SwatError('snapshot-corrupt', { key });

/**
 * The episode of an asset as it was saved. What a version before holds and priorities did not save has the value of an alarm
 * that is as old as its last verdict.
 * @throws SwatError `snapshot-corrupt`
 */
export function readEpisode(key: string, saved: unknown): Episode {
  if (!isRecord(saved)) throw damaged(key);
  const { asset, id, count, calmSince, heard, kind = 'process', step = 0, pending = null, model = '' } = saved;
  const { since = heard } = saved;
  const state = ALARM_STATES.find((each) => each === saved.state);
  const known = ALARM_KINDS.find((each) => each === kind);
  if (typeof asset !== 'string' || typeof id !== 'string' || typeof model !== 'string') throw damaged(key);
  if (state === undefined || known === undefined) throw damaged(key);
  if (!isCount(count) || !isTime(heard) || !(calmSince === null || isTime(calmSince))) throw damaged(key);
  if (!isCount(step) || !isTime(since)) throw damaged(key);
  const onset = readMoment(key, saved.onset);
  return {
    asset,
    kind: known,
    id,
    state,
    since,
    step,
    level: readLevel(key, saved.level),
    count,
    onset,
    peak: readMoment(key, saved.peak),
    last: readMoment(key, saved.last),
    firstOut: readFirstOut(saved.firstOut, onset),
    because: readSentence(key, saved.because),
    pending: pending === null ? null : readMoment(key, pending),
    calmSince,
    heard,
    model,
    ...readNote(saved.note),
  };
}

/**
 * The hold of an asset as it was saved.
 * @throws SwatError `snapshot-corrupt`
 */
export function readHold(key: string, saved: unknown): Hold {
  if (!isRecord(saved)) throw damaged(key);
  const { id, since, until, user, comment } = saved;
  const state = HOLD_STATES.find((each) => each === saved.state);
  if (state === undefined || typeof id !== 'string' || !isTime(since)) throw damaged(key);
  if (typeof user !== 'string' || typeof comment !== 'string') throw damaged(key);
  if (!(until === undefined || isTime(until))) throw damaged(key);
  return {
    state,
    id,
    since,
    user,
    comment,
    ...(until === undefined ? {} : { until }),
    ...(saved.oneShot === true ? { oneShot: true } : {}),
    ...readNote(saved.note),
  };
}

/**
 * An alarm event as it was saved: what decides its identity is checked, the rest is told as it stands.
 * @throws SwatError `snapshot-corrupt`
 */
export function readEvent(key: string, saved: unknown): AlarmEvent {
  if (!isRecord(saved)) throw damaged(key);
  const { id, asset, seq, time } = saved;
  const known = [...ALARM_EVENTS, ...PLAIN_EVENTS].some((each) => each === saved.event);
  if (!known || typeof id !== 'string' || typeof asset !== 'string' || !isCount(seq) || !isTime(time)) {
    throw damaged(key);
  }
  readLevel(key, saved.level);
  readMoment(key, saved.onset);
  readMoment(key, saved.peak);
  readSentence(key, saved.sentence);
  readSentence(key, saved.because);
  const active = isActive({ state: saved.state as AlarmState });
  const before = { kind: 'process', priority: 'medium', previous: saved.state, active, firstOut: null, model: '' };
  return { ...before, ...saved } as unknown as AlarmEvent;
}

/**
 * A notification as it was saved.
 * @throws SwatError `snapshot-corrupt`
 */
export function readNotification(key: string, saved: unknown): Notification {
  if (!isRecord(saved)) throw damaged(key);
  const { id, asset, key: news, time } = saved;
  const texts = [id, asset, news].every((text) => typeof text === 'string');
  if (!texts || !isTime(time)) throw damaged(key);
  readLevel(key, saved.level);
  readSentence(key, saved.sentence);
  readSentence(key, saved.because);
  const before = { kind: 'process', priority: 'medium', repeat: 0, suppressed: 0 };
  return { ...before, ...saved } as unknown as Notification;
}

/** A whole number that is not negative. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A finite number. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readMoment(key: string, saved: unknown): Moment {
  if (!isRecord(saved) || !isTime(saved.time) || !isTime(saved.ratio)) throw damaged(key);
  return {
    time: saved.time,
    ratio: saved.ratio,
    tags: readContributions(saved.tags),
    because: readSentence(key, saved.because),
  };
}

function readFirstOut(saved: unknown, { tags, time }: Moment): FirstOut | null {
  if (isRecord(saved) && typeof saved.tag === 'string' && typeof saved.stage === 'string' && isTime(saved.time)) {
    return { tag: saved.tag, stage: saved.stage, time: saved.time };
  }
  return tags.length === 0 ? null : { tag: tags[0].tag, stage: tags[0].stage, time };
}

function readNote(saved: unknown): { note?: Note } {
  if (!isRecord(saved) || typeof saved.user !== 'string' || typeof saved.comment !== 'string') return {};
  return isTime(saved.at) ? { note: { user: saved.user, comment: saved.comment, at: saved.at } } : {};
}

function readLevel(key: string, saved: unknown): Level {
  const level = LEVELS.find((each) => each === saved);
  if (level === undefined) throw damaged(key);
  return level;
}

function readSentence(key: string, saved: unknown): Sentence {
  if (!isRecord(saved) || typeof saved.code !== 'string' || !isRecord(saved.params)) throw damaged(key);
  const params: Sentence['params'] = {};
  for (const [name, param] of Object.entries(saved.params)) {
    if (typeof param === 'number' || typeof param === 'string') params[name] = param;
  }
  return { code: saved.code, params };
}
