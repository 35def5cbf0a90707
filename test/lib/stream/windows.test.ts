import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant, type Tag } from '../../../lib/plant/dictionary';
import { Quality } from '../../../lib/stream/frame';
import { LastKnown } from '../../../lib/stream/hold';
import { Pace } from '../../../lib/stream/pace';
import { QualityWindow } from '../../../lib/stream/quality';
import type { Outcome } from '../../../lib/stream/input';
import type { WindowSettings } from '../../../lib/stream/settings';
import type { WindowPayload } from '../../../lib/stream/window';
import { AssetWindows } from '../../../lib/stream/windows';

const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name, stage: 'P1', kind: 'sensor', unit: '', low: -1e6, high: 1e6, ...more,
}); // prettier-ignore
const plant = createPlant('p', [tag('A'), tag('B', { maxAgeMs: 1000 })]);
const windows = (more: Partial<WindowSettings> = {}): AssetWindows =>
  new AssetWindows(plant, { lengths: [3], stride: 1, maxAgeMs: 5000, maxAssets: 2, idleMs: 60_000, ...more });
const frame = { A: 1, B: 2 };
const last = ({ windows: due }: Outcome<unknown>): WindowPayload | undefined => due.at(-1);
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SwatError) return error.code;
    throw error;
  }
  return 'none';
};

describe('LastKnown', () => {
  it('holds the last good value up to the maximum age of the tag, then calls it bad', () => {
    const known = new LastKnown(plant.tags, 5000);
    assert.equal(known.take(Float64Array.of(Number.NaN, 7), 0), 1);
    assert.deepEqual([[...known.values], [...known.quality]], [[0, 7], [Quality.bad, Quality.good]]); // prettier-ignore
    known.take(Float64Array.of(3, Number.NaN), 1000);
    assert.deepEqual([[...known.values], [...known.quality]], [[3, 7], [Quality.good, Quality.held]]); // prettier-ignore
    assert.equal(known.take(Float64Array.of(Number.NaN, Number.NaN), 1001), 2);
    assert.deepEqual([...known.quality], [Quality.held, Quality.bad]);
    known.take(Float64Array.of(Number.NaN, 8), 6001);
    assert.deepEqual([[...known.values], [...known.quality]], [[3, 8], [Quality.bad, Quality.good]]); // prettier-ignore
  });

  it('holds for two usual intervals where these are longer, but nothing at 0, and as a tag itself says', () => {
    for (const [own, setting, usual, expected] of [
      [undefined, 5000, 0, 5000],
      [undefined, 5000, 1000, 5000],
      [undefined, 5000, 60_000, 120_000],
      [undefined, 0, 60_000, 0],
      [1000, 5000, 60_000, 1000],
    ] as const) {
      const known = new LastKnown([tag('A', own === undefined ? {} : { maxAgeMs: own })], setting);
      assert.equal(known.maxAge(0, usual), expected);
      known.take(Float64Array.of(1), 0, usual);
      known.take(Float64Array.of(Number.NaN), expected, usual);
      assert.equal(known.quality[0], Quality.held);
      known.take(Float64Array.of(Number.NaN), expected + 1, usual);
      assert.equal(known.quality[0], Quality.bad);
    }
  });
});

describe('LastKnown of a source that reports changes only', () => {
  const SAID = Uint8Array.of(1);
  const unsaid = Uint8Array.of(0);
  const nothing = Float64Array.of(Number.NaN);

  it('has a value as good until something else is said, but one of bad quality no longer than any other', () => {
    const known = new LastKnown([tag('A')], 5000, true);
    known.take(Float64Array.of(3), 0, 0, SAID);
    assert.equal(known.take(nothing, 1e9, 0, unsaid), 0);
    assert.deepEqual([known.values[0], known.quality[0]], [3, Quality.good]);
    known.take(Float64Array.of(4), 2e9, 0, SAID);
    for (const [time, said, expected] of [
      [2e9 + 1000, SAID, Quality.held],
      [2e9 + 5000, unsaid, Quality.held],
      [2e9 + 5001, unsaid, Quality.bad],
      [3e9, unsaid, Quality.bad],
    ] as const) {
      assert.equal(known.take(nothing, time, 0, said), 1);
      assert.equal(known.quality[0], expected);
    }
    assert.equal(known.take(Float64Array.of(5), 3e9 + 1, 0, SAID), 0);
  });

  it('keeps to the maximum age that a tag has of its own', () => {
    const known = new LastKnown([tag('A', { maxAgeMs: 1000 })], 5000, true);
    known.take(Float64Array.of(3), 0, 0, SAID);
    assert.equal(known.take(nothing, 1001, 0, unsaid), 1);
    assert.equal(known.quality[0], Quality.bad);
  });
});

