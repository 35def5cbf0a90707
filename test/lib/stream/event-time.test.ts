import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readNumber } from '../../../lib/stream/assembler';
import { Cells } from '../../../lib/stream/cells';
import { reasonOf, type Unusable } from '../../../lib/stream/reason';
import type { AssetWindows } from '../../../lib/stream/windows';
import { emptyRun, feed, GRID, plant, SAMPLES, spans, unused, windows, type Run } from './stream-run';

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const grid = (latenessMs: number, more: Partial<typeof GRID> = {}): AssetWindows<number> =>
  windows({ ...GRID, ...more, grid: { periodMs: 1000, latenessMs } });
const give = (each: AssetWindows<number>, run: Run, values: Record<string, unknown>, second: number, now = 0): void =>
  run.take(each.accept('a', values, second * 1000, now));

describe('windows by event time', () => {
  it('are the same as by count where frames come in order at the period', () => {
    const seconds = upTo(100, 130);
    const byTime = feed(windows(GRID), seconds);
    const byCount = feed(windows(SAMPLES), seconds);
    assert.equal(byTime.windows.length, byCount.windows.length - 4);
    assert.deepEqual(byTime.windows, byCount.windows.slice(0, -4));
  });

  it('wait for the lateness, and end where a multiple of the slide ends', () => {
    const each = windows({ ...GRID, stride: 5 });
    const run = feed(each, upTo(101, 122));
    assert.deepEqual(spans(run), [[103, 105], [108, 110], [113, 115]]); // prettier-ignore
    run.take(each.flush(0));
    assert.deepEqual(spans(run).at(-1), [118, 120]);
    assert.equal(each.counters.flushed, 1);
  });

  it('put a frame to the nearest instant, half a period belonging to the later one', () => {
    const cells = new Cells(2, 1000);
    for (const [time, index] of [
      [0, 0],
      [499, 0],
      [499.9, 0],
      [500, 1],
      [1499, 1],
      [1500, 2],
      [1_792_000_000_500, 1_792_000_001],
    ] as const)
      assert.equal(cells.indexOf(time), index);
    assert.equal(new Cells(2, 300).indexOf(1_792_000_000_050), Math.round(1_792_000_000_050 / 300));
  });

  it('take what is out of order at its place, and give what is too late back', () => {
    const each = windows(GRID);
    const run = feed(each, [100, 102, 101, 103, 108, 106, 104.5, 104, 107]);
    run.take(each.flush(0));
    assert.deepEqual(unused(run), [['late', 104, 1]]);
    assert.deepEqual(run.unused[0].input.carrier, 7);
    assert.deepEqual([each.counters.outOfOrder, each.counters.late], [4, 1]);
    assert.deepEqual(spans(run), [100, 101, 102, 103, 104, 105, 106].map((s) => [s, s + 2])); // prettier-ignore
  });

  it('of several values in one instant take the latest; of two of the same time the usable, then the greater one', () => {
    for (const [frames, expected, counted] of [
      [[[{ A: 1 }, 100], [{ A: 2 }, 100.2]], 2, [0, 0]], // prettier-ignore
      [[[{ A: 1 }, 100], [{ A: 2 }, 99.8]], 1, [0, 0]], // prettier-ignore
      [[[{ A: 1 }, 100], [{ A: 1 }, 100]], 1, [1, 0]], // prettier-ignore
      [[[{ A: 1 }, 100], [{ A: 2 }, 100]], 2, [0, 1]], // prettier-ignore
      [[[{ A: 2 }, 100], [{ A: 1 }, 100]], 2, [0, 1]], // prettier-ignore
      [[[{ A: 1 }, 100], [{ A: null }, 100]], 1, [0, 1]], // prettier-ignore
      [[[{ A: 'x' }, 100], [{ A: -1 }, 100]], -1, [0, 1]], // prettier-ignore
      [[[{ A: 5 }, 100], [{ B: 1 }, 100]], 5, [0, 0]], // prettier-ignore
    ] as [[Record<string, unknown>, number][], number, number[]][]) {
      const each = grid(0, { lengths: [2] });
      const run = emptyRun();
      give(each, run, { A: 9, B: 1 }, 99);
      for (const [values, second] of frames) give(each, run, values, second);
      give(each, run, { A: 9, B: 1 }, 101);
      assert.deepEqual(run.windows[0].features.slice(0, 1), [(9 + expected) / 2], JSON.stringify(frames));
      assert.deepEqual([each.counters.duplicate, each.counters.conflicting], counted, JSON.stringify(frames));
    }
  });

  it('keep a last known value good while nothing is said of it, call it stale after its maximum age', () => {
    const each = grid(0);
    const run = emptyRun();
    for (const second of upTo(100, 112)) give(each, run, second === 100 ? { A: 1, B: 2 } : { A: 1 }, second);
    run.take(each.flush(0));
    const good = run.windows.filter(({ quality }) => quality.bad.length === 0);
    assert.deepEqual(spans({ ...run, windows: good }), [102, 103, 104, 105].map((end) => [end - 2, end])); // prettier-ignore
    assert.deepEqual(run.windows.at(-1)?.quality, { good: 0.5, bad: ['B'], why: { B: 'stale' } });
    assert.equal(run.windows[0].quality.good, 1);
    assert.equal(each.counters.stale, 1);
    assert.deepEqual(each.complaints.drain(), [{ reason: 'stale', asset: 'a', names: ['B'], more: 0 }]);
  });

  it('hold a value that was said to be unusable up to its maximum age, and say why after it', () => {
    const each = grid(0);
    const run = emptyRun();
    give(each, run, { A: 1, B: 2 }, 100);
    give(each, run, { A: 1, B: '' }, 101);
    for (const second of upTo(102, 112)) give(each, run, { A: 1 }, second);
    assert.equal(run.windows[0].quality.good, 4 / 6);
    assert.deepEqual(run.windows.at(-1)?.quality, { good: 0.5, bad: ['B'], why: { B: 'missing' } });
    assert.equal(each.counters.missing, 1);
    give(each, run, { A: 1, B: 3 }, 112);
    for (const second of upTo(113, 117)) give(each, run, { A: 1 }, second);
    assert.deepEqual(run.windows.at(-1)?.quality, { good: 1, bad: [] });
  });

  it('fill a pause that is no gap, and start anew after one that is', () => {
    const each = grid(0);
    const run = feed(each, [100, 101, 102, 106, 107, 115, 116, 117, 118]);
    assert.deepEqual(spans(run), [100, 101, 102, 103, 104, 105, 115].map((s) => [s, s + 2])); // prettier-ignore
    assert.deepEqual([each.counters.filled, each.counters.gaps], [3, 1]);
    assert.deepEqual(run.windows.map(({ restarted }) => restarted).slice(-2), [undefined, 'gap']); // prettier-ignore
  });

  it('never fill without end', () => {
    const each = grid(0, { maxAgeMs: 86_400_000 });
    feed(each, [100, 101, 30_000, 30_001, 30_002]);
    assert.deepEqual([each.counters.filled, each.counters.gaps], [0, 1]);
  });

  it('put aside a frame with a wrong time, so that nothing after it is late', () => {
    const each = windows(GRID);
    const run = feed(each, [...upTo(100, 106), 1e9, ...upTo(106, 112)]);
    run.take(each.flush(0));
    assert.deepEqual(spans(run), upTo(100, 110).map((s) => [s, s + 2])); // prettier-ignore
    assert.deepEqual(unused(run), [['time-jump', 1e9, 1e9 - 106]]);
    assert.equal(each.counters.timeJumps, 1);
  });

  it('do not take a backlog that others talk over for a replay', () => {
    const each = windows(GRID);
    const backlog = upTo(10, 40).flatMap((second, i) => (i % 2 === 0 ? [second, second] : [second, 120 + i]));
    const run = feed(each, [...upTo(100, 120), ...backlog]);
    assert.equal(each.counters.rewinds, 0);
    assert.equal(run.unused.length, 45);
  });

  it('do not depend on when the data came, nor on how wrong the clock of the feed is', () => {
    const seconds = [...upTo(100, 120), 119, ...upTo(150, 160)];
    const shifted = (by: number): unknown => {
      const each = windows(GRID);
      const run = emptyRun();
      for (const s of seconds) run.take(each.accept('a', { A: s, B: 1 }, (s + by) * 1000, s));
      run.take(each.flush(0));
      return run.windows.map(({ start, end, features, ...rest }) => [
        start - by * 1000,
        end - by * 1000,
        features,
        rest,
      ]);
    };
    assert.deepEqual(shifted(8 * 3600), shifted(0));
    assert.deepEqual(shifted(1_700_000_000), shifted(0));
  });
});

