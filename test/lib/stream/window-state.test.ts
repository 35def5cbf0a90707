import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant, type Plant } from '../../../lib/plant/dictionary';
import type { Outcome } from '../../../lib/stream/input';
import { readDelta } from '../../../lib/stream/input-bytes';
import type { WindowSettings } from '../../../lib/stream/settings';
import type { AssetWindows } from '../../../lib/stream/windows';
import { emptyRun, feed, GRID, plant, SAMPLES, tag, windows } from './stream-run';

/** More tags than samples, and a length of its own: each tag is summed afresh at another sample. */
const wide = createPlant(
  'wide',
  Array.from({ length: 7 }, (_, i) => tag(`T${i}`, i === 1 ? { maxAgeMs: 1500 } : {})),
);
const SETTINGS: readonly (readonly [string, WindowSettings])[] = [
  ['by count', { ...SAMPLES, lengths: [3, 5], lostAfterMs: 8000 }],
  ['by count with raw samples', { ...SAMPLES, lengths: [3], lags: 6, lostAfterMs: 8000 }],
  ['by time with raw samples', { ...GRID, lengths: [5], lags: 2, lostAfterMs: 8000 }],
  ['by time', { ...GRID, lengths: [5, 2], stride: 2, lostAfterMs: 8000 }],
];

interface Step {
  readonly kind: 'frame' | 'reading' | 'tick';
  readonly step: number;
  readonly values: readonly unknown[];
  readonly tag: number;
  readonly pause: number;
}

const value = fc.oneof(
  { arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: 6 },
  { arbitrary: fc.constantFrom<unknown>('', 'x', 1e9, 0, -0), weight: 1 },
);
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('frame', 'frame', 'frame', 'reading', 'tick'),
    step: fc.constantFrom(1000, 1000, 1000, 1000, 400, -1000, 0, -2000, 2000, 60_000, -60_000, 1e9),
    values: fc.tuple(value, value, value, value, value, value, value),
    tag: fc.integer({ min: 0, max: 6 }),
    pause: fc.constantFrom(1000, 1000, 1000, 0, 4000, 20_000),
  }),
  { minLength: 2, maxLength: 60 },
);

/** A step with when it arrives and the time of its data. A jump lasts for a few inputs, or is over with the next one. */
type Timed = Step & { readonly now: number; readonly time: number };

function timed(list: readonly Step[]): Timed[] {
  let now = 1_792_000_000_000;
  let time = 1_000_000;
  let jumped = 0;
  return list.map((each) => {
    now += each.pause;
    if (Math.abs(each.step) >= 60_000) jumped = jumped === 0 ? each.step : 0;
    else time += each.step;
    return { ...each, now, time: Math.max(0, time + jumped) };
  });
}

function give(each: AssetWindows<number>, { kind, values, tag: index, time, now }: Timed): Outcome<number> {
  if (kind === 'tick') return each.tick(now);
  if (kind === 'frame') return each.accept('a', values, time, now);
  if (each.settings.grid === undefined) return each.accept('a', { T3: values[3] }, time, now);
  const raw = values[index];
  const read = typeof raw === 'number' && Math.abs(raw) < 1e6 ? raw : 'badQuality';
  return each.acceptReading('a', { tag: index, raw, value: read }, time, now);
}

const plain = ({ windows: due, unused }: Outcome<number>): unknown => [due, unused];

