import type { NodeAPI, NodeStatus } from 'node-red';
import type { Failure, OutboxEntry } from '../../lib/journal/outbox-entry';
import type { OutboxCounts, Outcome } from '../../lib/journal/outbox-settings';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** What has become of an entry, for output 3. */
export function outcomePayload(RED: Words, { event, entry }: Outcome, counts: OutboxCounts): object {
  const failed =
    event !== 'confirmed' && entry.failure !== undefined ? { failure: failureWords(RED, entry.failure) } : {};
  const next = event === 'failed' ? { nextAt: Math.round(entry.due) } : {};
  return { event, ...aboutEntry(entry), ...failed, ...next, text: outcomeText(RED, event, entry), counts };
}

/** A dead letter, for output 2: the notification, so that another channel can take it, and why it was given up. */
export function deadLetter(RED: Words, entry: OutboxEntry): { topic: string; payload: object } {
  const text = outcomeText(RED, 'dead', entry);
  const { news, attempt, added, reason, to, failure } = entry;
  const last = failure === undefined ? {} : { failure: failureWords(RED, failure) };
  const undelivered = { reason, attempts: attempt, since: added, ...(to === undefined ? {} : { to }), ...last, text };
  return { topic: entry.key, payload: { ...news, undelivered } };
}

/** News that the full outbox refuses, as a dead letter. */
export function refusedLetter(RED: Words, news: OutboxEntry['news']): { topic: string; payload: object } {
  const undelivered = {
    reason: 'full',
    attempts: 0,
    text: words(RED, 'sentences.notify-dead-full', { key: news.key }),
  };
  return { topic: news.key, payload: { ...news, undelivered } };
}

/** Entries as `list` answers them. */
export function entryList(RED: Words, entries: readonly OutboxEntry[]): object[] {
  return entries.map((entry) => {
    const { state, added, due, failure, reason } = entry;
    return {
      ...aboutEntry(entry),
      state,
      since: Math.round(added),
      ...(state === 'waiting' ? { nextAt: Math.round(due) } : {}),
      ...(failure === undefined ? {} : { failure: failureWords(RED, failure) }),
      ...(reason === undefined ? {} : { reason }),
      text: typeof entry.news.text === 'string' ? entry.news.text.slice(0, 500) : '',
    };
  });
}

/** The one thing that matters: what was not delivered, else what waits, else that nothing does. */
export function notifyStatus(RED: Words, { waiting, sent, dead }: OutboxCounts, failing: boolean): NodeStatus {
  const open = waiting + sent;
  if (failing && open > 0) {
    return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.notify-failing', { count: open }) };
  }
  if (dead > 0) return { fill: 'red', shape: 'dot', text: words(RED, 'status.notify-dead', { count: dead }) };
  if (open > 0) return { fill: 'blue', shape: 'dot', text: words(RED, 'status.notify-open', { count: open }) };
  return { fill: 'green', shape: 'dot', text: words(RED, 'status.notify-idle') };
}

/** Why an attempt failed, in words. */
function failureWords(RED: Words, { code, detail }: Failure): string {
  switch (code) {
    case 'no-receipt':
      return words(RED, 'sentences.notify-no-receipt', { seconds: detail });
    case 'status':
      return words(RED, 'sentences.notify-status', { status: detail });
    case 'error':
      return detail;
  }
}

function outcomeText(RED: Words, event: Outcome['event'], { key, attempt, failure, reason }: OutboxEntry): string {
  const detail = failure === undefined ? words(RED, 'sentences.notify-not-sent') : failureWords(RED, failure);
  switch (event) {
    case 'confirmed':
      return words(RED, 'sentences.notify-confirmed', { key, attempt });
    case 'failed':
      return words(RED, 'sentences.notify-failed', { key, attempt, detail });
    case 'dead':
      return reason === 'age'
        ? words(RED, 'sentences.notify-dead-age', { key, attempt, detail })
        : words(RED, 'sentences.notify-dead-attempts', { key, attempt, detail });
  }
}

function aboutEntry({ key, to, attempt, news }: OutboxEntry): object {
  const { id, asset, level } = news;
  return { key, attempt, ...(to === undefined ? {} : { to }), id, asset, level };
}
