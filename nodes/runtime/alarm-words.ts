import type { NodeAPI, NodeStatus } from 'node-red';
import type { Episode } from '../../lib/alarm/episode';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Notification } from '../../lib/alarm/notify';
import { culprit, say } from './sentence';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** What is worded for people: `text` says all, `why` the culprit alone. */
export interface AlarmWords {
  text: string;
  why: string;
}

/** An alarm event in words: what happened, the culprit, and what it began with where that was another tag. */
export function alarmEventWords(RED: Words, about: Pick<AlarmEvent, 'sentence' | 'because' | 'began'>): AlarmWords {
  const { sentence, because, began } = about;
  const why = culprit(RED, because);
  const text = say(RED, sentence, { why: say(RED, because), culprit: why });
  if (began === undefined) return { text, why };
  return { text: `${text} ${words(RED, 'sentences.alarm-began', { began: culprit(RED, began) })}`, why };
}

/** A notification in words; adds how many the rate limit held back before it. */
export function notificationWords(RED: Words, notification: Notification): AlarmWords {
  const { text, why } = alarmEventWords(RED, notification);
  const { suppressed } = notification;
  if (suppressed === 0) return { text, why };
  return { text: `${text} ${words(RED, 'sentences.notifications-held-back', { suppressed })}`, why };
}

/** The open alarms as `list` answers them. */
export function alarmList(RED: Words, open: readonly Episode[]): object[] {
  return open.map((alarm) => {
    const { id, asset, state, level, count, onset, peak, last, because } = alarm;
    const told = { because, text: say(RED, because), why: culprit(RED, because) };
    return structuredClone({ id, asset, state, level, episode: count, onset, peak, time: last.time, ...told });
  });
}

/** What stands: nothing, the one alarm with its tag, or how many. */
export function alarmStatus(RED: Words, open: readonly Episode[], logFailed: boolean): NodeStatus {
  const text = statusText(RED, open);
  if (logFailed) return { fill: 'red', shape: 'ring', text: words(RED, 'status.log-failed', { text }) };
  if (open.length === 0) return { fill: 'green', shape: 'dot', text };
  const unacknowledged = open.some(({ state }) => state !== 'acknowledged');
  const returned = open.every(({ state }) => state === 'returned-unacknowledged');
  const critical = open.some(({ level }) => level === 'CRITICAL');
  const fill = returned ? 'grey' : critical ? 'red' : 'yellow';
  return { fill, shape: unacknowledged ? 'dot' : 'ring', text };
}

function statusText(RED: Words, open: readonly Episode[]): string {
  if (open.length === 0) return words(RED, 'status.no-alarm');
  if (open.length > 1) return words(RED, 'status.alarms', { count: open.length });
  const [{ state, level, because }] = open;
  const tag = Object.hasOwn(because.params, 'tag') ? String(because.params.tag).slice(0, 12) : '';
  return words(RED, `status.alarm-${state}`, { level, tag });
}
