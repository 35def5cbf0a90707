import assert from 'node:assert/strict';
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
        const tried = trial.next('a', before, [frameAt(9)]).at(-1);
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
    const next = new TrialWindows(plant, byTime).next('a', saved(live(byTime, 9)), [without]);
    assert.equal(next.at(-1)?.end, frameAt(9).timestamp);
  });

  it('are refused with what is missing', () => {
    const trial = new TrialWindows(plant, bySamples);
    assert.equal(
      code(() => trial.alone('a', [frameAt(0)], 0)),
      'api-frames-few',
    );
    assert.equal(
      code(() => trial.next('a', saved(live(bySamples, 2)), [frameAt(2)])),
      'api-window-filling',
    );
    assert.equal(
      code(() => trial.next('a', saved(live(bySamples, 9)), [frameAt(-90_000)])),
      'api-time',
    );
    assert.equal(
      code(() => trial.next('a', saved(live(bySamples, 9)), [frameAt(900_000)])),
      'api-time',
    );
    assert.equal(
      code(() => new TrialWindows(plant, byTime).next('a', saved(live(byTime, 9)), [frameAt(1)])),
      'api-time',
    );
    assert.equal(
      code(() => trial.alone('a', [{ nobody: 1 }], 0)),
      'frame-no-tags',
    );
    assert.equal(trial.next('a', saved(live(bySamples, 9)), [frameAt(9)]).length, 1, 'and go on as before');
  });
});
