import { SwatError } from '../errors';
import { ALARM_EVENTS, ALARM_STATES, type Episode, type Moment } from './episode';
import type { AlarmEvent } from './event';
import type { Notification } from './notify';
import { isRecord, readContributions } from './scores';
import { LEVELS, type Level, type Sentence } from './verdict';

const damaged = (key: string): SwatError => new SwatError('snapshot-corrupt', { key });

/**
 * The episode of an asset as it was saved.
 * @throws SwatError `snapshot-corrupt`
 */
export function readEpisode(key: string, saved: unknown): Episode {
  if (!isRecord(saved)) throw damaged(key);
  const { asset, id, count, calmSince, heard } = saved;
  const state = ALARM_STATES.find((each) => each === saved.state);
  if (typeof asset !== 'string' || typeof id !== 'string' || state === undefined) throw damaged(key);
  if (!isCount(count) || !isTime(heard) || !(calmSince === null || isTime(calmSince))) throw damaged(key);
  return {
    asset,
    id,
    state,
    level: readLevel(key, saved.level),
    count,
    onset: readMoment(key, saved.onset),
    peak: readMoment(key, saved.peak),
    last: readMoment(key, saved.last),
    because: readSentence(key, saved.because),
    calmSince,
    heard,
  };
}

/**
 * An alarm event as it was saved: what decides its identity is checked, the rest is told as it stands.
 * @throws SwatError `snapshot-corrupt`
 */
export function readEvent(key: string, saved: unknown): AlarmEvent {
  if (!isRecord(saved)) throw damaged(key);
  const { id, asset, seq, time } = saved;
  const known = ALARM_EVENTS.some((each) => each === saved.event);
  if (!known || typeof id !== 'string' || typeof asset !== 'string' || !isCount(seq) || !isTime(time)) {
    throw damaged(key);
  }
  readLevel(key, saved.level);
  readMoment(key, saved.onset);
  readMoment(key, saved.peak);
  readSentence(key, saved.sentence);
  readSentence(key, saved.because);
  return saved as unknown as AlarmEvent;
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
  return saved as unknown as Notification;
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
