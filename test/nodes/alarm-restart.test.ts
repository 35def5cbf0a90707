import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmEvent } from '../../lib/alarm/event';
import { AlarmFlow, score, scored, type Loose } from '../harness/alarm-flow';
import helper from '../harness/helper';

/** Both detectors say so. */
const both = (ratio: number): Loose => ({ autoencoder: score(ratio), iforest: score(ratio) });

describe('alarms over a restart', () => {
  let flow: AlarmFlow;

  beforeEach(() => (flow = new AlarmFlow()));
  afterEach(() => flow.remove());

  /** An alarm counts as delivered two seconds after it was sent. */
  const delivered = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2400));
  const redeploy = async (): Promise<void> => {
    await flow.unload();
    for (const list of Object.values(flow.got)) list.length = 0;
    await flow.load();
  };
  const feed = (from: number, to: number, ratio: number): void => {
    for (let second = from; second < to; second += 1) flow.send('severity', scored(second, both(ratio)));
  };
  const levels = (): unknown[] => flow.got.verdict.map(({ payload }) => (payload as Loose).level);

  it('keep the level of an asset and its episode: nothing is raised twice, and the end is told', async () => {
    await flow.load();
    feed(0, 10, 3);
    await flow.until(() => flow.events().some(({ event }) => event === 'raised'));
    const [{ id, seq }] = flow.events().slice(-1);
    await delivered();
    await redeploy();
    feed(10, 12, 3);
    await flow.until(() => flow.got.verdict.length === 2);
    assert.deepEqual(levels(), ['CRITICAL', 'CRITICAL'], 'the last windows are remembered');
    assert.deepEqual(flow.events(), []);
    feed(12, 100, 0.1);
    await flow.until(() => flow.events().length > 0);
    assert.deepEqual(
      flow.events().map((event) => [event.event, event.id, event.seq]),
      [['cleared', id, seq + 1]],
    );
  });

  it('are told again, and marked so, when the flow was stopped while they were on their way', async () => {
    await flow.load();
    let stopped: Promise<void> | undefined;
    const told: Loose[] = [];
    helper.getNode('event').on('input', ({ payload }: Loose) => {
      const { id, seq, event } = payload as AlarmEvent;
      told.push({ id, seq, event });
      stopped ??= flow.unload();
    });
    feed(0, 10, 3);
    await flow.until(() => stopped !== undefined);
    await redeploy();
    await flow.until(() => flow.events().length === told.length);
    assert.deepEqual(
      flow.got.event.map(({ payload }) => (payload as Loose).redelivered),
      told.map(() => true),
    );
    assert.deepEqual(
      flow.events().map(({ id, seq, event }) => ({ id, seq, event })),
      told,
    );
    await delivered();
    await redeploy();
    feed(10, 11, 3);
    await flow.until(() => flow.got.verdict.length === 1);
    assert.deepEqual(flow.events(), [], 'once is enough where there was time to arrive');
  });

  it('are not told again after a deploy, however soon it comes', async () => {
    await flow.load();
    feed(0, 10, 3);
    await flow.until(() => flow.events().some(({ event }) => event === 'raised'));
    const numbers = flow.events().map(({ seq }) => seq);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await redeploy();
    feed(10, 12, 3);
    await flow.until(() => flow.got.verdict.length === 2);
    await delivered();
    assert.deepEqual(flow.events(), []);
    flow.send('alert', { swat: { command: 'journal' } });
    await flow.until(() => flow.got.metric.some(({ payload }) => 'records' in (payload as Loose)));
    const { records } = flow.got.metric.at(-1)?.payload as { records: { seq: number }[] };
    assert.deepEqual(records.map(({ seq }) => seq).sort(), numbers, 'each is in the journal once');
  });

  it('go on without what cannot be read, and say so', async () => {
    await flow.load();
    feed(0, 10, 3);
    await flow.until(() => flow.events().length > 0);
    await flow.unload();
    const folder = join(flow.folder, 'swat', 'state');
    assert.deepEqual(readdirSync(folder).sort(), ['swat-alert-alert.state', 'swat-severity-severity.state']);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'not a state');
    flow.got.event.length = 0;
    await flow.load();
    feed(20, 30, 3);
    await flow.until(() => flow.events().some(({ event }) => event === 'raised'));
    assert.equal(readFileSync(join(folder, 'swat-alert-alert.state.set-aside'), 'utf8'), 'not a state');
  });

  it('forget on reset', async () => {
    await flow.load();
    feed(0, 10, 3);
    await flow.until(() => flow.events().length > 0);
    flow.send('severity', { swat: { command: 'reset' } });
    flow.send('alert', { swat: { command: 'reset' } });
    await flow.until(() => flow.events().at(-1)?.event === 'cleared');
    await delivered();
    await redeploy();
    feed(10, 11, 3);
    flow.send('alert', { swat: { command: 'list' } });
    await flow.until(() => flow.got.verdict.length === 1 && flow.got.metric.length === 1);
    assert.deepEqual(levels(), ['NONE']);
    assert.deepEqual((flow.got.metric[0].payload as Loose).alarms, []);
  });
});
