import { SwatError } from '../../lib/errors';
import type { Channel, ChannelKind } from '../../lib/journal/outbox-message';
import type { NewsFilter, NewsKind } from '../../lib/journal/outbox-news';
import type { OutboxSettings } from '../../lib/journal/outbox-settings';
import { escapeHtml, escapeSlack, template } from '../../lib/journal/outbox-template';
import { readChoice, readNumber, readText } from './settings';

const KINDS = ['text', 'email', 'sms', 'slack', 'teams', 'webhook', 'mqtt'] as const satisfies ChannelKind[];
/** Templates of a channel that has none of its own; they hold no words, so that they fit every language. */
const SUBJECT = '{{title}}';
const TOPIC = 'swat/{{asset}}{{^asset}}all{{/asset}}/{{level}}';
const TEXT = '{{text}}';
const MOST_RECEIVERS = 50;

/** What the dialog of `swat-notify` sets. */
export interface NotifySettings {
  /** `undefined` where a setting cannot work. */
  readonly channel: Channel | undefined;
  readonly filter: NewsFilter;
  readonly outbox: OutboxSettings;
  /** What is wrong with the first setting that cannot work: notifications are kept all the same, until it is put right. */
  readonly problem: Error | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the settings of a `swat-notify`. Where one cannot work, its part is as usual, and nothing can be sent. Never throws. */
export function readNotifySettings(definition: Fields, credentials: Fields): NotifySettings {
  let problem: Error | undefined;
  const part = <T, U>(read: () => T, otherwise: () => U): T | U => {
    try {
      return read();
    } catch (cause) {
      problem ??= cause instanceof Error ? cause : new Error(String(cause));
      return otherwise();
    }
  };
  const channel = part(() => readChannel(definition, credentials), () => undefined); // prettier-ignore
  const filter = part(() => readFilter(definition), () => readFilter({})); // prettier-ignore
  const outbox = part(() => readOutbox(definition), () => readOutbox({})); // prettier-ignore
  return { channel: problem === undefined ? channel : undefined, filter, outbox, problem };
}

function readFilter(definition: Fields): NewsFilter {
  return {
    level: readChoice('level', definition.level, ['INFO', 'WARNING', 'CRITICAL'] as const, 'WARNING'),
    kinds: readKinds(definition),
    step: readNumber('step', definition.step, { min: 0, max: 100, fallback: 0, integer: true }),
  };
}

function readOutbox(definition: Fields): OutboxSettings {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, definition[name], { min, max, fallback, integer });
  const retryMs = number('retry', 0.1, 3600, 5) * 1000;
  return {
    receipts: isOn(definition.receipts),
    receiptMs: number('receiptTimeout', 1, 3600, 60) * 1000,
    retryMs,
    maxRetryMs: Math.max(retryMs, number('maxRetry', 0.1, 86_400, 300) * 1000),
    attempts: number('attempts', 0, 10_000, 0, true),
    ageMs: number('age', 0.001, 8760, 24) * 3_600_000,
  };
}

function readKinds(definition: Fields): NewsKind[] {
  const kinds: NewsKind[] = ['alarm'];
  if (isOn(definition.cleared)) kinds.push('cleared');
  if (isOn(definition.reminders)) kinds.push('reminder');
  if (isOn(definition.unanswered)) kinds.push('unanswered');
  return kinds;
}

function readChannel(definition: Fields, credentials: Fields): Channel {
  const kind = readChoice('kind', definition.kind, KINDS, 'text');
  const to = line('to', definition.to)
    .split(/[,;]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (to.length > MOST_RECEIVERS) throw new SwatError('notify-receivers', { count: to.length, most: MOST_RECEIVERS });
  if (kind === 'sms' && to.length === 0) throw new SwatError('notify-to');
  const own = (name: string, fallback: string): string =>
    typeof definition[name] === 'string' && definition[name].trim() !== '' ? definition[name] : fallback;
  const html = kind === 'email' ? own('html', '') : '';
  return {
    kind,
    to,
    from: line('from', definition.from),
    subject: template('subject', own('subject', kind === 'mqtt' ? TOPIC : SUBJECT)),
    text: template('text', own('text', TEXT), kind === 'slack' ? escapeSlack : undefined),
    html: html === '' ? undefined : template('html', html, escapeHtml),
    url: line('url', credentials.url),
    secret: typeof credentials.secret === 'string' ? credentials.secret : '',
  };
}

/** @throws SwatError `notify-line` for a text that would break a header */
function line(name: string, value: unknown): string {
  const text = readText(value);
  if (/\p{Cc}/u.test(text)) throw new SwatError('notify-line', { name });
  return text;
}

function isOn(value: unknown): boolean {
  return value !== false && value !== 'false';
}
