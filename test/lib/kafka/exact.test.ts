import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemoryCluster, type Fault } from './cluster';
import { VirtualTimers, Worker } from './exact-worker';

const PARTITIONS = 3;
const ASSETS = ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff'];

function cluster(): MemoryCluster {
  const made = new MemoryCluster();
  for (const name of ['data', 'state', 'results']) made.topic(name, PARTITIONS);
  made.topic('letters', 1);
  return made;
}

/** Writes samples as a producer would, and knows what one undisturbed pass makes of them. */
class Samples {
  readonly expected: string[] = [];
  readonly #sums = new Map<string, { count: number; sum: number }>();

  constructor(private readonly to: MemoryCluster) {}

  write(count: number): void {
    for (let n = 0; n < count; n += 1) {
      const asset = ASSETS[(this.expected.length * 5) % ASSETS.length];
      const value = (this.expected.length * 31) % 97 === 13 ? 14 : (this.expected.length * 31) % 97;
      this.to.append('data', asset.length % PARTITIONS, { key: asset, value: String(value) });
      const sum = this.#sums.get(asset) ?? { count: 0, sum: 0 };
      this.#sums.set(asset, sum);
      sum.count += 1;
      sum.sum += value;
      this.expected.push(`${asset} ${sum.count} ${sum.sum}`);
    }
  }
}

const results = (from: MemoryCluster): string[] => from.committed('results').map(({ value }) => String(value));

