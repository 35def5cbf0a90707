import type { Level, Sentence } from '../verdict';
import type { News } from './notification';
import { MOST_KEYS, type Told } from './told';

/** What the notifier reads of an alarm event. */
export interface AlarmNews {
  readonly event: string;
  readonly id: string;
  readonly seq: number;
  readonly asset: string;
  readonly kind: string;
  readonly time: number;
  readonly level: Level;
  readonly priority: string;
  readonly state: string;
  readonly episode: number;
  readonly firstOut?: { readonly tag: string; readonly stage: string } | null;
  readonly sentence: Sentence;
  readonly because: Sentence;
  readonly began?: Sentence;
  readonly guidance?: object;
  readonly step?: number;
}

/** An open alarm as it stands, for a reminder. */
export interface Standing {
  readonly id: string;
  readonly count: number;
  readonly last: { readonly time: number };
  readonly because: Sentence;
  readonly firstOut?: { readonly tag: string; readonly stage: string } | null;
}

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
export function reminderOf({ id, count, last, because, firstOut }: Standing, told: Told, repeat: number): News {
  const { asset, kind, level, priority } = told.labels;
  return {
    keys: [`${id}.${count}.repeat.${repeat}`],
    id,
    event: 'raised',
    asset,
    kind,
    level: level as Level,
    priority,
    state: told.state,
    time: last.time,
    tag: firstOut?.tag ?? '',
    stage: firstOut?.stage ?? '',
    sentence: { code: 'alarm-repeat', params: { asset, level } },
    because,
    repeat,
  };
}