describe('Pace', () => {
  const judged = (times: readonly number[]): string[] => {
    const pace = new Pace(10_000);
    return times.map((seconds) => {
      const step = pace.judge(seconds * 1000);
      if (step === 'next' || step === 'ahead') pace.take(seconds * 1000);
      return step;
    });
  };

  it('calls a pause a gap that is longer than the maximum age and five usual intervals', () => {
    assert.deepEqual(judged([0, 1, 2, 12, 23]), ['next', 'next', 'next', 'next', 'ahead']);
  });

  it('finds no gaps in a plant that is read once a minute, but in one that then stops', () => {
    assert.deepEqual(judged([0, 60, 120, 180, 480, 781]), ['next', 'next', 'next', 'next', 'next', 'ahead']);
  });

  it('gets used to a new pace after a few gaps', () => {
    assert.deepEqual(judged([0, 1, 2, 3, 63, 123, 183, 243, 303]).slice(-2), ['next', 'next']);
  });

  it('takes equal times as in order, older ones as late, and much older ones as before it all', () => {
    assert.deepEqual(judged([50, 50, 49, 51, 40]), ['next', 'next', 'late', 'next', 'behind']);
  });
});

describe('QualityWindow', () => {
  it('counts as one would by hand (property)', () => {
    const quality = fc.constantFrom(0, 0, 0, 1, 2);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(quality, quality, quality), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        (frames, length) => {
          const window = new QualityWindow(3, length);
          frames.forEach((each) => window.push(Uint8Array.from(each), each.filter((q) => q > 0).length));
          const last = frames.slice(-length);
          const notGood = last.flat().filter((q) => q > 0).length;
          assert.equal(window.good, (3 * length - notGood) / (3 * length));
          const bad = [0, 1, 2].filter((i) => last.some((each) => each[i] === 2));
          assert.deepEqual([window.bad, window.badTags()], [bad.length, bad]);
        },
      ),
    );
  });
});

