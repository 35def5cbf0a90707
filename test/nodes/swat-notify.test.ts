import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passedOn } from '../../nodes/runtime/passed-on';
import swatNotify from '../../nodes/swat-notify';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';

type Loose = Record<string, unknown>;

const news = (key: string, more: Loose = {}): Loose => ({
  payload: { key, id: 'a1', event: 'raised', asset: 'line-1', level: 'CRITICAL', text: `news ${key}`, ...more },
  label: 'of the input',
});

describe('swat-notify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swat-notify-'));
  const got: Record<'send' | 'dead' | 'out', Loose[]> = { send: [], dead: [], out: [] };
  const errors: (string | { code?: string })[] = [];
  const shown: { fill?: string; text?: string }[] = [];

  const load = async (settings: Loose = {}, credentials: Loose = {}): Promise<void> => {
    helper.settings({ userDir: folder });
    const flow = [
      { id: 'flow', type: 'tab' },
      { id: 'notify', z: 'flow', type: 'swat-notify', ...settings, wires: [['send'], ['dead'], ['out']] },
      ...Object.keys(got).map((id) => ({ id, z: 'flow', type: 'helper' })),
    ];
    await helper.load([swatNotify], flow, { notify: credentials });
    for (const [id, list] of Object.entries(got)) helper.getNode(id).on('input', (message) => list.push(message));
    const node = helper.getNode('notify') as unknown as EventEmitter;
    node.on('call:error', (call: { firstArg: string | { code?: string } }) => errors.push(call.firstArg));
    node.on('call:status', (call: { firstArg: { fill?: string } }) => shown.push(call.firstArg));
  };
  const send = (message: Loose): void => helper.getNode('notify').receive(message);
  const until = (ready: () => boolean): Promise<void> => eventually(ready, () => JSON.stringify({ got, errors }));
  const redeploy = async (settings: Loose = {}): Promise<void> => {
    await helper.unload();
    for (const list of Object.values(got)) list.length = 0;
    await load(settings);
  };
  const outcomes = (): Loose[] => got.out.map(({ payload }) => payload as Loose).filter(({ event }) => event);
  const answers = (): Loose[] => got.out.map(({ payload }) => payload as Loose).filter(({ command }) => command);
  /** What a node does that fails, or answers. */
  const back = (message: Loose, more: Loose = {}): void => send({ ...message, ...more });

  afterEach(async () => {
    await helper.unload();
    for (const list of [...Object.values(got), errors, shown]) list.length = 0;
    rmSync(folder, { recursive: true, force: true });
  });

  it('sends, takes the message that comes back for the receipt, and says so', async () => {
    await load({ kind: 'text' });
    send(news('n1'));
    await until(() => got.send.length === 1);
    const [{ topic, payload, receipt }] = got.send;
    assert.deepEqual([topic, payload], ['CRITICAL in line-1', 'news n1']);
    assert.deepEqual(receipt, { node: 'notify', key: 'n1', attempt: 1 });
    back(got.send[0]);
    await until(() => outcomes().length === 1);
    const { event, key, attempt, text, counts } = outcomes()[0];
    assert.deepEqual(
      [event, key, attempt, text],
      ['confirmed', 'n1', 1, 'notify: delivered at attempt 1: CRITICAL in line-1.'],
    );
    assert.equal((counts as Loose).waiting, 0);
    send(news('n1'));
    send({ swat: { command: 'list' }, topic: 'desk' });
    await until(() => answers().length === 1);
    assert.equal(got.send.length, 1, 'the same news is not sent twice');
    assert.deepEqual([got.out.at(-1)?.topic, answers()[0].entries], ['desk', []]);
    await until(() => shown.some(({ text: status }) => status === 'nothing waits'));
    assert.deepEqual(errors, []);
  });

  for (const [what, more, failure] of [
    [
      'an error that a catch node caught',
      { error: { message: 'connect ECONNREFUSED', source: {} } },
      'connect ECONNREFUSED',
    ],
    ['a status that is none of success', { statusCode: 503 }, 'answered with status 503'],
    ['a status that is the code of an error', { statusCode: 'ETIMEDOUT' }, 'answered with status ETIMEDOUT'],
  ] as const) {
    it(`repeats after ${what}`, async () => {
      await load({ retry: 0.1 });
      send(news('n1'));
      await until(() => got.send.length === 1);
      back(got.send[0], more);
      await until(() => got.send.length === 2 && outcomes().length === 1);
      assert.deepEqual([outcomes()[0].event, outcomes()[0].failure], ['failed', failure]);
      assert.equal((got.send[1].receipt as Loose).attempt, 2);
      back(got.send[0], more);
      back(got.send[1], { statusCode: 202 });
      await until(() => outcomes().some(({ event }) => event === 'confirmed'));
      assert.equal(outcomes().length, 2, 'what comes late of the first attempt is no second failure');
    });
  }

  it('gives up after so many attempts, tells it on output 2, keeps it, and tries it anew when told to', async () => {
    await load({ retry: 0.1, attempts: 2 });
    send(news('n1'));
    await until(() => got.send.length === 1);
    back(got.send[0], { statusCode: 500 });
    await until(() => got.send.length === 2);
    back(got.send[1], { statusCode: 500 });
    await until(() => got.dead.length === 1 && outcomes().length === 2);
    const { key, asset, undelivered } = got.dead[0].payload as Loose;
    assert.deepEqual([key, asset], ['n1', 'line-1']);
    assert.deepEqual([(undelivered as Loose).reason, (undelivered as Loose).attempts], ['attempts', 2]);
    await until(() => shown.some(({ text }) => text === '1 not delivered'));

    await redeploy({ retry: 0.1, attempts: 2 });
    send({ swat: { command: 'list', state: 'dead' } });
    await until(() => answers().length === 1);
    assert.deepEqual(got.dead, [], 'it was told');
    const [entry] = answers()[0].entries as Loose[];
    assert.deepEqual([entry.key, entry.state, entry.reason], ['n1', 'dead', 'attempts']);
    send({ swat: { command: 'retry', all: true } });
    await until(() => got.send.length === 1 && answers().length === 2);
    assert.deepEqual(answers()[1], { ok: true, command: 'retry', all: true, count: 1 });
    send({ swat: { command: 'confirm', key: 'n1' } });
    await until(() => answers().length === 3);
    assert.deepEqual(answers()[2], { ok: true, command: 'confirm', key: 'n1' });
  });

  it('fails and drops by command', async () => {
    await load({ retry: 60 });
    send(news('n1'));
    send(news('n2', { id: 'a2' }));
    await until(() => got.send.length === 2);
    send({ swat: { command: 'fail', key: 'n1', reason: 'the pager is off' } });
    send({ swat: { command: 'list' } });
    send({ swat: { command: 'drop', key: 'n1' } });
    send({ swat: { command: 'drop', all: true } });
    await until(() => answers().length === 4);
    const [, list, one, all] = answers();
    const entries = list.entries as Loose[];
    assert.deepEqual(
      entries.map(({ key, state, failure }) => [key, state, failure]),
      [
        ['n1', 'waiting', 'the pager is off'],
        ['n2', 'sent', undefined],
      ],
    );
    assert.deepEqual([one.count, all.count], [1, 1]);
  });

  it('passes on what its filter lets through', async () => {
    await load({ level: 'CRITICAL', cleared: false, reminders: false });
    send(news('low', { level: 'WARNING' }));
    send(news('cleared', { event: 'cleared' }));
    send(news('reminder', { repeat: 1 }));
    send(news('wanted'));
    await until(() => got.send.length === 1);
    assert.equal((got.send[0].receipt as Loose).key, 'wanted');
  });

  it('leaves receipts of other nodes alone', async () => {
    await load();
    send(news('n1'));
    await until(() => got.send.length === 1);
    back({ ...got.send[0], receipt: { node: 'another', key: 'n1', attempt: 1 } });
    send({ swat: { command: 'list' } });
    await until(() => answers().length === 1);
    assert.equal((answers()[0].counts as Loose).sent, 1);
  });

  it('signs anew for each attempt, and keeps no secret in its state', async () => {
    await load({ kind: 'webhook', retry: 0.1 }, { secret: 'the-shared-secret', url: 'http://127.0.0.1/hook' });
    send(news('n1'));
    await until(() => got.send.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    back(got.send[0], { statusCode: 500 });
    await until(() => got.send.length === 2);
    const times = got.send.map(({ headers, payload, url }) => {
      assert.equal(url, 'http://127.0.0.1/hook');
      const signature = (headers as Record<string, string>)['X-Swat-Signature'];
      const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(signature) ?? [];
      assert.equal(
        v1,
        createHmac('sha256', 'the-shared-secret')
          .update(`${t}.${String(payload)}`)
          .digest('hex'),
      );
      assert.ok(Math.abs(Number(t) - Date.now() / 1000) < 30);
      return Number(t);
    });
    assert.ok(times[1] > times[0]);
    await helper.unload();
    const state = join(folder, 'swat', 'state');
    const text = readdirSync(state).map((name) => readFileSync(join(state, name), 'latin1'));
    assert.match(text.join(''), /"n1"/);
    assert.doesNotMatch(text.join(''), /the-shared-secret|127\.0\.0\.1\/hook/);
  });

  it('waits over a deploy for a receipt that may still come, with the settings of now', async () => {
    await load({ text: '{{text}}', retry: 0.1 });
    send(news('n1'));
    send(news('n2', { id: 'a2' }));
    await until(() => got.send.length === 2);
    const [first, second] = got.send;
    // What has not been passed on when a deploy stops the nodes is sent again, and is another attempt.
    await new Promise<void>((resolve) => passedOn(resolve));
    await redeploy({ text: 'corrected: {{text}}', retry: 0.1 });
    back(first);
    back(second, { statusCode: 500 });
    await until(() => got.send.length === 1 && outcomes().length === 2);
    assert.equal(got.send[0].payload, 'corrected: news n2');
    assert.deepEqual(
      outcomes().map(({ event, key }) => [event, key]),
      [
        ['confirmed', 'n1'],
        ['failed', 'n2'],
      ],
    );
  });

  it('starts afresh where its state is damaged, and sets that aside', async () => {
    await load();
    send(news('n1'));
    await until(() => got.send.length === 1);
    await helper.unload();
    const state = join(folder, 'swat', 'state', 'swat-notify-notify.state');
    writeFileSync(state, 'not a state');
    got.send.length = 0;
    await load();
    send(news('n2'));
    await until(() => got.send.length === 1);
    assert.equal((got.send[0].receipt as Loose).key, 'n2');
    assert.equal(readFileSync(`${state}.set-aside`, 'utf8'), 'not a state');
  });

  for (const [code, message] of [
    ['notify-payload', { payload: 'hello' }],
    ['notify-payload', { payload: { text: 'no key' } }],
    ['notify-receipt', { receipt: 'yes' }],
    ['notify-receipt', { receipt: { key: 'n1' } }],
    ['notify-key', { swat: { command: 'retry' } }],
    ['notify-key', { swat: { command: 'drop', all: 'yes' } }],
    ['notify-unknown', { swat: { command: 'drop', key: 'nobody' } }],
    ['unknown-command', { swat: { command: '__proto__' } }],
  ] as const) {
    it(`answers ${JSON.stringify(message)} with ${code}, and goes on`, async () => {
      await load();
      send(message);
      await until(() => errors.length === 1);
      assert.equal((errors[0] as { code?: string }).code, code);
      send(news('n1'));
      await until(() => got.send.length === 1);
    });
  }

  it('keeps what comes while a setting cannot work, says why, and sends it once that is put right', async () => {
    await load({ kind: 'sms', to: '' });
    send(news('n1'));
    await until(() => errors.some((error) => typeof error !== 'string' && error.code === 'notify-to'));
    send(news('n2', { id: 'a2' }));
    send({ swat: { command: 'list' } });
    await until(() => answers().length === 1 && shown.some(({ text }) => text === 'check the settings, 2 wait'));
    assert.equal(got.send.length, 0);
    await redeploy({ kind: 'sms', to: '+1, +2', from: '+9' });
    await until(() => got.send.length === 4);
    assert.deepEqual(
      got.send.map(({ receipt }) => (receipt as Loose).key),
      ['n1|+1', 'n1|+2', 'n2|+1', 'n2|+2'],
    );
    assert.equal((got.send[1].payload as Loose).To, '+2');
  });

  it('tries at once after a deploy, whatever the pause was, and remembers that it fails', async () => {
    await load({ retry: 300 });
    send(news('n1'));
    await until(() => got.send.length === 1);
    back(got.send[0], { statusCode: 401 });
    await until(() => outcomes().length === 1);
    await redeploy({ retry: 300 });
    await until(() => got.send.length === 1);
    await until(() => shown.at(-1)?.text === 'failing, 1 wait');
    back(got.send[0]);
    await until(() => shown.at(-1)?.text === 'nothing waits');
  });

  it('keeps and tells no secret that an error quotes', async () => {
    const url = 'https://chat.example/hook/very-long-way';
    await load({ kind: 'webhook', retry: 60 }, { url, secret: 'the-shared-secret' });
    send(news('n1'));
    await until(() => got.send.length === 1);
    back(got.send[0], { error: { message: `POST ${url}?token=abcdef with the-shared-secret: password=hunter2` } });
    await until(() => outcomes().length === 1);
    const failure = String(outcomes()[0].failure);
    assert.doesNotMatch(failure, /very-long-way|abcdef|the-shared-secret|hunter2/);
    assert.match(failure, /^POST \[redacted\]\?token=\[redacted\] with \[redacted\]: password=\[redacted\]$/);
  });

  it('notes in the log what a person drops, and who', async () => {
    await load({ retry: 60 });
    send(news('n1'));
    await until(() => got.send.length === 1);
    send({ swat: { command: 'drop', all: true, state: 'dead', user: 'ann' } });
    send({ swat: { command: 'drop', key: 'n1', user: 'ann' } });
    await until(() => answers().length === 2);
    assert.deepEqual(answers()[0], { ok: true, command: 'drop', all: true, state: 'dead', count: 0 });
    await helper.unload();
    const lines = readFileSync(join(folder, 'swat', 'logs', 'app.log'), 'utf8')
      .trim()
      .split('\n');
    const noted = lines.map((line) => JSON.parse(line) as Loose).filter(({ code }) => code === 'notify-drop');
    assert.deepEqual(noted.at(-1)?.data, { user: 'ann', key: 'n1', count: 1 });
  });
});
