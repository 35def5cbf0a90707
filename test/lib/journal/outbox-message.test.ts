import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import type { OutboxEntry } from '../../../lib/journal/outbox-entry';
import { outgoing, receivers, type Channel, type ChannelKind } from '../../../lib/journal/outbox-message';
import { passes, readNews, type NewsFilter } from '../../../lib/journal/outbox-news';
import { SwatError } from '../../../lib/errors';
import { shownFields } from '../../../nodes/runtime/notify-fields';
import { readNotifySettings } from '../../../nodes/runtime/notify-settings';

type Loose = Record<string, unknown>;

const NEWS = {
  key: 'a1.1.raised.WARNING',
  id: 'a1',
  event: 'raised',
  asset: 'line-1',
  level: 'WARNING',
  time: Date.UTC(2026, 10, 28, 6, 55, 20),
  text: 'WARNING alarm in line-1. P1: LIT101 is high.',
};
const NOW = 1_800_000_000_500;

const entry = (news: Loose, to?: string): OutboxEntry => ({
  n: 1,
  key: to === undefined ? NEWS.key : `${NEWS.key}|${to}`,
  lane: 'a1|',
  ...(to === undefined ? {} : { to }),
  news: { ...NEWS, ...news },
  added: NOW,
  state: 'sent',
  attempt: 1,
  due: NOW,
  run: 'run',
});
/** A runtime without translations: words are English. */
const RED = { _: (key: string) => key } as Pick<NodeAPI, '_'>;
const channelOf = (definition: Loose, credentials: Loose = {}): Channel => {
  const { channel, problem } = readNotifySettings(definition, credentials);
  assert.ok(channel, String(problem));
  return channel;
};
const message = (
  kind: ChannelKind,
  definition: Loose,
  news: Loose = {},
  credentials: Loose = {},
  to?: string,
): Loose => {
  const sent = entry(news, to);
  return outgoing(channelOf({ kind, ...definition }, credentials), sent, shownFields(RED, sent.news), NOW);
};

