import type { AlarmEvent } from './event';
import { quiet, type By } from './machine';
import type { Sentence } from './verdict';

/** What is told like the events of an alarm and is of none: a silence, and what a person did to something else. */
export const PLAIN_EVENTS = ['silenced', 'unsilenced', 'recorded'] as const;
export type PlainEventName = (typeof PLAIN_EVENTS)[number];

/** Whether an event is of no alarm. */
export function isPlainEvent({ event }: { readonly event: string }): boolean {
  return PLAIN_EVENTS.some((each) => each === event);
}

/** What decides an event of no alarm. */
interface About {
  readonly event: PlainEventName;
  readonly id: string;
  readonly seq: number;
  readonly asset: string;
  readonly sentence: Sentence;
  readonly because: Sentence;
}

/**
 * An event of no alarm.
 * @param now wall-clock time, ms
 */
export function plainEvent({ because, ...about }: About, now: number): AlarmEvent {
  const moment = { ...quiet(about.asset, 'process', undefined, now).last, because };
  return {
    ...about,
    kind: 'process',
    time: now,
    level: 'NONE',
    priority: 'low',
    state: 'normal',
    previous: 'normal',
    active: false,
    episode: 0,
    onset: moment,
    peak: moment,
    ratio: 0,
    tags: [],
    firstOut: null,
    because,
    model: '',
  };
}

/** Something that a person did which is no alarm's, to be kept with what is done to alarms. */
export function recordEvent(asset: string, by: By, seq: number, now: number): AlarmEvent {
  const sentence = { code: 'alarm-recorded', params: {} };
  return { ...plainEvent({ event: 'recorded', id: '', seq, asset, sentence, because: sentence }, now), ...by };
}
