import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCollector, MAX_ROWS, type Taking } from '../../../lib/train/collector';
import { datasetOf } from '../../../lib/train/rows';
import { coded } from '../model/sample';
import { SMALL, smallWindows } from './plant';

const NORMAL = { over: false, labelled: false };

describe('the collector', () => {
  it('keeps every n-th window of each asset', () => {
    const collector = createCollector({ schema: SMALL, wanted: 100, stride: 3 });
    const [a, b] = [smallWindows(1, 0, 'a'), smallWindows(2, 0, 'b')];
    const takings = Array.from({ length: 7 }, () => [
      collector.offer(a.next().value, NORMAL),
      collector.offer(b.next().value, NORMAL),
    ]);
    const expected: Taking[] = ['taken', 'next', 'next', 'taken', 'next', 'next', 'taken'];
    assert.deepEqual(
      takings,
      expected.map((taking) => [taking, taking]),
    );
  });

  it('leaves out what nobody should learn, and counts why', () => {
    const collector = createCollector({ schema: SMALL, wanted: 2, stride: 1 });
    const window = smallWindows(1).next().value;
    const bad = { ...window, quality: { good: 0.5, bad: ['LIT1'] } };
    assert.equal(collector.offer(bad, NORMAL), 'bad');
    assert.equal(collector.offer(window, { over: true, labelled: false }), 'over');
    assert.equal(collector.offer(window, { over: false, labelled: true }), 'labelled');
    assert.equal(collector.offer({ ...window, schema: 'other' }, NORMAL), 'other-schema');
    assert.equal(collector.offer(window, { ...NORMAL, otherMode: true }), 'other-mode');
    assert.deepEqual(
      [collector.collected, collector.leftOut],
      [0, { bad: 1, over: 1, labelled: 1, 'other-schema': 1, 'other-mode': 1, excluded: 0 }],
    );
    for (const taking of ['taken', 'taken', 'full']) assert.equal(collector.offer(window, NORMAL), taking);
  });

  it('gives its rows back by asset and time, whatever order they came in', () => {
    const arrivals = fc.array(fc.record({ asset: fc.constantFrom('a', 'b', 'c'), time: fc.nat(1000) }), {
      maxLength: 600,
    });
    fc.assert(
      fc.property(arrivals, (list) => {
        const collector = createCollector({ schema: SMALL, wanted: 1000, stride: 1 });
        const window = smallWindows(1).next().value;
        for (const { asset, time } of list) {
          const features = window.features.map(() => time + asset.charCodeAt(0) * 10_000);
          collector.offer({ ...window, asset, end: time, features }, NORMAL);
        }
        const { rows, times, count } = datasetOf(collector.rows());
        assert.deepEqual([count, rows.length, rows.byteLength], [list.length, count * 15, rows.buffer.byteLength]);
        const keys = Array.from({ length: count }, (_, row) => rows[row * 15]);
        assert.deepEqual(
          keys,
          keys.toSorted((a, b) => a - b),
        );
        assert.deepEqual(
          Array.from(times),
          keys.map((key) => key % 10_000),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('gives copies, and goes on to a higher number', () => {
    const collector = createCollector({ schema: SMALL, wanted: 2, stride: 1 });
    const windows = smallWindows(1);
    const offer = (): Taking => collector.offer(windows.next().value, NORMAL);
    assert.deepEqual([offer(), offer(), offer()], ['taken', 'taken', 'full']);
    const first = datasetOf(collector.rows());
    collector.extend(300);
    for (let row = 2; row < 300; row += 1) assert.equal(offer(), 'taken');
    const second = datasetOf(collector.rows());
    assert.deepEqual([first.count, second.count, collector.wanted, collector.offered], [2, 300, 300, 300]);
    assert.deepEqual(second.rows.slice(0, 30), first.rows);
    assert.notEqual(first.rows.buffer, second.rows.buffer);
    assert.throws(() => collector.extend(MAX_ROWS + 1), coded('collect-too-large'));
    assert.equal(collector.wanted, 300);
  });

  it('refuses more than fits', () => {
    const wanted = MAX_ROWS + 1;
    assert.throws(() => createCollector({ schema: SMALL, wanted, stride: 1 }), coded('collect-too-large', { wanted }));
  });
});
