import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyRun, feed, GRID, plant, SAMPLES, spans, unused, windows } from './stream-run';

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('jumps of time, by count', () => {
  it('starts a window anew after a gap, and loses none of the frames that confirm it', () => {
    const each = windows(SAMPLES);
    const run = feed(each, [100, 101, 102, 110, 111, 112, 113]);
    assert.deepEqual(spans(run), [[100, 102], [110, 112], [111, 113]]); // prettier-ignore
    assert.deepEqual([unused(run), each.counters.gaps], [[], 1]);
    assert.deepEqual(run.windows.map(({ restarted }) => restarted), [undefined, 'gap', undefined]); // prettier-ignore
  });

  it('leaves out a late frame, and goes on', () => {
    const each = windows(SAMPLES);
    const run = feed(each, [100, 101, 99.5, 102]);
    assert.deepEqual(spans(run), [[100, 102]]);
    assert.deepEqual(unused(run), [['late', 99.5, 1.5]]);
    assert.equal(each.counters.late, 1);
  });

  it('goes back with a replay that starts again, without losing its first frames', () => {
    const each = windows(SAMPLES);
    const run = feed(each, [100, 101, 102, 0, 1, 2, 3]);
    assert.deepEqual(spans(run), [[100, 102], [0, 2], [1, 3]]); // prettier-ignore
    assert.deepEqual(run.windows.map(({ restarted }) => restarted), [undefined, 'rewind', undefined]); // prettier-ignore
    assert.deepEqual([each.counters.rewinds, each.counters.gaps, each.counters.late], [1, 0, 0]);
  });

  it('leaves out frames with a wrong time, ahead or behind, when the old time goes on', () => {
    for (const [wrong, why, by] of [
      [1e9, 'time-jump', 1e9 - 103],
      [0, 'late', 103],
    ] as const) {
      const each = windows(SAMPLES);
      const run = feed(each, [100, 101, 102, wrong, 103, wrong + 1, wrong + 2, 104]);
      assert.deepEqual(spans(run), [[100, 102], [101, 103], [102, 104]], why); // prettier-ignore
      assert.deepEqual(unused(run)[0], [why, wrong, by], why);
      assert.equal(unused(run).length, 3);
      assert.deepEqual(run.unused.map(({ input }) => input.carrier), [3, 5, 6]); // prettier-ignore
    }
  });

  it('does not take three wrong times in different directions for a new time', () => {
    const each = windows(SAMPLES);
    const run = feed(each, [100, 101, 102, 500, 0, 500, 103]);
    assert.deepEqual(spans(run), [[100, 102], [101, 103]]); // prettier-ignore
    assert.deepEqual(unused(run).map(([why]) => why), ['time-jump', 'late', 'time-jump']); // prettier-ignore
  });

  it('recovers from a first frame with a time far in the future', () => {
    const run = feed(windows(SAMPLES), [1e12, 1, 2, 3, 4]);
    assert.deepEqual(spans(run), [[1, 3], [2, 4]]); // prettier-ignore
    assert.deepEqual(unused(run), []);
  });

  it('keeps nothing of before a gap in its quality, and no values from the future after going back', () => {
    const each = windows(SAMPLES);
    each.accept('a', { B: 1 }, 0, 0);
    each.accept('a', { A: 1, B: 1 }, 1000, 0);
    assert.equal(each.health('a')?.bad, 1);
    for (const second of [100, 101, 102]) each.accept('a', { A: 1, B: 1 }, second * 1000, 0);
    assert.deepEqual(each.health('a'), { filled: 3, good: 1, bad: 0 });
    const due = [0, 1, 2].flatMap((second) => each.accept('a', { B: 1 }, second * 1000, 0).windows);
    assert.deepEqual(due[0].quality, { good: 0.5, bad: ['A'], why: { A: 'missing' } });
    assert.equal(each.health('nobody'), undefined);
  });

  it('does not let frames without end be put aside', () => {
    const each = windows({ ...GRID, grid: { periodMs: 1000, latenessMs: 3000 } });
    feed(each, upTo(1000, 1010));
    const run = emptyRun();
    for (let i = 0; i < 5000; i += 1) run.take(each.accept('a', { A: 1, B: 1 }, 5, 0, i));
    assert.equal(each.counters.rewinds, 1);
    assert.deepEqual(run.unused, []);
  });
});

describe('a record that is gone through twice', () => {
  for (const [name, settings] of [
    ['by count', SAMPLES],
    ['by time', GRID],
  ] as const) {
    it(`gives the same windows again ${name} (property)`, () => {
      const steps = fc.array(fc.constantFrom(1, 1, 1, 1, 2, 4, 40), { minLength: 20, maxLength: 60 });
      const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 62, maxLength: 62 });
      fc.assert(
        fc.property(steps, values, (intervals, series) => {
          let second = 1000;
          // Longer than five of the longest usual intervals: one that is shorter cannot be told from frames that are late.
          const record = [...intervals.slice(0, 5), 300, ...intervals.slice(5)].map((step, i) => ({
            time: (second += step) * 1000,
            A: series[i],
            B: series[i + 1],
          }));
          const each = windows(settings);
          const pass = (): ReturnType<typeof emptyRun> => {
            const run = emptyRun();
            for (const { time, A, B } of record)
              run.take(each.accept('a', Math.abs(A) > 1000 ? { A, B } : { B }, time, 0));
            return run;
          };
          const [first, second2, third] = [pass(), pass(), pass()];
          third.take(each.flush(0));
          const all = [...first.windows, ...second2.windows, ...third.windows];
          const [once, twice, thrice] = [0, 1, 2].map((part) =>
            all.slice((part * all.length) / 3, ((part + 1) * all.length) / 3),
          );
          const plain = (list: typeof once): unknown => list.map(({ restarted, ...rest }) => ({ ...rest, r: restarted === 'gap' })); // prettier-ignore
          assert.equal(all.length % 3, 0);
          assert.deepEqual(
            twice.map(({ features, end }) => [features, end]),
            once.map(({ features, end }) => [features, end]),
          );
          assert.deepEqual(thrice, twice);
          assert.deepEqual(plain(twice.slice(1)), plain(once.slice(1)));
        }),
      );
    });
  }

  it('tells it in the first window', () => {
    const each = windows(GRID);
    const run = feed(each, [...upTo(100, 120), ...upTo(100, 120)]);
    run.take(each.flush(0));
    const told = run.windows.flatMap(({ restarted, end }) =>
      restarted === undefined ? [] : [[restarted, end / 1000]],
    );
    assert.deepEqual(told, [['rewind', 102]]);
    assert.equal(plant.tags.length, 2);
  });
});
