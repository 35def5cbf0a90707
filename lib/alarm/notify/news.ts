import type { OpenAlarm } from '../book';
import type { AlarmEvent } from '../event';
import type { News } from './notification';
import { MOST_KEYS } from './told';

/** What the notifier reads of an alarm event. */
export type AlarmNews = Pick<
  AlarmEvent,
  'event' | 'id' | 'seq' | 'asset' | 'kind' | 'time' | 'level' | 'priority' | 'state' | 'episode' | 'firstOut'
> &
  Pick<AlarmEvent, 'sentence' | 'because' | 'began' | 'guidance' | 'step'>;

/** An open alarm as it stands, for a reminder. */
export type Standing = Pick<
  OpenAlarm,
  'id' | 'asset' | 'kind' | 'level' | 'priority' | 'state' | 'count' | 'because' | 'firstOut' | 'guidance'
> & { readonly last: { readonly time: number } };

const NEWS: ReadonlySet<string> = new Set(['raised', 'escalated', 're-raised', 'cleared', 'latched']);
/** News that may come more than once at a level of an episode. */
const AGAIN: ReadonlySet<string> = new Set(['re-alarmed', 'unanswered']);
/** News when the alarm stands and nobody has seen it. */
const HOLD_ENDED: ReadonlySet<string> = new Set(['unshelved', 'unsuppressed', 'returned-to-service']);

/** The name of what is told, the same for the same news; undefined for an event that is none. */
export function keyOf({ event, id, episode, level, seq, state }: AlarmNews): string | undefined {
  const again = AGAIN.has(event) || (HOLD_ENDED.has(event) && state === 'unacknowledged');
  if (!again && !NEWS.has(event)) return undefined;
  return [id, episode, event, level, ...(again ? [seq] : [])].join('.');
}

/** What people are to be told of an event. */
export function newsOf(event: AlarmNews, keys: readonly string[]): News {
  const { id, asset, kind, level, priority, state, time, firstOut, sentence, because, began, guidance, step } = event;
  return {
    keys: keys.slice(-MOST_KEYS),
    id,
    event: event.event,
    asset,
    kind,
    level,
    priority,
    state,
    time,
    tag: firstOut?.tag ?? '',
    stage: firstOut?.stage ?? '',
    sentence,
    because,
    ...(began === undefined ? {} : { began }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(step === undefined ? {} : { step }),
    repeat: 0,
  };
}

/** What people are to be told of an alarm that still waits for someone. */
export function reminderOf(alarm: Standing, repeat: number): News {
  const { id, asset, kind, level, priority, state, count, last, because, firstOut, guidance } = alarm;
  return {
    keys: [`${id}.${count}.repeat.${repeat}`],
    id,
    event: 'raised',
    asset,
    kind,
    level,
    priority,
    state,
    time: last.time,
    tag: firstOut?.tag ?? '',
    stage: firstOut?.stage ?? '',
    sentence: { code: 'alarm-repeat', params: { asset, level } },
    because,
    ...(guidance === undefined ? {} : { guidance }),
    repeat,
  };
}
