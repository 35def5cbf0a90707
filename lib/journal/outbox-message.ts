import { createHmac } from 'node:crypto';
import type { OutboxEntry } from './outbox-entry';
import type { News } from './outbox-news';
import type { Template } from './outbox-template';

/** What the message is for. */
export type ChannelKind = 'text' | 'email' | 'sms' | 'slack' | 'teams' | 'webhook' | 'mqtt';

/** What a channel makes of news. Which fields count depends on the kind. */
export interface Channel {
  readonly kind: ChannelKind;
  /** Of `email` and `sms`. */
  readonly to: readonly string[];
  readonly from: string;
  /** One line: subject, title, or topic of MQTT. */
  readonly subject: Template;
  readonly text: Template;
  /** Of `email`; without it the mail is plain text. */
  readonly html: Template | undefined;
  /** Where the http request goes; empty where that node has it. Secret. */
  readonly url: string;
  /** Key of the signature of `webhook`; empty: not signed. Secret. */
  readonly secret: string;
}

const LONGEST_LINE = 200;
/** The longest text that a message of Twilio takes. */
const LONGEST_SMS = 1600;

/** Who of several receivers gets a message of their own; empty where one message is for all. */
export function receivers({ kind, to }: Channel): readonly string[] {
  return kind === 'sms' ? to : [];
}

/**
 * The message to one receiver. Control characters in what becomes one line are spaces: no name of an asset can add a header,
 * and none can keep an alarm from being told.
 * @param shown fields for the templates beside those of the news, such as its title in words
 * @param now wall-clock time, ms: of the signature
 */
export function outgoing(
  channel: Channel,
  { key, to, news }: OutboxEntry,
  shown: Readonly<Record<string, unknown>>,
  now: number,
): Record<string, unknown> {
  const fields = { ...news, ...shown };
  const line = singleLine(channel.subject(fields));
  const address = channel.url === '' ? {} : { url: channel.url };
  switch (channel.kind) {
    case 'text':
      return { topic: line, payload: channel.text(fields), notification: news };
    case 'email':
      return email(channel, line, fields, key);
    case 'sms': {
      const payload = { To: to ?? '', From: channel.from, Body: channel.text(fields).trim().slice(0, LONGEST_SMS) };
      return { ...address, headers: { 'content-type': FORM, ...idempotent(key) }, payload };
    }
    case 'slack':
      return { ...address, headers: { 'content-type': JSON_TYPE }, payload: { text: channel.text(fields).trim() } };
    case 'teams':
      return {
        ...address,
        headers: { 'content-type': JSON_TYPE },
        payload: teamsCard(line, channel.text(fields).trim()),
      };
    case 'webhook':
      return { ...address, ...signed(news, channel.secret, key, now) };
    case 'mqtt':
      return { topic: line.replaceAll(/[+#]/g, '_'), payload: JSON.stringify(news), qos: 1, retain: false };
  }
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

function idempotent(key: string): Record<string, string> {
  return { 'Idempotency-Key': singleLine(key).replaceAll(/[^\x20-\x7e]/g, '_') };
}

/** For the node e-mail, which takes a payload that looks like HTML for HTML, whatever was meant. */
function email(
  { to, from, text, html }: Channel,
  topic: string,
  fields: Readonly<Record<string, unknown>>,
  key: string,
): Record<string, unknown> {
  const plaintext = text(fields);
  const head = {
    topic,
    ...(to.length === 0 ? {} : { to: to.join(', ') }),
    ...(from === '' ? {} : { from }),
    headers: { 'X-Swat-Key': idempotent(key)['Idempotency-Key'] },
  };
  if (html !== undefined) return { ...head, payload: `<div>${html(fields)}</div>`, plaintext };
  return { ...head, payload: plaintext.replaceAll(/<(?=[a-z])/gi, '< ') };
}

/** An adaptive card whose texts are shown as they are, without links or formats in them. */
function teamsCard(title: string, text: string): object {
  const block = (run: object, shown: string): object => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: shown, ...run }],
  });
  const body = [block({ weight: 'Bolder', size: 'Medium' }, title), block({}, text)];
  const card = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4' };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { ...card, body } }],
  };
}

/** The news as JSON, signed: `t` is the time in seconds, `v1` the HMAC-SHA256 of `<t>.<body>` in hex. */
function signed(news: News, secret: string, key: string, now: number): Record<string, unknown> {
  const payload = JSON.stringify(news);
  const headers = { 'content-type': JSON_TYPE, ...idempotent(key) };
  if (secret === '') return { headers, payload };
  const t = Math.floor(now / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex');
  return { headers: { ...headers, 'X-Swat-Signature': `t=${t},v1=${v1}` }, payload };
}

/** As it fits into a header, a subject, or a line of a log. */
export function singleLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_LINE);
}
