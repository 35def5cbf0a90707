import assert from 'node:assert/strict';
import { AlarmFlow, LIT101, START, type Loose } from '../harness/alarm-flow';

describe('swat-alert, telling people', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  const verdict = (asset: string, level: string, second = 1): Loose => ({
    payload: {
      asset,
      time: START + second * 1000,
      finding: level === 'NONE' ? 'normal' : 'anomaly',
      level,
      ratio: 1.7,
      tags: [LIT101],
      sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level, ratio: 1.7 } },
    },
  });
  const told = (): Loose[] => flow.got.notification.map(({ payload }) => payload as Loose);
  const answers = (): Loose[] =>
    flow.got.metric.map(({ payload }) => payload as Loose).filter(({ command }) => command);
  const command = async (swat: Loose): Promise<Loose> => {
    const before = answers().length;
    flow.send('alert', { swat });
    await flow.until(() => answers().length > before);
    return answers()[before];
  };

  it('tells of a group in one', async () => {
    await flow.load({}, { groupBy: 'plant', groupWait: 0.3, log: false });
    flow.send('alert', verdict('line-1/a', 'WARNING'));
    flow.send('alert', verdict('line-1/b', 'CRITICAL'));
    await flow.until(() => flow.got.notification.length === 1);
    assert.deepEqual(
      [told()[0].event, told()[0].count, told()[0].text, flow.got.notification[0].topic],
      [
        'group',
        2,
        '2 alarms in line-1, up to CRITICAL: CRITICAL in line-1/b (LIT101); WARNING in line-1/a (LIT101)',
        'line-1/CRITICAL',
      ],
    );
    assert.deepEqual(
      flow.events().map(({ notice }) => notice),
      ['grouped', 'grouped'],
    );
  });

  it('sums a storm up', async () => {
    await flow.load({}, { limit: 2, limitPeriod: 0.1, log: false });
    for (const asset of ['a', 'b', 'c', 'd']) flow.send('alert', verdict(asset, 'WARNING'));
    flow.send('alert', verdict('c', 'CRITICAL', 2));
    await flow.until(() => flow.got.notification.length === 3);
    const [, , digest] = told();
    assert.deepEqual([digest.event, digest.suppressed], ['digest', 3]);
    assert.match(String(digest.text), /^Too many notifications at once \(3 in 0\.1\d* min\), so here is their sum\. /);
    assert.ok(
      String(digest.text).endsWith(
        'Alarms: 2 (CRITICAL 1, WARNING 1). Most often first: LIT101 (P1) 3. Where: c 2, d 1.',
      ),
    );
  });

  it('silences, says so, lists and ends it, and then tells of what still stands', async () => {
    await flow.load({}, { log: false });
    const { id, silences } = await command({ command: 'silence', matchers: 'asset~line-1/*', minutes: 5, user: 'ann', comment: 'overhaul' }); // prettier-ignore
    assert.equal((silences as Loose[])[0].comment, 'overhaul');
    flow.send('alert', verdict('line-1/a', 'WARNING'));
    flow.send('alert', verdict('line-2/a', 'WARNING'));
    await flow.until(() => flow.got.notification.length === 1);
    assert.equal(told()[0].asset, 'line-2/a');
    const listed = await command({ command: 'silences' });
    assert.deepEqual(
      (listed.silences as Loose[]).map((each) => [each.id, each.user]),
      [[id, 'ann']],
    );
    await command({ command: 'unsilence', id, user: 'bob' });
    await flow.until(() => flow.got.notification.length === 2);
    assert.equal(told()[1].asset, 'line-1/a');
    assert.deepEqual(
      flow.events().map(({ event, notice, user }) => [event, notice, user]),
      [
        ['silenced', undefined, 'ann'],
        ['raised', 'silenced', undefined],
        ['raised', 'due', undefined],
        ['unsilenced', undefined, 'bob'],
      ],
    );
    assert.equal(
      (flow.got.event[0].payload as Loose).text,
      'Silenced for 5 min: alarms with asset~line-1/*. By ann: overhaul',
    );
  });

  it('keeps silences and what they hold back over a restart', async () => {
    await flow.load({}, { log: false });
    await command({ command: 'silence', matchers: [{ label: 'asset', op: '=', value: 'a' }] });
    flow.send('alert', verdict('a', 'WARNING'));
    await flow.until(() => flow.events().length === 2);
    await flow.unload();
    await flow.load({}, { log: false });
    const { silences } = await command({ command: 'silences' });
    const [{ id }] = silences as Loose[];
    await command({ command: 'unsilence', id });
    await flow.until(() => flow.got.notification.length === 1);
    assert.deepEqual([told()[0].event, told()[0].asset], ['raised', 'a']);
  });

  it('answers metrics, and sends the rates with every change', async () => {
    await flow.load({}, { log: false });
    flow.send('alert', verdict('a', 'WARNING'));
    await flow.until(() => flow.events().length === 1);
    const { metrics } = await command({ command: 'metrics' });
    const { alarms, badActors, per10Min, flood } = metrics as Loose;
    assert.deepEqual([alarms, (per10Min as Loose).now, (flood as Loose).now], [1, 1, false]);
    assert.deepEqual(badActors, [{ asset: 'a', tag: 'LIT101', count: 1, over: 0, share: 1 }]);
    const { perHour, muted, silences } = flow.got.metric[0].payload as Loose;
    assert.deepEqual([(perHour as Loose).now, muted, silences], [1, 0, 0]);
  });

  for (const [code, swat] of [
    ['matcher-missing', { command: 'silence' }],
    ['matcher-empty', { command: 'silence', matchers: 'asset=' }],
    ['matcher-wrong', { command: 'silence', matchers: 'tag=LIT101' }],
    ['silence-time', { command: 'silence', matchers: 'asset=a', minutes: -1 }],
    ['silence-time', { command: 'silence', matchers: 'asset=a', minutes: 'long' }],
    ['silence-time', { command: 'silence', matchers: 'asset=a', minutes: 1e9 }],
    ['silence-id', { command: 'unsilence' }],
    ['silence-unknown', { command: 'unsilence', id: 'nonsense' }],
  ] as const) {
    it(`answers ${JSON.stringify(swat)} with ${code}`, async () => {
      await flow.load();
      flow.send('alert', { swat });
      await flow.until(() => flow.errors.length > 0);
      assert.deepEqual(flow.codes(), [code]);
    });
  }

  it('refuses a rule for muting that it cannot read', async () => {
    await flow.load({}, { inhibit: 'stage=P1 mutes stage=P2' });
    flow.send('alert', verdict('a', 'WARNING'));
    await flow.until(() => flow.codes().includes('inhibit-wrong'));
    assert.equal(flow.events().length, 0);
  });
});