describe('the message of a channel', () => {
  it('text: topic and text, with the notification', () => {
    const { topic, payload, notification } = message('text', { text: '{{at}} {{text}}' });
    assert.deepEqual([topic, payload], ['WARNING in line-1', `2026-11-28 06:55:20 UTC ${NEWS.text}`]);
    assert.deepEqual(notification, NEWS);
  });

  it('e-mail: subject, text and HTML, for all receivers', () => {
    const html = '<p>{{text}}</p>';
    const sent = message('email', { to: 'a@x.org; b@x.org', from: 'swat@x.org', html }, { text: 'a < b & c' });
    assert.deepEqual(sent, {
      topic: 'WARNING in line-1',
      to: 'a@x.org, b@x.org',
      from: 'swat@x.org',
      headers: { 'X-Swat-Key': NEWS.key },
      payload: '<div><p>a &#60; b &#38; c</p></div>',
      plaintext: 'a < b & c',
    });
  });

  it('e-mail: plain text never looks like HTML to the e-mail node', () => {
    const { payload } = message('email', {}, { text: '<script>alert(1)</script> <IMG src=x> 1<2' });
    assert.doesNotMatch(String(payload), /<[a-z][\s\S]*>/i);
    assert.match(String(payload), /< script>alert\(1\)/);
  });

  it('no asset can add a header, whatever its name, and the alarm is told all the same', () => {
    const asset = 'line\r\nBcc: evil@x.org\u2028\u0000\u0085x';
    for (const kind of ['email', 'text', 'mqtt'] as const) {
      const { topic } = message(kind, {}, { asset });
      assert.match(String(topic), /line Bcc: evil@x\.org x/);
      assert.doesNotMatch(String(topic), /\p{Cc}|\p{Zl}/u);
    }
    assert.ok(String(message('email', {}, { asset: 'x'.repeat(5000) }).topic).length <= 200);
  });

  it('SMS: a form of Twilio for each receiver, no longer than it takes', () => {
    const definition = { to: '+65 1, +65 2', from: '+1 555' };
    assert.deepEqual(receivers(channelOf({ kind: 'sms', ...definition })), ['+65 1', '+65 2']);
    const sent = message('sms', definition, { text: 'x'.repeat(3000) }, { url: 'http://127.0.0.1/sms' }, '+65 2');
    assert.deepEqual(sent.payload, { To: '+65 2', From: '+1 555', Body: 'x'.repeat(1600) });
    assert.deepEqual(sent.headers, {
      'content-type': 'application/x-www-form-urlencoded',
      'Idempotency-Key': `${NEWS.key}|+65 2`,
    });
    assert.equal(sent.url, 'http://127.0.0.1/sms');
  });

  it('Slack and Teams: no mention, no link, no format comes out of a name', () => {
    const text = '<!channel> [click](http://evil) **x**';
    assert.deepEqual(message('slack', {}, { text }).payload, { text: '&lt;!channel&gt; [click](http://evil) **x**' });
    const card = JSON.stringify(message('teams', {}, { text }).payload);
    assert.match(card, /"type":"AdaptiveCard"/);
    assert.doesNotMatch(card, /"TextBlock"/, 'a TextBlock would read Markdown');
    assert.ok(card.includes(JSON.stringify(text)));
  });

  it('webhook: signed over time and body, as a receiver checks it', () => {
    const { headers, payload } = message('webhook', {}, {}, { secret: 'the secret' }) as {
      headers: Record<string, string>;
      payload: string;
    };
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['X-Swat-Signature']) ?? [];
    assert.equal(t, '1800000000');
    assert.equal(v1, createHmac('sha256', 'the secret').update(`${t}.${payload}`).digest('hex'));
    assert.deepEqual(JSON.parse(payload), NEWS);
    assert.equal(headers['Idempotency-Key'], NEWS.key);
    assert.ok(!('X-Swat-Signature' in (message('webhook', {}).headers as Loose)));
  });

  it('MQTT: a topic without wildcards, quality of service 1', () => {
    const { topic, payload, qos, retain } = message('mqtt', {}, { asset: 'line-1/pump+#' });
    assert.deepEqual([topic, qos, retain], ['swat/line-1/pump__/WARNING', 1, false]);
    assert.equal((JSON.parse(String(payload)) as Loose).key, NEWS.key);
    assert.equal(message('mqtt', {}, { asset: '', level: 'CRITICAL' }).topic, 'swat/all/CRITICAL', 'of a storm');
  });

  for (const [code, definition, credentials] of [
    ['setting-choice', { kind: 'pigeon' }, {}],
    ['setting-choice', { level: 'HIGH' }, {}],
    ['notify-to', { kind: 'sms', to: ' , ' }, {}],
    ['notify-line', { kind: 'email', to: 'a@x.org\r\nBcc: b@x.org' }, {}],
    ['notify-line', { kind: 'email', from: 'a\nb' }, {}],
    ['notify-line', { kind: 'slack' }, { url: 'http://x/\r\ny' }],
    ['notify-receivers', { kind: 'email', to: 'a@x.org,'.repeat(51) }, {}],
    ['template-tag', { kind: 'text', text: '{{{text}}}' }, {}],
    ['setting-number', { retry: 0 }, {}],
    ['setting-number', { attempts: 1.5 }, {}],
  ] as const) {
    it(`is none with ${code}: ${JSON.stringify(definition)}; what else is set holds`, () => {
      const { channel, problem, filter, outbox } = readNotifySettings(
        { cleared: false, age: 1, ...definition },
        credentials,
      );
      assert.ok(problem instanceof SwatError);
      assert.deepEqual([problem.code, channel], [code, undefined]);
      if (!code.startsWith('setting')) assert.deepEqual([filter.kinds.length, outbox.ageMs], [3, 3_600_000]);
      else assert.ok(filter.level === 'WARNING' && outbox.retryMs === 5000);
    });
  }
});

