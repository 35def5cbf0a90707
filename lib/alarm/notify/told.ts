import { SwatError } from '../../errors';
import { isCount, isTime } from '../restore';
import { isRecord } from '../../record';
import { ALARM_STATES, type AlarmState } from '../transitions';
import { LEVELS, type Level } from '../verdict';
import { LABELS, type Labels } from './labels';
import type { News } from './notification';
import type { Counting } from './storm';

/** What news of an alarm waits for: the end of this turn, its group, the alarm that mutes it, or the end of a silence. */
export const WAITS = ['ready', 'group', 'inhibited', 'silenced'] as const;
export type Wait = (typeof WAITS)[number];

/** What was told of one alarm, and what is yet to be told: plain data, a new value per change. */
export interface Told {
  readonly id: string;
  readonly labels: Labels;
  /** The alarm's state after its last event. */
  readonly state: AlarmState;
  /** What was decided of this episode's news, the latest last: at most {@link MOST_KEYS}. */
  readonly keys: readonly string[];
  /** Wall-clock time of the last one that was told, ms. */
  readonly at: number;
  readonly repeats: number;
  /** Not told yet, and what it waits for. */
  readonly news?: News;
  readonly waits?: Wait;
  /** The group that it waits in, or the id of the alarm or the silence that mutes it. */
  readonly by?: string;
  /** What it was counted as in a storm. */
  readonly counted?: Counting;
}

export const MOST_KEYS = 16;

/** Why people are not told of an alarm yet, named as the `notice` of an event, and what it waits for. */
export interface Waiting {
  readonly notice: 'inhibited' | 'silenced' | 'grouped';
  /** The id of the alarm or the silence that mutes it, or the group. */
  readonly by: string;
}

const NOTICES = { inhibited: 'inhibited', silenced: 'silenced', group: 'grouped' } as const;

/** What the news of an alarm waits for; `undefined` when there is none, or it is told in this turn. */
export function waitingOf(told: Told | undefined): Waiting | undefined {
  if (told?.waits === undefined || told.waits === 'ready' || told.by === undefined) return undefined;
  return { notice: NOTICES[told.waits], by: told.by };
}

/**
 * What was told of an alarm, as it was saved.
 * @param id of the alarm
 * @throws SwatError `snapshot-corrupt`
 */
export function readTold(key: string, saved: unknown, id: string): Told {
  const damaged = new SwatError('snapshot-corrupt', { key });
  if (!isRecord(saved)) throw damaged;
  const { labels, keys, at, repeats, news, by, counted } = saved;
  const state = ALARM_STATES.find((each) => each === saved.state);
  if (saved.id !== id || state === undefined || !isRecord(labels)) throw damaged;
  if (!LABELS.every((label) => typeof labels[label] === 'string') || !isTime(at) || !isCount(repeats)) throw damaged;
  const waits = WAITS.find((each) => each === saved.waits);
  if ((news === undefined) !== (waits === undefined)) throw damaged;
  if (!(by === undefined || typeof by === 'string')) throw damaged;
  const waiting = waits === undefined ? {} : { news: readNews(news, damaged), waits };
  return {
    id,
    labels: labels as unknown as Labels,
    state,
    keys: readKeys(keys, damaged),
    at,
    repeats,
    ...waiting,
    ...(by === undefined ? {} : { by }),
    ...(isRecord(counted) && isTime(counted.from) && isLevel(counted.level)
      ? { counted: { from: counted.from, level: counted.level } }
      : {}),
  };
}

/** Names of news, as they were saved. */
export function readKeys(saved: unknown, damaged: SwatError): string[] {
  if (!Array.isArray(saved) || !saved.every((each): each is string => typeof each === 'string')) throw damaged;
  return saved;
}

function readNews(saved: unknown, damaged: SwatError): News {
  if (!isRecord(saved) || readKeys(saved.keys, damaged).length === 0) throw damaged;
  const texts = [saved.id, saved.event, saved.asset, saved.kind, saved.priority, saved.state, saved.tag, saved.stage];
  const sentences = [saved.sentence, saved.because];
  if (!texts.every((text) => typeof text === 'string') || !isLevel(saved.level)) throw damaged;
  if (!isTime(saved.time) || !isCount(saved.repeat)) throw damaged;
  if (!sentences.every((each) => isRecord(each) && typeof each.code === 'string' && isRecord(each.params))) {
    throw damaged;
  }
  return saved as unknown as News;
}

function isLevel(value: unknown): value is Level {
  return LEVELS.some((level) => level === value);
}
