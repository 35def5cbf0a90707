import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlarmFlow, LIT101, score, scored, START, type Loose } from '../harness/alarm-flow';

describe('swat-alert', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  const verdict = (second: number, level: string, more: Loose = {}): Loose => ({
    payload: {
      asset: 'plant1',
      time: START + second * 1000,
      finding: level === 'NONE' ? 'normal' : 'anomaly',
      level,
      ratio: 1.7,
      tags: [LIT101],
      sentence: {
        code: 'anomaly-mean-above',
        params: { ...LIT101, place: 'P1', level, ratio: 1.7 },
      },
      ...more,
    },
    label: 'kept',
  });
  const told = ({ payload }: Loose): Loose => {
    const { text, why } = payload as Loose;
    return { text, why };
  };
  const answers = (): Loose[] =>
    flow.got.metric.map(({ payload }) => payload as Loose).filter(({ command }) => command);

  it('acknowledges, lists and resets, and answers on output 3', async () => {
    await flow.load();
    flow.send('alert', verdict(1, 'WARNING'));
    await flow.until(() => flow.events().length === 1);
    const [{ id }] = flow.events();
    assert.equal(flow.got.event[0].label, 'kept');
    flow.send('alert', { swat: { command: 'ack', id, user: 'ann', comment: 'pump checked' }, topic: 'desk' });
    flow.send('alert', { swat: { command: 'list' } });
    flow.send('alert', { swat: { command: 'reset', asset: 'plant1' } });
    await flow.until(() => answers().length === 3 && flow.events().length === 3);
    assert.deepEqual(
      flow.events().map(({ event, state }) => [event, state]),
      [
        ['raised', 'unacknowledged'],
        ['acknowledged', 'acknowledged'],
        ['cleared', 'normal'],
      ],
    );
    assert.deepEqual([flow.events()[1].user, flow.events()[1].comment], ['ann', 'pump checked']);
    assert.deepEqual(told(flow.got.event[1]), {
      text: 'Alarm in plant1 was acknowledged by ann (pump checked). It is about: P1: LIT101 mean is 823.4 mm, expected about 512.1 mm.',
      why: 'P1: LIT101 mean is 823.4 mm, expected about 512.1 mm.',
    });
    const [ack, list, reset] = answers();
    assert.deepEqual(ack, { ok: true, command: 'ack', id });
    assert.deepEqual(
      (list.alarms as Loose[]).map((alarm) => [alarm.id, alarm.state]),
      [[id, 'acknowledged']],
    );
    assert.deepEqual(reset, { ok: true, command: 'reset', asset: 'plant1' });
    assert.ok(flow.got.event.every((message) => !('swat' in message)));
    const metrics = flow.got.metric.map(({ payload }) => payload as Loose).filter(({ command }) => !command);
    assert.deepEqual(
      metrics.map(({ active, unacknowledged }) => [active, unacknowledged]),
      [
        [1, 1],
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('does a command with an id once, however often it is sent', async () => {
    await flow.load();
    const swat = { command: 'comment', asset: 'pump', comment: 'part ordered', commandId: 'desk-1' };
    flow.send('alert', { swat: { command: 'out-of-service', asset: 'pump' } });
    for (let turn = 0; turn < 3; turn += 1) flow.send('alert', { swat });
    await flow.until(() => answers().length === 4);
    assert.deepEqual(flow.events().map(({ event }) => event), ['out-of-service', 'commented']); // prettier-ignore
    assert.deepEqual(answers().slice(1).map(({ ok, repeated }) => [ok, repeated]), [[true, undefined], [true, true], [true, true]]); // prettier-ignore
    flow.send('alert', { swat: { ...swat, comment: 'another' } });
    await flow.until(() => flow.errors.length > 0);
    assert.deepEqual(flow.codes(), ['command-id-used']);
  });

  it('finds a shelving ended whose time is over when a verdict or a command comes', async () => {
    await flow.load();
    const shelve = (asset: string): void => flow.send('alert', { swat: { command: 'shelve', asset, minutes: 0.002 } });
    for (const asset of ['a', 'b']) shelve(asset);
    await flow.until(() => answers().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    flow.send('alert', verdict(1, 'WARNING', { asset: 'a' }));
    shelve('b');
    await flow.until(() => flow.events().length === 6);
    const of = (name: string): string[] => flow.events().filter(({ asset }) => asset === name).map(({ event, state }) => `${event} ${state}`); // prettier-ignore
    assert.deepEqual(of('a'), ['shelved shelved', 'unshelved normal', 'raised unacknowledged']);
    assert.deepEqual(of('b'), ['shelved shelved', 'unshelved normal', 'shelved shelved']);
    assert.deepEqual(flow.got.notification.map(({ payload }) => (payload as Loose).event), ['raised']); // prettier-ignore
  });

  for (const [code, message] of [
    ['verdict-type', { payload: 'hello' }],
    ['verdict-type', verdict(1, 'PANIC')],
    ['verdict-type', verdict(1, 'WARNING', { ratio: Number.NaN })],
    ['verdict-type', verdict(1, 'WARNING', { ratio: Infinity })],
    ['verdict-type', { payload: ['x'.repeat(1_000_000)] }],
    ['verdict-type', scored(1, { autoencoder: score(2) })],
    ['ack-id', { swat: { command: 'ack' } }],
    ['ack-id', { swat: { command: 'ack', id: { $gt: '' } } }],
    ['ack-none', { swat: { command: 'ack', id: 'nonsense' } }],
    ['unknown-command', { swat: { command: 'toString' } }],
  ] as const) {
    it(`answers ${JSON.stringify(message).slice(0, 60)} with ${code}`, async () => {
      await flow.load();
      flow.send('alert', message);
      await flow.until(() => flow.errors.length > 0);
      flow.send('alert', verdict(2, 'WARNING'));
      await flow.until(() => flow.events().length === 1);
      assert.deepEqual(flow.codes(), [code]);
    });
  }

  it('is not led by verdicts named like prototype keys', async () => {
    await flow.load();
    for (const asset of ['__proto__', 'constructor']) flow.send('alert', verdict(1, 'WARNING', { asset }));
    await flow.until(() => flow.events().length === 2);
    assert.deepEqual(
      flow.events().map(({ asset }) => asset),
      ['__proto__', 'constructor'],
    );
  });

  it('clears after the off-delay when no more verdicts come, but not what still stands', async () => {
    await flow.load({}, { offDelay: 0.5, log: false });
    flow.send('alert', verdict(1, 'WARNING', { asset: 'calm' }));
    flow.send('alert', verdict(1, 'WARNING', { asset: 'stands' }));
    flow.send('alert', verdict(2, 'NONE', { asset: 'calm' }));
    await flow.until(() => flow.events().length === 3);
    assert.deepEqual([flow.events()[2].event, flow.events()[2].asset], ['cleared', 'calm']);
    assert.equal(flow.got.event[2].topic, undefined);
  });

  it('raises alarms without a log when the log cannot be written, and says so once', async () => {
    writeFileSync(join(flow.folder, 'swat'), 'a file where a folder should be');
    await flow.load();
    flow.send('alert', verdict(1, 'WARNING'));
    await flow.until(() => flow.errors.length > 0);
    flow.send('alert', verdict(2, 'CRITICAL'));
    await flow.until(() => flow.events().length === 2 && flow.got.metric.length === 2);
    const said = flow.codes().map(String).sort();
    assert.equal(said.length, 2, 'one error each for the log and the state');
    assert.match(said[0], /alarms\.log cannot be written: .*Alarms go on/);
    assert.match(said[1], /state of this node cannot be saved to .*swat-alert-alert\.state: .*Free some space/);
    assert.equal((flow.got.metric[1].payload as Loose).logFailed, true);
  });

  it('rotates the log at the size that is set', async () => {
    await flow.load({}, { logSize: 1, logFiles: 2 });
    for (let second = 0; second < 12; second += 1)
      flow.send('alert', verdict(second, 'WARNING', { asset: `a${second}` }));
    await flow.until(() => flow.events().length === 12);
    await flow.unload();
    const files = readdirSync(join(flow.folder, 'swat', 'logs')).filter((name) => name.startsWith('alarms'));
    assert.deepEqual(files.sort(), ['alarms.log', 'alarms.log.1', 'alarms.log.2']);
  });
});
