import assert from 'node:assert/strict';
import { SwatError } from '../../../lib/errors';
import { Outlet, type OutletSettings } from '../../../lib/kafka/outlet';
import { systemTimers } from '../../../lib/platform/timers';
import { MemoryClient } from './memory';

const SETTINGS: OutletSettings = {
  idempotent: true,
  gzip: false,
  lingerMs: 1,
  batchRecords: 4,
  batchBytes: 1000,
  mostBytes: 2000,
  queueRecords: 10,
  queueBytes: 10_000,
};

describe('the outlet of Kafka records', () => {
  let client: MemoryClient;
  let outlet: Outlet;
  let told: string[];
  const timers = { ...systemTimers, after: (ms: number, run: () => void) => systemTimers.after(ms / 100, run) };
  const open = (more: Partial<OutletSettings> = {}): void => {
    [client, told] = [new MemoryClient(), []];
    const watcher = { problem: ({ code }: SwatError) => told.push(code), recovered: () => told.push('recovered') };
    outlet = new Outlet(client, { ...SETTINGS, ...more }, watcher, timers, () => 0.5);
  };
  const send = (value: string, topic = 't'): Promise<void> =>
    outlet.send(topic, { key: 'k', value, headers: { a: 'b' } });
  const values = (): string[] => client.written.flatMap(({ records }) => records.map(({ value }) => String(value)));
  const code = (wanted: string) => (cause: unknown) => cause instanceof SwatError && cause.code === wanted;
  afterEach(() => outlet.close(10));

  it('writes in batches, in order, bounded by number and bytes', async () => {
    open();
    const all = Promise.all(['0', '1', '2', '3', '4'].map((value) => send(value)));
    await all;
    assert.deepEqual(values(), ['0', '1', '2', '3', '4']);
    assert.deepEqual(
      client.written.map(({ records }) => records.length),
      [4, 1],
    );
    client.written.length = 0;
    await Promise.all([send('x'.repeat(600)), send('y'.repeat(600))]);
    assert.equal(client.written.length, 2);
    assert.deepEqual([outlet.state.sent, outlet.state.queued, outlet.state.queuedBytes], [7, 0, 0]);
  });

  it('tries again until it is through, tells each reason once, with a new producer where the connection is in doubt', async () => {
    open({ lingerMs: 0 });
    const host = new SwatError('kafka-host');
    client.troubles.push(host, host, undefined, new SwatError('kafka-topic-missing'));
    await send('1');
    assert.deepEqual(values(), ['1']);
    assert.deepEqual(told, ['kafka-host', 'kafka-topic-missing', 'recovered']);
    assert.equal(client.calls.filter((call) => call === 'produce').length, 3);
    assert.equal(outlet.state.retries, 3);
  });

  it('refuses the one record that is wrong, and writes its neighbours', async () => {
    open();
    const wrong = new SwatError('kafka-record');
    // Connected; the batch of four; its first half; of the second half the first, which is the wrong one.
    client.troubles.push(undefined, wrong, undefined, wrong, wrong);
    const outcomes = await Promise.allSettled(['0', '1', '2', '3'].map((value) => send(value)));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(values(), ['0', '1', '3']);
    assert.deepEqual([told, outlet.state.refused], [[], 1]);
  });

  it('refuses what is too large or too many, and says so', async () => {
    open({ queueRecords: 2 });
    await assert.rejects(send('x'.repeat(3000)), code('kafka-too-large'));
    const two = [send('1'), send('2')];
    await assert.rejects(send('3'), code('kafka-full'));
    await Promise.all(two);
    open({ queueBytes: 300, queueRecords: 1000 });
    const one = send('x'.repeat(150));
    await assert.rejects(send('x'.repeat(150)), code('kafka-full'));
    await one;
    open({ queueRecords: 1000, queueBytes: 1e6, lingerMs: 1000 });
    const lanes = Array.from({ length: 200 }, (_, n) => send('x', `t${n}`));
    await assert.rejects(send('x', 'one too many'), code('kafka-topics'));
    await Promise.all(lanes);
  });

  it('connects before the first record, so that a problem shows', async () => {
    open();
    client.troubles.push(new SwatError('kafka-host'));
    outlet.start();
    for (let turn = 0; turn < 500 && told.length < 2; turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(told, ['kafka-host', 'recovered']);
  });

  it('does not hold up one topic for another', async () => {
    open({ lingerMs: 0 });
    client.troubles.push(undefined);
    const missing = new SwatError('kafka-topic-missing');
    const slow = send('1', 'missing');
    client.troubles.push(missing);
    await slow.then(() => send('2', 'there'));
    assert.deepEqual(values(), ['1', '2']);
  });

  it('writes what waits when it closes, and rejects what it cannot', async () => {
    open({ lingerMs: 50 });
    const sent = send('1');
    await outlet.close(1000);
    await sent;
    await assert.rejects(send('2'), code('kafka-closed'));
    open({ lingerMs: 0 });
    const host = new SwatError('kafka-host');
    client.troubles.push(...Array.from({ length: 50 }, () => host));
    const stuck = [send('1'), send('2')];
    const outcome = Promise.allSettled(stuck);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(outlet.state.problem, host);
    await outlet.close(10);
    for (const each of await outcome) assert.ok(each.status === 'rejected' && code('kafka-closed')(each.reason));
  });
});