describe('the state of an asset, saved and restored', () => {
  for (const [name, settings] of SETTINGS) {
    it(`whole at any point and with what was taken since, goes on bit for bit ${name} (property)`, () => {
      fc.assert(
        fc.property(
          steps,
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          (list, first, second) => {
            const [save, die] = [first, second]
              .map((share) => Math.min(list.length - 1, Math.floor(share * list.length)))
              .sort((a, b) => a - b);
            const original = windows(settings, wide);
            const deltas: Uint8Array[] = [];
            let full: Uint8Array | undefined;
            const restored = windows(settings, wide);
            original.onTaken = (_, delta) => void deltas.push(delta);
            // Silence counts from the first look at it.
            for (const each of [original, restored]) each.tick(0);
            timed(list).forEach((step, index) => {
              if (index === save) {
                full = original.full('a');
                deltas.length = 0;
              }
              if (index === die) {
                if (full !== undefined) restored.restore('a', full);
                for (const delta of deltas) restored.replay('a', delta);
                assert.deepEqual(restored.full('a'), original.full('a'));
                assert.deepEqual([restored.drain(), restored.counters.windows], [[], 0]);
                original.drain();
              }
              const expected = give(original, step);
              if (index >= die) assert.deepEqual(plain(give(restored, step)), plain(expected));
            });
            assert.deepEqual(restored.full('a'), original.full('a'));
            assert.deepEqual(restored.drain(), original.drain());
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  const code = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      if (error instanceof SwatError) return error.code;
      throw error;
    }
    return 'none';
  };

  it('is refused when it is damaged, and leaves what was there as it was (property)', () => {
    const each = windows(GRID);
    feed(each, [100, 101, 103, 102, 104, 105, 500, 501]);
    const bytes = each.full('a') ?? new Uint8Array();
    for (let length = 0; length < bytes.length; length += 7)
      assert.equal(code(() => each.restore('a', bytes.subarray(0, length))), 'snapshot-corrupt'); // prettier-ignore
    assert.equal(code(() => each.restore('a', Uint8Array.of(...bytes, 0))), 'snapshot-corrupt'); // prettier-ignore
    assert.equal(code(() => windows(GRID, wide).restore('a', bytes)), 'snapshot-corrupt'); // prettier-ignore
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const wrong = bytes.slice();
        wrong[at] ^= change;
        const found = code(() => windows(GRID).restore('a', wrong));
        assert.ok(['snapshot-corrupt', 'none'].includes(found), found);
      }),
    );
    assert.deepEqual(each.full('a'), bytes);
    for (const delta of [[], [1, 2, 3], Array.from({ length: 24 }, () => 255)])
      assert.equal(code(() => readDelta(Uint8Array.from(delta), 2)), 'snapshot-corrupt'); // prettier-ignore
  });

  it('of an asset that nothing was saved of is made by what was taken alone', () => {
    const [one, other] = [windows(GRID), windows(GRID)];
    one.onTaken = (asset, delta) => other.replay(asset, delta);
    feed(one, [100, 101, 102, 110, 111, 112]);
    assert.deepEqual(other.full('a'), one.full('a'));
    assert.equal(other.full('b'), undefined);
    assert.deepEqual([other.counters.frames, other.complaints.drain()], [0, []]);
  });

  it('takes about 8 bytes a tag and sample, and goes on bit for bit at any filling', () => {
    const settings = { ...SAMPLES, lengths: [60] };
    const big: Plant = createPlant(
      'big',
      Array.from({ length: 51 }, (_, i) => tag(`T${i}`)),
    );
    const frame = (i: number): number[] => big.tags.map((_, t) => Math.sin(i * (t + 1)) * 1e3);
    const each = windows(settings, big);
    for (let i = 0; i < 200; i += 1) {
      each.accept('a', frame(i), i * 1000, i);
      if (i % 13 !== 0) continue;
      const [one, other] = [windows(settings, big), windows(settings, big)];
      const bytes = each.full('a') ?? new Uint8Array();
      one.restore('a', bytes);
      for (let from = 0; from <= i; from += 1) other.accept('a', frame(from), from * 1000, from);
      for (let next = i + 1; next < i + 70; next += 1)
        assert.deepEqual(one.accept('a', frame(next), next * 1000, next), other.accept('a', frame(next), next * 1000, next)); // prettier-ignore
    }
    const size = each.full('a')?.length ?? 0;
    assert.ok(size > 8 * 51 * 60 && size < 1.25 * 8 * 51 * 60, String(size));
  });

  it('gives back what was put aside before, without its message', () => {
    const each = windows(SAMPLES);
    feed(each, [100, 101, 102, 900]);
    const later = windows(SAMPLES);
    later.restore('a', each.full('a') ?? new Uint8Array());
    const run = emptyRun();
    run.take(later.accept('a', { A: 103, B: 1 }, 103_000, 9, 9));
    assert.deepEqual(run.unused.map(({ why, input }) => [why, input.time, input.carrier]), [['time-jump', 900_000, undefined]]); // prettier-ignore
    assert.equal(run.windows.length, 1);
  });

  it('says what it depends on', () => {
    const keys = [
      windows(SAMPLES),
      windows(GRID),
      windows({ ...SAMPLES, stride: 2 }),
      windows({ ...SAMPLES, lags: 2 }),
      windows({ ...SAMPLES, maxAgeMs: 1 }),
      windows({ ...GRID, grid: { periodMs: 1000, latenessMs: 1 } }),
      windows(SAMPLES, wide),
      windows(SAMPLES, createPlant('p', [tag('A'), tag('B', { maxAgeMs: 5 })])),
    ].map(({ stateKey }) => stateKey);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(windows({ ...SAMPLES, maxAssets: 3 }).stateKey, keys[0]);
    assert.equal(windows({ ...SAMPLES, lags: 0 }).stateKey, keys[0]);
  });

  it('tells which assets are forgotten', () => {
    const each = windows({ ...SAMPLES, maxAssets: 2 });
    const gone: string[] = [];
    each.onForgotten = (asset) => void gone.push(asset);
    each.accept('a', { A: 1, B: 1 }, 0, 0);
    each.accept('b', { A: 1, B: 1 }, 0, 30_000);
    each.accept('c', { A: 1, B: 1 }, 0, 70_000);
    each.reset('b');
    each.reset();
    assert.deepEqual(gone, ['a', 'b', 'c']);
    assert.equal(plant.tags.length, 2);
  });
});
