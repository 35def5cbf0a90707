import type { NodeAPI, NodeStatus } from 'node-red';
import type { AlarmBook } from '../../lib/alarm/book';
import type { Episode } from '../../lib/alarm/episode';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Notification } from '../../lib/alarm/notify';
import { say } from './sentence';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** The sentence of an alarm event, with the reason in it. */
export function alarmEventText(RED: Words, { sentence, because }: Pick<AlarmEvent, 'sentence' | 'because'>): string {
  return say(RED, sentence, { why: say(RED, because) });
}

/** The sentence of a notification; adds how many the rate limit held back before it. */
export function notificationText(RED: Words, notification: Notification): string {
  const text = alarmEventText(RED, notification);
  const { suppressed } = notification;
  return suppressed === 0 ? text : `${text} ${words(RED, 'sentences.notifications-held-back', { suppressed })}`;
}

/** The open alarms as `list` answers them. */
export function alarmList(RED: Words, book: AlarmBook): object[] {
  return book.list().map((alarm) => {
    const { id, asset, state, level, count, onset, peak, last, because } = alarm;
    const text = say(RED, because);
    return structuredClone({ id, asset, state, level, episode: count, onset, peak, time: last.time, because, text });
  });
}

/** What stands: nothing, the one alarm with its tag, or how many. */
export function alarmStatus(RED: Words, book: AlarmBook, logFailed: boolean): NodeStatus {
  const open = book.list();
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
  const [{ state, level, peak }] = open;
  const tag = peak.tags.length === 0 ? '' : peak.tags[0].tag.slice(0, 12);
  return words(RED, `status.alarm-${state}`, { level, tag });
}
