import type { NodeAPI, NodeStatus } from 'node-red';
import type { Failure, OutboxEntry } from '../../lib/journal/outbox-entry';
import { singleLine } from '../../lib/journal/outbox-message';
import type { News } from '../../lib/journal/outbox-news';
import type { OutboxCounts, Outcome } from '../../lib/journal/outbox-settings';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** What has become of an entry, for output 3. `channel` names the node, for people. */
export function outcomePayload(
  RED: Words,
  channel: string,
  { event, entry }: Outcome,
  counts: OutboxCounts,
): { readonly event: Outcome['event']; readonly text: string } {
  const failed =
    event !== 'confirmed' && entry.failure !== undefined ? { failure: failureWords(RED, entry.failure) } : {};
  const next = event === 'failed' ? { nextAt: Math.round(entry.due) } : {};
  const payload = { event, channel, ...aboutEntry(entry), ...failed, ...next };
  const told = { ...payload, text: outcomeText(RED, channel, event, entry), counts };
  return told;
}

/** A dead letter, for output 2: the notification, so that another channel can take it, and why it was given up. */
export function deadLetter(RED: Words, channel: string, entry: OutboxEntry): { topic: string; payload: object } {
  const text = outcomeText(RED, channel, 'dead', entry);
  const { news, attempt, added, reason, to, failure } = entry;
  const last = failure === undefined ? {} : { failure: failureWords(RED, failure) };
  const receiver = to === undefined ? {} : { to };
  const undelivered = { reason, channel, attempts: attempt, since: Math.round(added), ...receiver, ...last, text };
  return { topic: entry.key, payload: { ...news, undelivered } };
}

/** News that the full outbox refuses, as a dead letter. */
export function refusedLetter(RED: Words, channel: string, news: News): { topic: string; payload: object } {
  const text = words(RED, 'sentences.notify-dead-full', { channel, what: titleOf(RED, news) });
  return { topic: news.key, payload: { ...news, undelivered: { reason: 'full', channel, attempts: 0, text } } };
}

/** Entries as `list` answers them. */
export function entryList(RED: Words, entries: readonly OutboxEntry[]): object[] {
  return entries.map((entry) => {
    const { state, added, due, failure, reason } = entry;
    return {
      ...aboutEntry(entry),
      title: titleOf(RED, entry.news),
      state,
      since: Math.round(added),
      ...(state === 'waiting' ? { nextAt: Math.round(due) } : {}),
      ...(failure === undefined ? {} : { failure: failureWords(RED, failure) }),
      ...(reason === undefined ? {} : { reason }),
      text: typeof entry.news.text === 'string' ? entry.news.text.slice(0, 500) : '',
    };
  });
}

/** How a channel stands, as far as its status shows it. */
export interface Standing {
  /** The last that was heard of the receiver was a failure. */
  readonly failing: boolean;
  /** Nothing can be sent with these settings. */
  readonly held: boolean;
}

/** The one thing that matters: what was not delivered, else what waits, else that nothing does. */
export function notifyStatus(RED: Words, { waiting, sent, dead }: OutboxCounts, standing: Standing): NodeStatus {
  const open = waiting + sent;
  if (standing.held) {
    const text = open === 0 ? words(RED, 'status.misconfigured') : words(RED, 'status.notify-held', { count: open });
    return { fill: 'red', shape: 'ring', text };
  }
  if (standing.failing && open > 0) {
    return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.notify-failing', { count: open }) };
  }
  if (dead > 0) return { fill: 'red', shape: 'dot', text: words(RED, 'status.notify-dead', { count: dead }) };
  if (open > 0) return { fill: 'blue', shape: 'dot', text: words(RED, 'status.notify-open', { count: open }) };
  return { fill: 'green', shape: 'dot', text: words(RED, 'status.notify-idle') };
}

/** What news is about, in a few words: the subject of a mail unless a template says otherwise. */
export function titleOf(RED: Words, news: News): string {
  const { event, repeat, kind, level, asset, count, suppressed, step, key } = news;
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? singleLine(String(value)) : '';
  if (event === 'digest') return words(RED, 'sentences.notify-title-digest', { count: text(suppressed) });
  if (event === 'group') {
    return words(RED, 'sentences.notify-title-group', { count: text(count), asset: text(asset), level: text(level) });
  }
  const plain =
    asset === undefined || level === undefined
      ? [text(level), text(asset)].filter((part) => part !== '').join(' ') || singleLine(key)
      : words(RED, `sentences.notify-title${kind === 'communication' ? '-communication' : ''}`, {
          level: text(level),
          asset: text(asset),
        });
  if (typeof repeat === 'number' && repeat > 0) return words(RED, 'sentences.notify-title-reminder', { plain });
  switch (event) {
    case 'cleared':
      return words(RED, 'sentences.notify-title-cleared', { plain });
    case 'latched':
      return words(RED, 'sentences.notify-title-latched', { plain });
    case 'unanswered':
      return words(RED, 'sentences.notify-title-unanswered', { plain, step: text(step) });
    default:
      return plain;
  }
}

/** Why an attempt failed, in words. */
export function failureWords(RED: Words, { code, detail }: Failure): string {
  switch (code) {
    case 'no-receipt':
      return words(RED, 'sentences.notify-no-receipt', { seconds: detail });
    case 'status':
      return words(RED, 'sentences.notify-status', { status: detail });
    case 'error':
      return detail;
  }
}

function outcomeText(RED: Words, channel: string, event: Outcome['event'], entry: OutboxEntry): string {
  const { attempt, failure, reason, to, news } = entry;
  const detail = failure === undefined ? words(RED, 'sentences.notify-not-sent') : failureWords(RED, failure);
  const title = titleOf(RED, news);
  const what = to === undefined ? title : words(RED, 'sentences.notify-what-to', { title, to });
  switch (event) {
    case 'confirmed':
      return words(RED, 'sentences.notify-confirmed', { channel, what, attempt });
    case 'failed':
      return words(RED, 'sentences.notify-failed', { channel, what, attempt, detail });
    case 'dead':
      return reason === 'age'
        ? words(RED, 'sentences.notify-dead-age', { channel, what, attempt, detail })
        : words(RED, 'sentences.notify-dead-attempts', { channel, what, attempt, detail });
  }
}

function aboutEntry({ key, to, attempt, news }: OutboxEntry): object {
  const { id, asset, level } = news;
  return { key, attempt, ...(to === undefined ? {} : { to }), id, asset, level };
}