describe('what news is called', () => {
  for (const [news, title] of [
    [{}, 'WARNING in line-1'],
    [{ event: 'cleared' }, 'Over: WARNING in line-1'],
    [{ repeat: 2 }, 'Reminder: WARNING in line-1'],
    [{ event: 'latched' }, 'Normal again, to be unlatched: WARNING in line-1'],
    [{ event: 'unanswered', step: 2 }, 'Nobody answers (call 2): WARNING in line-1'],
    [{ kind: 'communication' }, 'WARNING, no data: line-1'],
    [{ kind: 'communication', event: 'cleared' }, 'Over: WARNING, no data: line-1'],
    [{ event: 'group', count: 3, asset: 'P1' }, '3 alarms in P1, up to WARNING'],
    [{ event: 'digest', asset: '', suppressed: 14 }, 'Alarm storm: 14 notifications in one'],
    [{ asset: undefined, level: undefined }, NEWS.key],
    [{ asset: 'line-1\r\n2026 [info] all is well' }, 'WARNING in line-1 2026 [info] all is well'],
  ] as const) {
    it(`${JSON.stringify(news)}: ${title}`, () => {
      assert.equal(message('text', {}, news).topic, title);
    });
  }

  it('has its time for templates, in UTC and of this machine', () => {
    const local = String(message('text', { text: '{{localTime}}' }).payload);
    assert.match(local, /^2026-11-2[789] \d\d:\d\d:20 \S+$/);
    assert.equal(message('text', { text: '{{at}}{{localTime}}' }, { time: 'soon' }).payload, '');
  });
});

describe('what a channel passes on', () => {
  const ALL: NewsFilter = { level: 'INFO', kinds: ['alarm', 'cleared', 'reminder', 'unanswered'], step: 0 };
  for (const [what, news, filter, wanted] of [
    ['an alarm', {}, ALL, true],
    ['a level that is too low', { level: 'WARNING' }, { ...ALL, level: 'CRITICAL' }, false],
    ['the level itself', { level: 'CRITICAL' }, { ...ALL, level: 'CRITICAL' }, true],
    ['a digest, which has no level', { event: 'digest', level: undefined }, { ...ALL, level: 'CRITICAL' }, true],
    ['a clearing that is not wanted', { event: 'cleared' }, { ...ALL, kinds: ['alarm'] }, false],
    ['a clearing', { event: 'cleared' }, ALL, true],
    ['a reminder that is not wanted', { repeat: 2 }, { ...ALL, kinds: ['alarm', 'cleared'] }, false],
    ['an escalation', { event: 'unanswered', step: 1 }, ALL, true],
    ['an escalation of a lower step', { event: 'unanswered', step: 1 }, { ...ALL, step: 2 }, false],
    ['an escalation of that step', { event: 'unanswered', step: 2 }, { ...ALL, step: 2 }, true],
    ['an alarm, where only escalations are wanted', {}, { ...ALL, step: 1 }, false],
  ] as const) {
    it(`${what}: ${wanted}`, () => assert.equal(passes({ ...NEWS, ...news }, filter), wanted));
  }

  it('is kept as plain data, cut down where it is long', () => {
    const payload = { ...NEWS, tags: Array.from({ length: 3000 }, () => ({ tag: 'LIT101' })), text: 'x'.repeat(9000) };
    const kept = readNews(payload);
    assert.deepEqual([kept.key, kept.tags, String(kept.text).length], [NEWS.key, undefined, 4000]);
    assert.ok(JSON.stringify(kept).length < 32_768);
  });

  const circular: Loose = { key: 'a' };
  circular.self = circular;
  for (const payload of [
    undefined,
    null,
    'text',
    [],
    {},
    { key: '' },
    { key: 7 },
    { key: 'x'.repeat(201) },
    circular,
  ]) {
    it(`is no notification: ${payload === circular ? 'circular' : (JSON.stringify(payload) as string | undefined)?.slice(0, 30)}`, () => {
      assert.throws(
        () => readNews(payload),
        (error: unknown) => error instanceof SwatError && error.code === 'notify-payload',
      );
    });
  }
});
