import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KafkaRecord, Position } from '../../../lib/kafka/broker';
import { Intake, type IntakeSettings } from '../../../lib/kafka/intake';

const SETTINGS: IntakeSettings = {
  settle: 'each',
  mostInFlight: 10,
  receiptMs: 1000,
  mostAttempts: 2,
  bufferRecords: 20,
  bufferBytes: 1e6,
};
const record = (offset: number, partition = 0, bytes = 1): KafkaRecord => ({
  topic: 't',
  partition,
  offset,
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  timestamp: 0,
});
const records = (from: number, count: number, partition = 0): KafkaRecord[] =>
  Array.from({ length: count }, (_, n) => record(from + n, partition));
/** An intake that has one partition, from offset 0 on. */
const opened = (more: Partial<IntakeSettings> = {}): Intake => {
  const intake = new Intake({ ...SETTINGS, ...more }, 'name');
  intake.assigned({ t: [0] });
  intake.begin({ topic: 't', partition: 0, offset: 0 });
  return intake;
};
const positions = (intake: Intake): number[] => intake.positions().map(({ offset }) => offset);

describe('the intake of Kafka records', () => {
  it('commits only past records that are settled without a gap', () => {
    const intake = opened();
    intake.add(records(0, 4));
    const [a, b, c, d] = intake.take(10, 0);
    assert.deepEqual(positions(intake), []);
    assert.equal(intake.settle(b.receipt), true);
    assert.deepEqual(positions(intake), []);
    intake.settle(a.receipt);
    assert.deepEqual(positions(intake), [2]);
    intake.committed(intake.positions());
    assert.deepEqual(positions(intake), []);
    intake.settle(d.receipt);
    assert.deepEqual(positions(intake), []);
    intake.settle(c.receipt);
    assert.deepEqual(positions(intake), [4]);
    assert.equal(intake.settle(c.receipt), false, 'a receipt counts once');
    assert.equal(intake.settledTo('t', 0), 4);
    assert.equal(intake.settledTo('t', 1), undefined);
  });

  it('settles all before a receipt, by upto, but not what is on its way to the letters', () => {
    const intake = opened({ settle: 'upto' });
    intake.add(records(0, 5));
    const handed = intake.take(10, 0);
    assert.equal(intake.leave(handed[1].receipt)?.offset, 1);
    assert.equal(intake.leave(handed[1].receipt), undefined);
    intake.settle(handed[3].receipt);
    assert.deepEqual(positions(intake), [1]);
    intake.settle(handed[1].receipt);
    assert.deepEqual(positions(intake), [4]);
    assert.equal(intake.counts.inFlight, 1);
  });

  it('keeps no more in the flow than it may, and is full until half has gone', () => {
    const intake = opened();
    assert.equal(intake.full, false);
    intake.add(records(0, 20));
    assert.equal(intake.full, true);
    assert.equal(intake.take(100, 0).length, 10);
    assert.equal(intake.take(100, 0).length, 0);
    assert.equal(intake.full, false);
    intake.add([record(20, 0, 2e6)]);
    assert.equal(intake.full, true, 'bytes count, too');
  });

  it('hands out again what has no receipt, and gives up in the end', () => {
    const intake = opened();
    intake.add(records(0, 1));
    const [first] = intake.take(1, 0);
    assert.deepEqual(intake.overdue(999), { again: [], over: [] });
    const { again } = intake.overdue(1000);
    assert.deepEqual([again[0].attempt, again[0].receipt], [2, first.receipt]);
    assert.deepEqual(intake.overdue(1500), { again: [], over: [] });
    assert.equal(intake.overdue(2000).over.length, 1);
    assert.equal(intake.counts.redelivered, 1);
    assert.deepEqual(opened({ receiptMs: 0 }).overdue(1e9), { again: [], over: [] });
  });

  it('forgets what others have now, and knows no receipt of it; what stays, stays', () => {
    const intake = opened();
    intake.assigned({ t: [0, 1] });
    intake.begin({ topic: 't', partition: 1, offset: 5 });
    intake.add([...records(0, 2), ...records(5, 3, 1)]);
    const handed = intake.take(4, 0);
    intake.assigned({ t: [0] });
    assert.equal(intake.settle(handed[2].receipt), false);
    assert.deepEqual([intake.counts.inFlight, intake.counts.buffered], [2, 0]);
    intake.add(records(8, 1, 1));
    assert.equal(intake.counts.buffered, 0, 'what comes late of them is left to its owner');
    intake.settle(handed[0].receipt);
    assert.deepEqual(positions(intake), [1]);
    intake.assigned({ t: [0, 1] });
    assert.equal(intake.settle(handed[2].receipt), false, 'not even when it is ours again');
    assert.equal(intake.settledTo('t', 1), 5);
    intake.begin({ topic: 't', partition: 7, offset: 1 });
    assert.equal(intake.settle('nonsense'), false);
    assert.equal(intake.settle('name/99/1'), false);
  });

  it('loses nothing and commits nothing too early, whatever is settled in whatever order, over rebalances and crashes', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('read' as const), count: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ do: fc.constant('take' as const), count: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ do: fc.constant('settle' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('commit' as const) }),
      fc.record({ do: fc.constant('lose' as const), partition: fc.integer({ min: 0, max: 2 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const intake = new Intake({ ...SETTINGS, bufferRecords: 1000 }, 'name');
        const committed = [0, 0, 0];
        const next = [0, 0, 0];
        const done = [new Set<number>(), new Set<number>(), new Set<number>()];
        let open: { receipt: string; record: KafkaRecord }[] = [];
        const assign = (partitions: number[]): void => {
          intake.assigned({ t: partitions });
          for (const partition of partitions) {
            if (intake.settledTo('t', partition) !== undefined && next[partition] > 0) continue;
            intake.begin({ topic: 't', partition, offset: committed[partition] });
          }
        };
        assign([0, 1, 2]);
        for (const each of steps) {
          switch (each.do) {
            case 'read':
              for (const partition of [0, 1, 2]) {
                intake.add(records(next[partition], each.count, partition));
                next[partition] += each.count;
              }
              break;
            case 'take':
              open.push(...intake.take(each.count, 0));
              assert.ok(intake.counts.inFlight <= SETTINGS.mostInFlight);
              break;
            case 'settle': {
              if (open.length === 0) break;
              const [{ receipt, record: settled }] = open.splice(each.which % open.length, 1);
              if (intake.settle(receipt)) done[settled.partition].add(settled.offset);
              break;
            }
            case 'commit': {
              const found: Position[] = intake.positions();
              for (const { partition, offset } of found) {
                for (let before = committed[partition]; before < offset; before += 1) {
                  assert.ok(done[partition].has(before), `${before} of ${partition} was never settled`);
                }
                committed[partition] = Math.max(committed[partition], offset);
              }
              intake.committed(found);
              break;
            }
            case 'lose': {
              // Another owner, and back: reading begins at what is committed.
              assign([0, 1, 2].filter((partition) => partition !== each.partition));
              open = open.filter(({ record: { partition } }) => partition !== each.partition);
              next[each.partition] = committed[each.partition];
              intake.assigned({ t: [0, 1, 2] });
              intake.begin({ topic: 't', partition: each.partition, offset: committed[each.partition] });
            }
          }
        }
        // Settled to the end, all that was read is committed.
        for (let turn = 0; turn < 10_000 && intake.counts.buffered + intake.counts.inFlight > 0; turn += 1) {
          open.push(...intake.take(100, 0));
          for (const { receipt } of open.splice(0)) intake.settle(receipt);
        }
        for (const { partition, offset } of intake.positions()) committed[partition] = offset;
        assert.deepEqual(committed, next);
      }),
      { numRuns: 300 },
    );
  });
});
