import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bucketsOf, scaleOf, shortened } from '../../../lib/history/downsample';
import { MOST_CHANNELS, Past, type Saved } from '../../../lib/history/past';
import type { Bucket } from '../../../lib/history/reader';
import { DAY, HOUR, USUAL_SPANS } from '../../../lib/history/resolutions';
import type { StateEntry } from '../../../lib/snapshot/file';

const T0 = 1_700_000_000_000;
const NOBODY = { change: () => undefined, forget: () => undefined };
const f32 = Math.fround;

interface Sample {
  readonly time: number;
  readonly value: number;
}

/** Samples of two hours, most in order, some late. */
const samples = fc
  .array(
    fc.record({
      step: fc.integer({ min: 0, max: 200_000 }),
      late: fc.integer({ min: 0, max: 400_000 }),
      value: fc.float({ min: -1000, max: 1000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn): Sample[] => {
    let now = T0;
    return drawn.map(({ step, late, value }, index) => {
      now += step;
      return { time: index % 4 === 3 ? now - late : now, value };
    });
  });

function filled(list: readonly Sample[]): Past {
  const past = new Past(USUAL_SPANS, NOBODY);
  for (const { time, value } of list) assert.ok(past.put('x', time, value));
  return past;
}

/** Everything that is kept, on every grid. */
function everything(past: Past, name = 'x'): Bucket[][] {
  return past.layers.map((layer) => {
    const all: Bucket[] = [];
    past.each(name, layer, -1e15, 1e15, (...bucket) => all.push(bucket));
    return all;
  });
}

/** A place to save to, as a state log keeps it. */
class Shelf implements Saved {
  readonly entries = new Map<string, { full: Uint8Array; deltas: Uint8Array[] }>();
  past: Past | undefined;
  change(key: string): void {
    const full = this.past?.full(key);
    if (full !== undefined) this.entries.set(key, { full, deltas: [] });
  }
  delta(key: string, data: Uint8Array): void {
    const entry = this.entries.get(key);
    if (entry === undefined) this.change(key);
    else entry.deltas.push(data);
  }
  forget(key: string): void {
    this.entries.delete(key);
  }
}

async function restored(entries: ReadonlyMap<string, StateEntry>): Promise<{ past: Past; refused: string[] }> {
  const past = new Past(USUAL_SPANS, NOBODY);
  return { past, refused: await past.restore(entries) };
}

describe('the past of a trace', () => {
  it('goes through ages in which nothing was as quickly as through none', () => {
    const past = filled([
      { time: -8.64e15, value: 1 },
      { time: T0, value: 2 },
    ]);
    const buckets = everything(past).flat();
    assert.ok(buckets.length > 0);
    assert.equal(past.latest('x'), 2);
  }).timeout(2000);

  it('knows no last value of a trace whose pages are gone, and says so', () => {
    const past = filled([{ time: T0, value: 1 }]);
    assert.ok(past.put('y', T0 + 400 * DAY, 1));
    past.prune();
    assert.equal(past.latest('x'), undefined);
    assert.equal(past.latest('y'), 1);
  }).timeout(2000);

  it('finds the scale of a span of ages as quickly as that of an hour, and keeps to the points', () => {
    const past = filled([{ time: T0, value: 1 }]);
    for (const [from, to, points] of [
      [1e15, 8e15, 2],
      [-8.64e15, 8.64e15, 2],
      [-7.1e15, 8.3e15, 3],
      [T0, 8.64e15, 600],
      [-1e15, T0, 7],
    ] as const) {
      const { step } = scaleOf(past, from, to, points);
      assert.ok(Math.floor(to / step) - Math.floor(from / step) + 1 <= points, `${from} to ${to} by ${step}`);
      assert.ok(step <= ((to - from) / (points - 1)) * 1.01, `${step} is longer than need be`);
    }
  }).timeout(2000);

  it('keeps the lowest and the highest of every bucket on every grid, late values included', () => {
    fc.assert(
      fc.property(samples, (list) => {
        const past = filled(list);
        past.layers.forEach(({ resolution: { step, span } }, index) => {
          const kept = new Map(everything(past)[index].map((bucket) => [bucket[0], bucket]));
          const newest = Math.floor(Math.max(...list.map(({ time }) => time)) / step);
          for (const { time } of list) {
            const row = Math.floor(time / step);
            if (row <= newest - span / step) continue;
            const values = list.filter((each) => Math.floor(each.time / step) === row).map(({ value }) => f32(value));
            const [, low, high, last] = kept.get(row * step) ?? [];
            assert.deepEqual([low, high], [Math.min(...values), Math.max(...values)]);
            assert.ok(values.includes(last ?? NaN));
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is at its end what came last in order of time', () => {
    const past = filled([
      { time: T0, value: 1 },
      { time: T0 + 9000, value: 5 },
      { time: T0 + 4000, value: 9 },
    ]);
    assert.deepEqual(
      everything(past)[1].map(([, ...values]) => values),
      [[1, 9, 5]],
    );
    assert.equal(past.latest('x'), 5);
    assert.equal(past.latest('y'), undefined);
  });

  it('never loses a peak when it is made coarser, and stays within the points asked for', () => {
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 0, max: 3_600_000 }),
        (list, points, begin) => {
          const past = filled(list);
          const from = T0 + begin;
          const to = Math.max(from + 1, ...list.map(({ time }) => time));
          const scale = scaleOf(past, from, to, points);
          const shown = bucketsOf(past, 'x', scale, from, to);
          assert.ok(shown.length <= points);
          const inside = everything(past)[past.layers.indexOf(scale.layer)].filter(
            ([time]) =>
              time >= Math.floor(from / scale.layer.resolution.step) * scale.layer.resolution.step && time <= to,
          );
          const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b);
          for (const [time, low, high] of inside) {
            const holder = shown.find(([start]) => start <= time && time < start + scale.step);
            assert.ok(holder !== undefined);
            assert.ok((holder[1] <= low || near(holder[1], low)) && (holder[2] >= high || near(holder[2], high)));
          }
          shown.forEach(([time], index) => {
            assert.equal(time % scale.step, 0);
            assert.ok(index === 0 || time > shown[index - 1][0]);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('restores to what it was, also when it was killed between two writes', async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.array(fc.nat(59), { maxLength: 5 }), async (list, writes) => {
        const shelf = new Shelf();
        const past = new Past(USUAL_SPANS, shelf);
        shelf.past = past;
        const writesAt = new Set([...writes, list.length - 1]);
        list.forEach(({ time, value }, index) => {
          past.put('x', time, value);
          if (writesAt.has(index)) past.save(shelf);
        });
        const { past: again, refused } = await restored(shelf.entries);
        assert.deepEqual(refused, []);
        assert.deepEqual(everything(again), everything(past));
        // It goes on in the same way, too.
        const next = Math.max(...list.map(({ time }) => time)) + 1000;
        past.put('x', next, 7);
        again.put('x', next, 7);
        assert.deepEqual(everything(again), everything(past));
      }),
      { numRuns: 200 },
    );
  });

  it('lets other work go first while it is restored', async () => {
    const shelf = new Shelf();
    const past = new Past(USUAL_SPANS, shelf);
    shelf.past = past;
    for (let second = 0; second < 3600; second += 1)
      for (let trace = 0; trace < 60; trace += 1) past.put(`tag/${trace}`, T0 + second * 1000, second);
    past.save(shelf, true);
    let turns = 0;
    let isReading = true;
    const turn = (): void => {
      turns += 1;
      if (isReading) setImmediate(turn);
    };
    setImmediate(turn);
    const { past: again } = await restored(shelf.entries);
    isReading = false;
    assert.deepEqual(everything(again, 'tag/59'), everything(past, 'tag/59'));
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('refuses parts that are damaged, and keeps the others', async () => {
    const shelf = new Shelf();
    const past = new Past(USUAL_SPANS, shelf);
    shelf.past = past;
    for (let second = 0; second < 700; second += 1) past.put('x', T0 + second * 1000, second);
    past.save(shelf, true);
    const [whole] = everything(past);
    const known = new Set(whole.map((bucket) => bucket.join()));
    const [page] = [...shelf.entries.keys()].filter((key) => key.startsWith('page/0/'));
    for (const damage of [
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1),
      (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(1)]),
      (bytes: Uint8Array) => Buffer.concat([Buffer.from([255, 255]), bytes.subarray(2)]),
      (bytes: Uint8Array) => bytes.map((byte, at) => (at === 9 ? 0xff : at === 8 ? 0x80 : byte)),
      () => new Uint8Array(0),
    ]) {
      const entries = new Map(shelf.entries);
      const entry = entries.get(page);
      assert.ok(entry);
      entries.set(page, { ...entry, full: damage(entry.full) });
      const { past: again, refused } = await restored(entries);
      assert.deepEqual(refused, [page]);
      const [kept] = everything(again);
      assert.ok(kept.length > 0 && kept.length < whole.length);
      assert.ok(kept.every((bucket) => known.has(bucket.join())));
    }
    const nameless = new Map(shelf.entries);
    nameless.set('names', { full: Buffer.from('{"x": 1}'), deltas: [] });
    assert.equal((await restored(nameless)).refused.length, shelf.entries.size);
  });

  it('forgets what is older than each grid reaches, and says so to the disk', () => {
    const shelf = new Shelf();
    const past = new Past(USUAL_SPANS, shelf);
    shelf.past = past;
    const days = 40;
    for (let minute = 0; minute < days * 24 * 60; minute += 5) {
      past.put('x', T0 + minute * 60_000, minute);
      if (minute % 1000 === 0) {
        past.save(shelf);
        past.prune();
      }
    }
    past.save(shelf, true);
    past.prune();
    const newest = T0 + (days * 24 * 60 - 5) * 60_000;
    const spans = everything(past).map((all) => newest - all[0][0]);
    assert.ok(spans[0] >= HOUR - 300_000 && spans[0] <= HOUR + 300_000, `${spans[0]}`);
    assert.ok(spans[1] >= 26 * HOUR - 300_000 && spans[1] <= 27 * HOUR, `${spans[1]}`);
    assert.ok(spans[2] >= 31 * DAY - 300_000 && spans[2] <= 32 * DAY, `${spans[2]}`);
    assert.deepEqual([...shelf.entries.keys()].sort(), [...past.keys()].sort());
    assert.ok((past.first ?? 0) >= newest - 32 * DAY);
  });

  it('cuts what is later than a time, on every grid and on the disk', async () => {
    const shelf = new Shelf();
    const past = new Past(USUAL_SPANS, shelf);
    shelf.past = past;
    for (let second = 0; second < 4000; second += 1) past.put('x', T0 + second * 1000, second);
    past.save(shelf, true);
    past.cut(T0 + 1_000_000);
    for (let second = 1000; second < 1100; second += 1) past.put('x', T0 + second * 1000, -second);
    past.save(shelf, true);
    assert.equal(past.latest('x'), -1099);
    for (const all of everything(past)) assert.ok((all.at(-1)?.[0] ?? 0) <= T0 + 1_099_000);
    assert.deepEqual(everything((await restored(shelf.entries)).past), everything(past));
  });

  it('is shown with seven digits, as a 32-bit number has them', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const shown = shortened(value);
        assert.ok(Math.abs(shown - value) <= 1e-6 * Math.abs(value), `${shown} of ${value}`);
        if (!Number.isInteger(value) && Math.abs(value) > 1e-15) assert.ok(String(shown).replace(/e.*|\D|^0+/g, '').replace(/^0+/, '').length <= 7, `${shown}`); // prettier-ignore
      }),
    );
    assert.equal(shortened(f32(522.1)), 522.1);
    assert.equal(shortened(f32(-0.0012)), -0.0012);
  });

  it('has room for so many traces and no more', () => {
    const past = new Past(USUAL_SPANS, NOBODY);
    for (let i = 0; i < MOST_CHANNELS; i += 1) past.put(`x${i}`, T0, i);
    assert.equal(past.put('one more', T0, 1), false);
    assert.equal(past.put('x1', T0 + 1, 1), true);
  });
});
