import assert from 'node:assert/strict';
import { AlarmFlow, LIT101, score, scored, START, type Loose } from '../harness/alarm-flow';

const HOUR = 3_600_000;

/** What a person, a time server or a flat battery does to the machine's clock. */
describe('alarms while the clock of the machine jumps', () => {
  const realNow = Date.now;
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(async () => {
    Date.now = realNow;
    await flow.remove();
  });
  const jump = (byMs: number): void => {
    Date.now = () => realNow() + byMs;
  };
  const verdict = (second: number, level: string): Loose => ({
    payload: {
      asset: 'plant1',
      time: START + second * 1000,
      finding: level === 'NONE' ? 'normal' : 'anomaly',
      level,
      ratio: 1.7,
      tags: [LIT101],
      sentence: { code: 'anomaly-mean-above', params: { ...LIT101, place: 'P1', level, ratio: 1.7 } },
    },
  });
  const turns = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  for (const by of [2 * HOUR, -2 * HOUR, -20_000 * HOUR]) {
    it(`by ${by / HOUR} h: an alarm is neither cleared nor told again, and its end is told in time`, async () => {
      await flow.load({}, { offDelay: 60, repeat: 15 });
      flow.send('alert', verdict(0, 'WARNING'));
      flow.send('alert', verdict(1, 'NONE'));
      await flow.until(() => flow.events().length === 1);
      jump(by);
      await turns(2300);
      flow.send('alert', verdict(2, 'NONE'));
      await turns(1200);
      assert.deepEqual(
        flow.events().map(({ event }) => event),
        ['raised'],
      );
      assert.equal(flow.got.notification.length, 1, 'no reminder');
      flow.send('alert', verdict(62, 'NONE'));
      await flow.until(() => flow.events().length === 2);
      assert.equal(flow.events()[1].event, 'cleared');
    });

    it(`by ${by / HOUR} h: what waits for another detector waits no longer than is set, and levels are kept`, async () => {
      await flow.load({ maxWait: 0.3 });
      for (let second = 0; second < 10; second += 1)
        flow.send('severity', scored(second, { autoencoder: score(3), iforest: score(3) }));
      await flow.until(() => flow.got.verdict.length === 10);
      flow.send('severity', scored(10, { autoencoder: score(3) }));
      await turns(20);
      jump(by);
      flow.send('severity', scored(11, { autoencoder: score(3) }));
      await flow.until(() => flow.got.verdict.length === 12);
      for (const { payload } of flow.got.verdict.slice(10)) {
        assert.deepEqual([(payload as Loose).partial, (payload as Loose).level], [true, 'CRITICAL']);
      }
    });
  }
});