describe('AssetWindows', () => {
  it('gives a window when the longest length is full, then one every stride', () => {
    const each = windows({ lengths: [2, 4], stride: 3 });
    const due = Array.from({ length: 11 }, (_, i) => last(each.accept('a', frame, i, 0)) !== undefined);
    assert.deepEqual(
      due.flatMap((yes, i) => (yes ? [i + 1] : [])),
      [4, 7, 10],
    );
  });

  it('lets an idle asset make room, but no other, and then forgets every idle one', () => {
    const each = windows();
    each.accept('a', frame, 0, 0);
    each.accept('b', frame, 0, 30_000);
    assert.equal(
      code(() => each.accept('c', frame, 0, 60_000)),
      'too-many-assets',
    );
    assert.deepEqual([...each.assets()], ['a', 'b']);
    each.accept('c', frame, 0, 60_001);
    assert.deepEqual([...each.assets()], ['b', 'c']);
    each.accept('b', frame, 1, 100_000);
    each.accept('d', frame, 0, 150_000);
    assert.deepEqual([...each.assets()], ['b', 'd']);
    assert.equal(each.counters.expired, 2);
  });

  it('keeps no room for a frame that it refuses', () => {
    const each = windows();
    assert.equal(
      code(() => each.accept('a', { X: 1 }, 0, 0)),
      'frame-no-tags',
    );
    assert.equal(each.size, 0);
  });

  it('bounds its memory below the number of assets when windows are long', () => {
    const wide = createPlant(
      'wide',
      Array.from({ length: 2000 }, (_, i) => tag(`T${i}`)),
    );
    const each = new AssetWindows(wide, { ...windows().settings, lengths: [10_000], maxAssets: 1000 });
    // 13 bytes a tag and sample.
    assert.equal(each.most, 4);
  });

  it('keeps assets apart: interleaved they give what each gives alone (property)', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(values, values, fc.boolean(), (a, b, withGap) => {
        const run = (each: AssetWindows, name: string, series: readonly number[], i: number): unknown =>
          each.accept(name, { A: series[i], B: 1 }, 1000 * i + (withGap && i > 4 ? 99_000 : 0), 0).windows;
        const alone = [windows(), windows()];
        const both = windows();
        for (let i = 0; i < 8; i += 1) {
          assert.deepEqual(run(both, 'a', a, i), run(alone[0], 'a', a, i));
          assert.deepEqual(run(both, 'b', b, i), run(alone[1], 'b', b, i));
        }
      }),
    );
  });

  it('names the tags that were bad in any frame of the window, and counts', () => {
    const each = windows();
    each.accept('a', { A: 1 }, 0, 0);
    each.accept('a', frame, 1000, 0);
    assert.deepEqual(last(each.accept('a', { A: '', B: 2 }, 2000, 0))?.quality, {
      good: 4 / 6,
      bad: ['B'],
      why: { B: 'missing' },
    });
    assert.deepEqual(last(each.accept('a', frame, 3000, 0))?.quality, { good: 5 / 6, bad: [] });
    assert.deepEqual([each.counters.frames, each.counters.missing], [4, 2]);
  });

  it('holds a missing value on a plant that is read once a minute, and calls it bad at the third time', () => {
    const each = new AssetWindows(createPlant('p', [tag('A'), tag('B')]), windows({ maxAgeMs: 10_000 }).settings);
    const bad = [frame, frame, { A: 1 }, { A: 1 }, { A: 1 }].map(
      (entry, minute) => last(each.accept('a', entry, minute * 60_000, 0))?.quality.bad,
    );
    assert.deepEqual(bad, [undefined, undefined, [], [], ['B']]);
    assert.deepEqual(each.health('a')?.first, { tag: 'B', reason: 'missing' });
  });

  it('tells each reason of a tag once an hour, not more than 20 in all, and again after a reset', () => {
    const many = createPlant('p', Array.from({ length: 30 }, (_, i) => tag(`T${i}`, { high: 10 }))); // prettier-ignore
    const each = new AssetWindows(many, windows().settings);
    const all = (value: unknown): Record<string, unknown> =>
      Object.fromEntries(many.tags.map(({ name }) => [name, value]));
    const told = (entry: unknown, time: number): readonly string[] => {
      each.accept('a', entry, time, time);
      return each.complaints.drain().map((complaint) => ('tag' in complaint ? complaint.tag.name : complaint.reason));
    };
    told(all(1), 0);
    assert.deepEqual(told({ ...all(1), T3: 11, T4: 'x' }, 0), ['T3', 'T4']);
    assert.deepEqual(told({ ...all(1), T3: 12, T4: Number.NaN }, 1000), []);
    assert.deepEqual(told({ ...all(1), T3: 'x' }, 2000), ['T3']);
    assert.deepEqual(told({ ...all(1), T3: undefined }, 3000), [], 'the last value stands in');
    assert.deepEqual(told({ ...all(1), T3: undefined }, 6000), ['missing']);
    const flood = told(all(11), 7000);
    assert.deepEqual([flood.length, flood.at(-1)], [16, 'more']);
    assert.deepEqual(told(all('x'), 8000), []);
    assert.deepEqual(told({ ...all(1), T3: 11 }, 3_600_000), ['T3']);
    each.reset();
    assert.deepEqual(told({ ...all(1), T3: 11 }, 3_601_000), ['T3']);
  });

  it('forgets one asset or all', () => {
    const each = windows();
    each.accept('a', frame, 0, 0);
    each.accept('b', frame, 0, 0);
    assert.equal(each.reset('nobody'), 0);
    assert.equal(each.reset('a'), 1);
    assert.equal(each.reset(), 1);
    assert.equal(each.size, 0);
  });
});