describe('an exact reader', () => {
  it('writes the result of every record once, and begins where it has stopped', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(100);
    const one = new Worker(kafka, time, 60_000);
    await time.pass(5000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.equal(one.feed.state.lag === undefined, false);
    const closing = one.feed.close();
    await time.pass(5000);
    await closing;
    samples.write(50);
    const two = new Worker(kafka, time, 60_000);
    await time.pass(5000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.equal(two.feed.state.redelivered, 0, 'what was left in order needs no repetition');
  });

  it('hands nothing out while it is paused, and takes what nodes tell by themselves, with the state of its asset', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(10);
    const { feed } = new Worker(kafka, time, 0);
    await time.pass(5000);
    feed.pause(true);
    samples.write(5);
    await time.pass(5000);
    assert.equal(feed.state.state, 'paused');
    assert.equal(results(kafka).length, 10);
    feed.pause(false);
    await time.pass(5000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.equal(feed.state.inFlight + feed.state.buffered, 0);

    const states = (): number => feed.state.exact?.states ?? 0;
    const before = states();
    const receipt = feed.receiptFor('a') ?? '';
    assert.equal(feed.settle(receipt), true);
    assert.equal(feed.put(receipt, 'results', { key: 'a', value: 'by itself' }, false), 'kept');
    await time.pass(1000);
    assert.equal(results(kafka).filter((each) => each === 'by itself').length, 1);
    assert.equal(states(), before + 1);
    feed.touched('bb');
    await time.pass(1000);
    assert.equal(states(), before + 2);
    assert.equal(feed.settle('of/nobody/1'), false);
    assert.equal(feed.put('of/nobody/1', 'results', { key: 'a', value: 'lost' }, false), 'gone');
  });

  it('repeats, after a crash, what is not in the saved states, and writes nothing of that', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(20);
    const one = new Worker(kafka, time, 60_000);
    await time.pass(2000);
    for (let n = 0; n < 10; n += 1) {
      samples.write(10);
      await time.pass(500);
    }
    one.kill();
    one.gone(kafka);
    samples.write(10);
    const two = new Worker(kafka, time, 60_000);
    await time.pass(5000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.ok(two.feed.state.redelivered > 0);
  });

  it('saves a state with every transaction where that is wanted, and then repeats nothing', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(60);
    const one = new Worker(kafka, time, 0);
    await time.pass(3000);
    one.kill();
    one.gone(kafka);
    samples.write(10);
    const two = new Worker(kafka, time, 0);
    await time.pass(3000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.equal(two.feed.state.redelivered, 0);
  });

  it('goes past records that a state contains, where others have to be repeated', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    const one = new Worker(kafka, time, 4000);
    for (let n = 0; n < 60; n += 1) {
      samples.write(6);
      await time.pass(150);
    }
    one.kill();
    one.gone(kafka);
    samples.write(12);
    const two = new Worker(kafka, time, 4000);
    await time.pass(5000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    const { redelivered, exact } = two.feed.state;
    assert.ok(redelivered > 0 && exact !== undefined && exact.skipped > 0);
  });

  it('begins anew after nodes behind it were stopped in the middle of a batch, once all of that is over', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(40);
    const one = new Worker(kafka, time, 0, () => 900);
    await time.pass(3000);
    for (let n = 0; n < 5; n += 1) {
      samples.write(9);
      await time.pass(300);
      one.feed.halt();
      one.feed.goOn();
    }
    await time.pass(60_000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
  });

  it('drops what a process does that no longer owns a partition, and says that it was fenced', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    const one = new Worker(kafka, time, 60_000, () => 700);
    samples.write(30);
    await time.pass(1000);
    // Stopped and thought dead: it does not know, and goes on with what it has.
    one.gone(kafka);
    const two = new Worker(kafka, time, 60_000);
    samples.write(30);
    await time.pass(2500);
    assert.ok(one.feed.state.exact !== undefined && one.feed.state.exact.fenced > 0);
    for (const member of one.process.members) member.assign({});
    await time.pass(20_000);
    assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
    assert.equal(two.feed.state.problem, undefined);
  });

  it('puts what cannot be read, has no key, or is refused by the broker with the letters, once', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    kafka.append('data', 1, { key: 'a', value: '1' });
    kafka.append('data', 1, { key: 'a', value: 'BAD' });
    kafka.append('data', 1, { key: null, value: '2' });
    kafka.append('data', 1, { key: 'a', value: '3' });
    kafka.append('data', 1, { key: 'a', value: 'POISON-and-long' });
    kafka.append('data', 1, { key: 'a', value: '4' });
    const one = new Worker(kafka, time, 60_000);
    await time.pass(60_000);
    assert.deepEqual(results(kafka), ['a 1 1', 'a 2 4', 'a 4 8']);
    assert.deepEqual(
      kafka.committed('letters').map(({ value }) => String(value)),
      ['BAD', '2', 'POISON-and-long'],
    );
    assert.deepEqual(one.problems, ['kafka-record']);
    assert.equal(one.feed.state.problem, undefined, 'and is well again');
  });

  it('begins an asset afresh whose state is of the future, and tells of it once', async () => {
    const kafka = cluster();
    const time = new VirtualTimers();
    const samples = new Samples(kafka);
    samples.write(30);
    const one = new Worker(kafka, time, 0);
    await time.pass(3000);
    const closing = one.feed.close();
    await time.pass(5000);
    await closing;
    for (const partition of [0, 1, 2]) kafka.setPosition('g', 'data', partition, { offset: 0, note: '' });
    const two = new Worker(kafka, time, 0);
    await time.pass(3000);
    assert.equal(results(kafka).length, 60);
    assert.deepEqual([...new Set(two.notes.map(({ code }) => code))], ['kafka-state-ahead']);
    assert.deepEqual([...results(kafka).slice()].sort(), [...samples.expected, ...samples.expected].sort());
  });

  it('has every result once, as in one pass, whatever fails, ends, stops or comes, at any step', async function () {
    this.timeout(120_000);
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 12 }) }),
      },
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 5, 20, 100, 400, 3000) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), which: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), which: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat(2) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('halt' as const), which: fc.nat(2) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('fault' as const),
          fault: fc.constantFrom<Fault>('before', 'open', 'after'),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 500, 60_000), async (steps, stateMs) => {
        const kafka = cluster();
        const time = new VirtualTimers();
        const samples = new Samples(kafka);
        let workers: Worker[] = [];
        const start = (): void =>
          void workers.push(new Worker(kafka, time, stateMs, () => 1 + (samples.expected.length % 30)));
        start();
        for (const each of steps) {
          switch (each.do) {
            case 'write':
              samples.write(each.count);
              break;
            case 'pass':
              await time.pass(each.ms);
              break;
            case 'fault':
              kafka.faults.push(each.fault);
              break;
            case 'start':
              if (workers.length < 3) start();
              break;
            default: {
              if (workers.length === 0) break;
              const worker = workers[each.which % workers.length];
              if (each.do === 'halt') {
                worker.feed.halt();
                await time.pass(30);
                worker.feed.goOn();
                break;
              }
              workers = workers.filter((other) => other !== worker);
              if (each.do === 'close') void worker.feed.close();
              else {
                if (each.do === 'kill') worker.kill();
                // One that is cut off goes on with what it has, and learns of it later; one that was just starting joins anew.
                const members = [...worker.process.members];
                worker.gone(kafka);
                if (each.do === 'cut') {
                  time.timers.after(2000, () => {
                    for (const member of members) member.assign({});
                  });
                }
              }
            }
          }
        }
        kafka.faults.splice(0);
        if (workers.length === 0) start();
        await time.pass(120_000);
        assert.deepEqual(results(kafka).sort(), [...samples.expected].sort());
      }),
      { numRuns: 150 },
    );
  });
});