interface Item {
  readonly time: number;
  readonly kind: 'frame' | 'A' | 'B';
  readonly value: unknown;
  readonly again: 'no' | 'same' | 'other';
  readonly delays: readonly number[];
}

describe('windows by event time, whatever the order of arrival within the lateness', () => {
  const LATENESS = 3000;
  const value = fc.oneof(
    { arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: 8 },
    { arbitrary: fc.constantFrom<unknown>('', 'x', null, 1e9, -0, 0, '12.5'), weight: 2 },
  );
  const item = fc.record({
    step: fc.oneof(fc.integer({ min: 1, max: 1500 }), fc.constantFrom(1000, 1000, 1000, 500, 4000, 7000, 60_000)),
    kind: fc.constantFrom<Item['kind']>('frame', 'frame', 'A', 'B'),
    value,
    again: fc.constantFrom<Item['again']>('no', 'no', 'no', 'same', 'other'),
    delays: fc.tuple(fc.double({ min: 0, max: LATENESS, noNaN: true }), fc.double({ min: 0, max: LATENESS, noNaN: true })), // prettier-ignore
  });

  /** Every input of the items with the time that it arrives at. */
  const arrivals = (items: readonly Item[], ordered: boolean): { at: number; item: Item; value: unknown }[] =>
    items
      .flatMap((each) => [
        { at: each.time + (ordered ? 0 : each.delays[0]), item: each, value: each.value },
        ...(each.again === 'no' || each.kind !== 'frame'
          ? []
          : [
              {
                at: each.time + (ordered ? 0 : each.delays[1]),
                item: each,
                value: each.again === 'same' ? each.value : 7,
              },
            ]),
      ])
      .sort((a, b) => a.at - b.at);

  const run = (items: readonly Item[], ordered: boolean): [Run, AssetWindows<number>] => {
    const each = grid(LATENESS, { stride: 2, lengths: [2, 4] });
    const result = emptyRun();
    for (const { at, item: input, value: raw } of arrivals(items, ordered)) {
      if (input.kind === 'frame') {
        result.take(each.accept('a', { A: raw, B: input.time % 977 }, input.time, at));
      } else {
        const tag = input.kind === 'A' ? 0 : 1;
        const read: number | Unusable = readNumber(raw, plant.tags[tag]);
        result.take(each.acceptReading('a', { tag, raw, value: read }, input.time, at));
      }
    }
    result.take(each.flush(0));
    return [result, each];
  };

  it('are identical, bit for bit (property)', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 5, maxLength: 80 }), (steps) => {
        let time = 1_792_000_000_000;
        const items = steps.map(({ step, ...rest }) => ({ ...rest, time: (time += step) }));
        const [inOrder, first] = run(items, true);
        const [shuffled, second] = run(items, false);
        assert.deepEqual(unused(inOrder), []);
        assert.deepEqual(unused(shuffled), []);
        assert.deepEqual(shuffled.windows, inOrder.windows);
        assert.equal(second.counters.frames, first.counters.frames);
        assert.equal(second.counters.gaps, first.counters.gaps);
        for (const { quality } of inOrder.windows)
          assert.equal(Object.keys(quality.why ?? {}).length, quality.bad.length);
      }),
      { numRuns: 300 },
    );
  });

  it('name reasons that there are', () => {
    assert.deepEqual([0, 1, 4, 6].map(reasonOf), ['missing', 'missing', 'badQuality', 'stale']);
  });
});
