import assert from 'node:assert/strict';
import { SwatError } from '../../../lib/errors';
import type { KafkaRecord } from '../../../lib/kafka/broker';
import { Feed } from '../../../lib/kafka/feed';
import type { FeedEvent, FeedSettings } from '../../../lib/kafka/feed-state';
import { systemTimers } from '../../../lib/platform/timers';
import { MemoryClient } from './memory';

const SETTINGS: FeedSettings = {
  group: 'g',
  topics: ['t'],
  from: 'newest',
  sessionMs: 6000,
  fetchBytes: 1e6,
  settle: 'each',
  mostInFlight: 5,
  receiptMs: 0,
  mostAttempts: 3,
  bufferRecords: 10,
  bufferBytes: 1e6,
};
const records = (from: number, count: number): KafkaRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition: 0,
    offset: from + n,
    key: null,
    value: Buffer.from(String(from + n)),
    headers: {},
    timestamp: 0,
  }));

describe('the feed of Kafka records', () => {
  let client: MemoryClient;
  let feed: Feed;
  let handed: { offset: number; receipt: string; attempt: number }[];
  let letters: { offset: number; code: string }[];
  let events: FeedEvent[];
  let unreadable: (offset: number) => boolean;
  let letterBox: () => Promise<void>;
  let passes: boolean;
  /** Pauses and ticks are a hundred times shorter. */
  const timers = { ...systemTimers, after: (ms: number, run: () => void) => systemTimers.after(ms / 100, run) };

  const open = (more: Partial<FeedSettings> = {}): void => {
    [client, handed, letters, events] = [new MemoryClient(), [], [], []];
    unreadable = () => false;
    letterBox = () => Promise.resolve();
    passes = true;
    feed = new Feed(
      client,
      { ...SETTINGS, ...more },
      {
        record: ({ offset }, receipt, attempt) => {
          if (unreadable(offset)) throw new SwatError('kafka-json');
          handed.push({ offset, receipt, attempt });
        },
        passed: (callback) => {
          if (passes) setImmediate(callback);
        },
        letter: async ({ offset }, { code }) => {
          await letterBox();
          letters.push({ offset, code });
        },
        event: (event) => events.push(event),
      },
      timers,
      () => 0.5,
      'name',
    );
  };
  const until = async (what: string, ready: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 1000 && !ready(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.ok(ready(), what);
  };
  const joined = async (offset = 0): Promise<void> => {
    await until('it joins', () => client.watcher !== undefined);
    client.watcher?.assigned({ t: [0] });
    client.watcher?.begins({ topic: 't', partition: 0, offset });
  };
  const deliver = (list: KafkaRecord[], end: number): void => client.watcher?.records(list, end);
  afterEach(() => feed.close());

  it('tells each reason once, passing ones not at all, and tries again until it is let in', async () => {
    open();
    const problem = (code: string): SwatError => new SwatError(code);
    client.troubles.push(
      problem('kafka-starting'),
      problem('kafka-host'),
      problem('kafka-host'),
      problem('kafka-login'),
    );
    assert.equal(feed.state.state, 'connecting');
    feed.start();
    await joined();
    assert.deepEqual(
      events.map((event) => (event.event === 'problem' ? event.error.code : event.event)),
      ['kafka-host', 'kafka-login', 'recovered', 'assigned'],
    );
    await until('it runs', () => feed.state.state === 'running');
    assert.deepEqual([feed.state.connects, feed.state.problem], [5, undefined]);
  });

  it('goes on after a failure where it was settled, and hands out again what was not', async () => {
    open();
    feed.start();
    await joined();
    client.watcher?.records(records(0, 4), 4);
    await until('all are handed out', () => handed.length === 4);
    feed.settle(handed[0].receipt);
    feed.settle(handed[1].receipt);
    const before = client.watcher;
    client.watcher = undefined;
    before?.failed(new Error('gone'));
    await joined(2);
    assert.equal(client.settings?.settled('t', 0), 2);
    assert.equal(feed.settle(handed[2].receipt), false);
    deliver(records(2, 2), 4);
    await until('the others come again', () => handed.length === 6);
    assert.deepEqual(feed.state.lag, { 't/0': 2 });
  });

  it('commits what is settled, at a rebalance too, and connects anew where that fails again and again', async () => {
    open();
    feed.start();
    await joined();
    client.watcher?.records(records(0, 3), 3);
    await until('all are handed out', () => handed.length === 3);
    feed.settle(handed[0].receipt);
    client.watcher?.revoking();
    await until('it is committed', () => client.committed.at(-1)?.offset === 1);
    assert.equal(feed.state.rebalances, 1);
    feed.settle(handed[1].receipt);
    const failure = new SwatError('kafka-no-answer');
    client.troubles.push(new SwatError('kafka-rebalancing'), ...Array.from({ length: 12 }, () => failure));
    client.watcher = undefined;
    await joined();
    assert.ok(events.some((event) => event.event === 'problem' && event.error === failure));
  });

  it('holds fetching back while the flow is slow, or is told to pause', async () => {
    open();
    feed.start();
    await joined();
    await until('it runs', () => feed.state.state === 'running');
    client.watcher?.records(records(0, 20), 20);
    await until('it is held back', () => client.calls.includes('pause'));
    assert.deepEqual([feed.state.state, feed.state.inFlight, feed.state.buffered], ['slow', 5, 15]);
    for (let n = 0; n < 20; n += 1) {
      await until('the next', () => handed.length > n);
      feed.settle(handed[n].receipt);
    }
    assert.equal(client.calls.filter((call) => /pause|resume/.test(call)).at(-1), 'resume');
    feed.pause(true);
    assert.deepEqual(
      [feed.state.state, client.calls.filter((call) => /pause|resume/.test(call)).at(-1)],
      ['paused', 'pause'],
    );
    client.watcher?.records(records(20, 1), 21);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(handed.length, 20);
    feed.pause(false);
    await until('it goes on', () => handed.length === 21);
    feed.settle(handed[20].receipt);
  });

  it('settles what was handed on, and what is in the letters; a letter that cannot be written keeps its place', async () => {
    open({ settle: 'handed' });
    unreadable = (offset) => offset === 1 || offset === 3;
    feed.start();
    await joined();
    client.watcher?.records(records(0, 3), 5);
    await until('three are settled', () => feed.state.settled === 3);
    assert.deepEqual(letters, [{ offset: 1, code: 'kafka-json' }]);
    letterBox = () => Promise.reject(new Error('full'));
    client.watcher?.records(records(3, 2), 5);
    await until('the last is settled', () => feed.state.settled === 4);
    await until('it is committed up to there', () => client.committed.at(-1)?.offset === 3);
    assert.deepEqual([feed.state.letters, feed.state.inFlight], [2, 1]);
  });

  it('hands out again what was between two nodes when a deploy stopped them, and nothing while they are stopped', async () => {
    open({ settle: 'handed' });
    feed.start();
    await joined();
    deliver(records(0, 2), 2);
    await until('they are settled', () => feed.state.settled === 2);
    passes = false;
    deliver(records(2, 2), 4);
    feed.halt();
    deliver(records(4, 1), 5);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual([handed.length, feed.state.settled], [4, 2]);
    passes = true;
    feed.goOn();
    feed.goOn();
    await until('all are settled', () => feed.state.settled === 5);
    assert.deepEqual(
      handed.map(({ offset, attempt }) => `${offset}:${attempt}`),
      ['0:1', '1:1', '2:1', '3:1', '2:2', '3:2', '4:1'],
    );
  });

  it('hands out again what has no receipt, then gives it up; refuses what the flow refuses', async () => {
    open({ receiptMs: 0.001, mostAttempts: 2 });
    feed.start();
    await joined();
    client.watcher?.records(records(0, 1), 2);
    await until('it is given up', () => letters.length === 1);
    assert.deepEqual([letters[0].code, handed.length], ['kafka-no-receipt', 2]);
    client.watcher?.records(records(1, 1), 2);
    await until('the next', () => handed.some(({ offset }) => offset === 1));
    const { receipt } = handed.find(({ offset }) => offset === 1) ?? { receipt: '' };
    assert.equal(feed.refuse(receipt, new SwatError('kafka-refused')), true);
    assert.equal(feed.refuse(receipt, new SwatError('kafka-refused')), false);
    await until('it is a letter', () => letters.length === 2);
    client.watcher?.missed('t', 0, 3);
    assert.equal(feed.state.missed, 3);
  });

  it('closes while it connects, and while it pauses', async () => {
    open();
    feed.start();
    await feed.close();
    await until('what came too late is closed', () => client.calls.includes('close'));
    open();
    client.troubles.push(new SwatError('kafka-host'));
    feed.start();
    await until('it pauses', () => events.length === 1);
    await feed.close();
    assert.equal(feed.state.state, 'closed');
  });
});
