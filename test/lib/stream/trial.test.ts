import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant, type Tag } from '../../../lib/plant/dictionary';
import type { WindowSettings } from '../../../lib/stream/settings';
import { TrialWindows } from '../../../lib/stream/trial';
import { AssetWindows } from '../../../lib/stream/windows';

const tag = (name: string): Tag => ({ name, stage: 'P1', kind: 'sensor', unit: '', low: -1e6, high: 1e6 });
const plant = createPlant('p', [tag('A'), tag('B')]);
const bySamples: WindowSettings = { lengths: [4], stride: 3, maxAgeMs: 5000, maxAssets: 5, idleMs: 60_000 };
const byTime: WindowSettings = { ...bySamples, grid: { periodMs: 1000, latenessMs: 2000 } };
const frameAt = (second: number): Record<string, number> => ({
  A: second,
  B: -second,
  timestamp: 1e12 + second * 1000,
});
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SwatError) return error.code;
    throw error;
  }
  return 'none';
};
/** Live windows after so many seconds. */
const live = (settings: WindowSettings, seconds: number): AssetWindows => {
  const windows = new AssetWindows(plant, settings);
  for (let second = 0; second < seconds; second += 1) {
    const { timestamp, ...frame } = frameAt(second);
    windows.accept('a', frame, timestamp, timestamp);
  }
  return windows;
};
const saved = (windows: AssetWindows): Uint8Array => {
  const bytes = windows.full('a');
  assert.ok(bytes !== undefined);
  return Uint8Array.from(bytes);
};

/** What a frame leads to in windows of their own that go on from bytes: the windows, or why there are none. */
const taken = (settings: WindowSettings, asset: string, bytes: Uint8Array, frame: { timestamp: number }): unknown => {
  const windows = new AssetWindows<boolean>(plant, { ...settings, stride: 1 });
  windows.restore(asset, bytes);
  const first = windows.accept(asset, frame, frame.timestamp, frame.timestamp, true);
  if (windows.holds(asset, true)) return 'api-time';
  const rest = windows.flush(frame.timestamp, asset);
  if ([first, rest].some(({ unused }) => unused.some(({ input }) => input.carrier === true))) return 'api-time';
  const found = [...first.windows, ...rest.windows];
  return found.length > 0 ? found : 'api-window-filling';
};

describe('windows that are only tried', () => {
  for (const [name, settings] of [
    ['by samples', bySamples],
    ['by time', byTime],
  ] as const) {
    it(`are, ${name}, what would come next, and leave the live ones as they are`, () => {
      const windows = live(settings, 9);
      const before = saved(windows);
      const trial = new TrialWindows(plant, settings);
      for (let turn = 0; turn < 3; turn += 1) {
        const tried = trial.next('a', windows, [frameAt(9)]).at(-1);
        const alone = trial.alone('b', [6, 7, 8, 9].map(frameAt), 0).at(-1);
        assert.deepEqual(tried?.features, alone?.features);
        assert.equal(tried?.end, frameAt(9).timestamp);
        assert.equal(tried.asset, 'a');
      }
      assert.deepEqual(saved(windows), before);
    });
  }

  it('are one for each frame from the first full one on, whatever the stride', () => {
    const trial = new TrialWindows(plant, bySamples);
    const ends = trial.alone('a', [0, 1, 2, 3, 4, 5].map(frameAt), 0).map(({ end }) => end);
    assert.deepEqual(
      ends,
      [3, 4, 5].map((second) => frameAt(second).timestamp),
    );
  });

  it('put frames without a time a second or a period after the one before', () => {
    const without = { A: 1, B: 2 };
    const alone = new TrialWindows(plant, bySamples).alone('a', [without, without, without, without], 50_000);
    assert.deepEqual([alone[0].start, alone[0].end], [46_000 + 1000, 50_000]);
    const next = new TrialWindows(plant, byTime).next('a', live(byTime, 9), [without]);
    assert.equal(next.at(-1)?.end, frameAt(9).timestamp);
  });

  for (const [name, { grid }] of [
    ['by samples', bySamples],
    ['by time', byTime],
  ] as const) {
    it(`leave live ones, ${name}, the same bit by bit, however often and with whatever they are asked`, () => {
      const settings: WindowSettings = { ...bySamples, lengths: [3, 5], lags: 2, stride: 2, ...(grid && { grid }) };
      const value = fc.option(fc.double({ min: -9, max: 9, noNaN: true }), { nil: Number.NaN });
      const pause = fc.constantFrom(1000, 1000, 1000, 1000, 700, 0, 2500, -400, -1500, 90_000, -90_000);
      const step = fc.record({
        asset: fc.constantFrom('a', 'a', 'a', 'b'),
        frame: fc.record({ A: value, B: value }),
        pause,
        asked: fc.array(fc.record({ asset: fc.constantFrom('a', 'b'), frame: fc.record({ A: value, B: value }), pause }), { maxLength: 3 }), // prettier-ignore
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const [windows, untouched] = [new AssetWindows(plant, settings), new AssetWindows(plant, settings)];
          const trial = new TrialWindows(plant, settings);
          let at = 1e12;
          steps.forEach(({ asset, frame, pause: by, asked }, now) => {
            at += by;
            assert.deepEqual(windows.accept(asset, frame, at, now), untouched.accept(asset, frame, at, now));
            for (const each of asked) {
              const timestamp = at + each.pause;
              const given = { ...each.frame, timestamp };
              const bytes = untouched.full(each.asset);
              let tried: unknown;
              const failed = code(() => (tried = trial.next(each.asset, windows, [given])));
              if (bytes === undefined) assert.equal(failed, 'asset-unknown');
              else {
                const found = taken(settings, each.asset, Uint8Array.from(bytes), given);
                assert.deepEqual(failed === 'none' ? tried : failed, found);
              }
            }
          });
          const copies = new AssetWindows(plant, settings);
          for (const asset of [...untouched.assets()]) {
            if (grid) windows.acceptReading(asset, { tag: 0, raw: 1, value: 1 }, at, steps.length);
            if (grid) untouched.acceptReading(asset, { tag: 0, raw: 1, value: 1 }, at, steps.length);
            assert.deepEqual(windows.full(asset), untouched.full(asset));
            assert.ok(windows.copyTo(copies, asset));
            assert.deepEqual(copies.full(asset), untouched.full(asset));
          }
        }),
      );
    });
  }

  it('are refused with what is missing', () => {
    const trial = new TrialWindows(plant, bySamples);
    assert.equal(
      code(() => trial.alone('a', [frameAt(0)], 0)),
      'api-frames-few',
    );
    assert.equal(
      code(() => trial.next('a', live(bySamples, 2), [frameAt(2)])),
      'api-window-filling',
    );
    assert.equal(
      code(() => trial.next('a', live(bySamples, 9), [frameAt(-90_000)])),
      'api-time',
    );
    assert.equal(
      code(() => trial.next('a', live(bySamples, 9), [frameAt(900_000)])),
      'api-time',
    );
    assert.equal(
      code(() => new TrialWindows(plant, byTime).next('a', live(byTime, 9), [frameAt(1)])),
      'api-time',
    );
    assert.equal(
      code(() => trial.alone('a', [{ nobody: 1 }], 0)),
      'frame-no-tags',
    );
    assert.equal(
      code(() => trial.next('b', live(bySamples, 9), [frameAt(9)])),
      'asset-unknown',
    );
    assert.equal(trial.next('a', live(bySamples, 9), [frameAt(9)]).length, 1, 'and go on as before');
  });
});
