import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant } from '../../../lib/plant/dictionary';
import { LearningFrames } from '../../../lib/stream/learning-frames';
import {
  isSubscriptionId,
  lastPart,
  readingOf,
  readingsIn,
  tagOf,
  valueOf,
  type RawReading,
} from '../../../lib/stream/reading';
import { blameOf } from '../../../lib/stream/reading-status';
import { emptyRun, GRID, plant, SAMPLES, tag, windows, type Run } from './stream-run';

const raw = (name: string, value: unknown, more: Partial<RawReading> = {}): RawReading => ({
  name, value, time: undefined, blame: undefined, byTag: false, ...more,
}); // prettier-ignore

describe('the status of a reading', () => {
  for (const [status, field, expected] of [
    [undefined, 'status', undefined],
    [null, 'quality', undefined],
    [0, 'status', undefined],
    [0, 'quality', 'badQuality'],
    [192, 'quality', undefined],
    [216, 'status', undefined],
    [64, 'quality', 'badQuality'],
    [4, 'quality', 'badQuality'],
    [8, 'quality', 'noCommunication'],
    [24, 'quality', 'noCommunication'],
    [500, 'quality', 'noCommunication'],
    [0x00000400, 'status', undefined],
    [0x40000000, 'status', 'badQuality'],
    [0x80000000, 'status', 'badQuality'],
    [0x80310000, 'status', 'noCommunication'],
    [0x80050000, 'status', 'noCommunication'],
    [0x808a0000, 'status', 'noCommunication'],
    [0x80ae0000, 'quality', 'noCommunication'],
    [0x800a0400, 'status', 'noCommunication'],
    [0x80310000 | 0, 'status', 'noCommunication'],
    [404, 'status', 'badQuality'],
    [1.5, 'status', 'badQuality'],
    [Number.NaN, 'quality', 'badQuality'],
    [true, 'quality', undefined],
    [false, 'status', 'badQuality'],
    ['Good', 'quality', undefined],
    ['GOOD_LOCAL_OVERRIDE', 'quality', undefined],
    ['', 'status', undefined],
    ['ok', 'status', undefined],
    ['Uncertain', 'status', 'badQuality'],
    ['BadNoCommunication', 'status', 'noCommunication'],
    ['BadConnectionClosed', 'status', 'noCommunication'],
    ['BadTimeout', 'status', 'noCommunication'],
    ['Bad', 'quality', 'badQuality'],
    ['stale', 'quality', 'noCommunication'],
    ['0x80310000', 'status', 'noCommunication'],
    ['192', 'quality', undefined],
    ['0', 'quality', 'badQuality'],
    ['whatever', 'quality', 'badQuality'],
    [{ value: 0, name: 'Good' }, 'status', undefined],
    [{ value: 0x80310000 }, 'status', 'noCommunication'],
    [{ _value: 0x80320000, _name: 'BadWaitingForInitialData' }, 'status', 'badQuality'],
    [{ name: 'BadNotConnected' }, 'status', 'noCommunication'],
    [{}, 'status', 'badQuality'],
    [Symbol('x'), 'status', 'badQuality'],
  ] as const) {
    const named = inspect(status);
    it(`${named} as ${field} is ${expected ?? 'good'}`, () => {
      assert.equal(blameOf(status, field), expected);
    });
  }

  it('is read of anything without an error (property)', () => {
    fc.assert(fc.property(fc.anything(), fc.constantFrom('quality', 'status'), (status, field) => {
      assert.ok([undefined, 'badQuality', 'noCommunication'].includes(blameOf(status, field)));
    })); // prettier-ignore
  });
});

describe('a reading', () => {
  for (const [name, last] of [
    ['LIT101', 'LIT101'],
    ['plant/P1/LIT101', 'LIT101'],
    ['ns=2;s=LIT101', 'LIT101'],
    ['Channel1.Device1.LIT101', 'LIT101'],
    ['/', ''],
  ] as const) {
    it(`of ${name} is of ${last === '' ? 'nothing' : last}`, () => {
      assert.equal(lastPart(name), last);
      assert.equal(tagOf(raw(name, 1), createPlant('p', [tag('X'), tag('LIT101')])), last === '' ? undefined : 1);
    });
  }

  it('is of the tag that is called just so, whatever its name ends in', () => {
    assert.equal(tagOf(raw('P1.LIT101', 1), createPlant('p', [tag('LIT101'), tag('P1.LIT101')])), 1);
  });

  for (const [entry, around, expected] of [
    [5, { topic: 'A' }, raw('A', 5)],
    ['5', { topic: ' a/A ', timestamp: 7 }, raw('a/A', '5', { time: 7 })],
    [true, { topic: 'A', statusCode: 0x80310000 }, raw('A', true, { blame: 'noCommunication' })],
    [5, { topic: 'A', sourceTimestamp: '1970-01-01T00:00:01Z', serverTimestamp: 5 }, raw('A', 5, { time: 1000 })],
    [5, {}, undefined],
    [5, { topic: '' }, undefined],
    [null, { topic: 'A' }, undefined],
    [undefined, { topic: 'A' }, undefined],
    [null, { topic: 'A', statusCode: { value: 0x808b0000 } }, raw('A', null, { blame: 'badQuality' })],
    [undefined, { topic: 'A', statusCode: { value: 0x80310000 } }, raw('A', undefined, { blame: 'noCommunication' })],
    [null, { statusCode: { value: 0x808b0000 } }, undefined],
    [[0, 7], { topic: 'A', sourceTimestamp: 9 }, raw('A', 7, { time: 9 })],
    [[1, 7], { topic: 'A', sourceTimestamp: 9 }, raw('A', 2 ** 32 + 7, { time: 9 })],
    [[0xffffffff, 0xfffffffe], { topic: 'A', sourceTimestamp: 9 }, raw('A', -2, { time: 9 })],
    [[0, 7], { topic: 'A' }, undefined],
    [[0, -7], { topic: 'A', sourceTimestamp: 9 }, undefined],
    [[0, 7, 8], { topic: 'A', sourceTimestamp: 9 }, undefined],
    [[5], { topic: 'A' }, undefined],
    [{ value: 5 }, { topic: 'A' }, raw('A', 5)],
    [{ value: 5, tag: 'B', quality: 0 }, { topic: 'A' }, raw('B', 5, { blame: 'badQuality', byTag: true })],
    [{ value: 5, name: 'B', time: 9 }, { timestamp: 7 }, raw('B', 5, { time: 9 })],
    [{ value: { dataType: 'Double', value: 5 }, topic: 'B' }, {}, raw('B', 5)],
    [
      { value: 5, tag: 'B', sourceTimestamp: 1, serverTimestamp: 3, timestamp: 9 },
      {},
      raw('B', 5, { time: 1, byTag: true }),
    ],
    [
      { value: 5, tag: 'B' },
      { status: 'Bad', timestamp: 4 },
      raw('B', 5, { time: 4, blame: 'badQuality', byTag: true }),
    ],
    [{ value: 5, tag: 'B', status: 'Good' }, { status: 'Bad' }, raw('B', 5, { byTag: true })],
    [{ value: 5 }, {}, undefined],
    [{ A: 5 }, { topic: 'A' }, undefined],
    [{ A: 5, value: 7 }, { topic: 'A' }, undefined],
  ] as [unknown, Record<string, unknown>, RawReading | undefined][]) {
    it(`is found in ${JSON.stringify(entry)} of ${JSON.stringify(around)}: ${expected === undefined ? 'no' : 'yes'}`, () => {
      assert.deepEqual(readingOf(entry, around, plant), expected);
    });
  }

  it('is none in a plant with a tag called value', () => {
    const other = createPlant('p', [tag('value')]);
    assert.equal(readingOf({ value: 5 }, { topic: 'A' }, other), undefined);
  });

  it('is no number of a subscription, unless a tag is called so', () => {
    assert.equal(isSubscriptionId({ topic: 'subscriptionId', payload: 3_234_512_922 }, plant), true);
    assert.equal(isSubscriptionId({ topic: 'subscriptionId', sourceTimestamp: 5 }, plant), false);
    assert.equal(isSubscriptionId({ topic: 'A' }, plant), false);
    assert.equal(isSubscriptionId({ topic: 'subscriptionId' }, createPlant('p', [tag('subscriptionId')])), false);
  });

  it('of an endless name is refused', () => {
    assert.throws(
      () => readingOf(5, { topic: 'x'.repeat(2000) }, plant),
      (error) => error instanceof SwatError && error.code === 'reading-name',
    );
  });

  it('comes of each tag of a frame with a status and a time of its own', () => {
    const frame = { timestamp: 50, A: { value: 1, quality: 'Bad', timestamp: 40 }, B: 2, C: 3 };
    assert.deepEqual(readingsIn(frame, {}, plant), [
      raw('A', 1, { time: 40, blame: 'badQuality', byTag: true }),
      raw('B', 2, { time: 50, byTag: true }),
    ]);
    for (const plain of [{ A: 1, B: 2 }, [1, 2], 7, null]) assert.equal(readingsIn(plain, {}, plant), undefined);
  });

  it('has the number of its tag, or why there is none', () => {
    for (const [reading, expected] of [
      [raw('A', '5'), 5],
      [raw('A', ''), 'missing'],
      [raw('A', 1e9), 'outOfRange'],
      [raw('A', 5, { blame: 'noCommunication' }), 'noCommunication'],
    ] as const)
      assert.equal(valueOf(reading, plant, 0), expected);
  });
});

describe('a reading of a source in the dictionary', () => {
  const sourced = createPlant('p', [
    { ...tag('A'), source: { gain: 0.1, offset: -5, nodeId: 'ns=2;i=7', topic: 'raw/level' } },
    { ...tag('level'), source: { gain: 2 } },
    { ...tag('C'), source: { gain: 3, table: 'holding', register: 0, dataType: 'uint16', order: 'ABCD' } },
    tag('D'),
  ]);
  for (const [entry, topic, index, value] of [
    [70, 'ns=2;i=7', 0, 2],
    ['70', 'raw/level', 0, 2],
    [{ value: { dataType: 'Double', value: 70 } }, 'ns=2;i=7', 0, 2],
    [{ value: 70, name: 'raw/level' }, 'other', 0, 2],
    ['', 'raw/level', 0, 'missing'],
    ['0x46', 'raw/level', 0, 'notNumeric'],
    [{ value: 70, quality: 0 }, 'raw/level', 0, 'badQuality'],
    // Under the tag's name it is in the tag's unit; what has a gain but no address gets it from every topic.
    [{ value: 7, tag: 'A' }, 'raw/level', 0, 7],
    [7, 'plant/A', 0, 7],
    [7, 'plant/level', 1, 14],
    [{ value: 7, tag: 'level' }, 'plant/level', 1, 7],
    [7, 'plant/C', 2, 7],
    [7, 'plant/D', 3, 7],
  ] as const) {
    it(`${JSON.stringify(entry)} of ${topic} is ${value} of ${sourced.tags[index].name}`, () => {
      const reading = readingOf(entry, { topic }, sourced);
      assert.ok(reading);
      assert.equal(tagOf(reading, sourced), index);
      assert.equal(valueOf(reading, sourced, index), value);
    });
  }

  it('is not scaled again in a frame of values with a quality', () => {
    const [reading] = readingsIn({ A: { value: 7, quality: 'good' } }, {}, sourced) ?? [];
    assert.equal(valueOf(reading, sourced, 0), 7);
  });
});

describe('windows of single readings', () => {
  const grid = { ...GRID, grid: { periodMs: 1000, latenessMs: 0 } };
  const both = (
    each: ReturnType<typeof windows>,
    run: Run,
    source: number,
    value: [number, number],
    now = source,
  ): void => {
    for (const index of [0, 1])
      run.take(each.acceptReading('a', { tag: index, raw: value[index], value: value[index] }, source, now));
  };

  it('need windows by time', () => {
    assert.throws(
      () => windows(SAMPLES).acceptReading('a', { tag: 0, raw: 1, value: 1 }, 0, 0),
      (error) => error instanceof SwatError && error.code === 'reading-samples',
    );
  });

  it('are those of the frames that they make up', () => {
    const [single, whole] = [windows(grid), windows(grid)];
    const [one, all] = [emptyRun(), emptyRun()];
    for (let second = 100; second < 120; second += 1) {
      both(single, one, second * 1000, [second, 7]);
      all.take(whole.accept('a', { A: second, B: 7 }, second * 1000, 0));
    }
    assert.ok(one.windows.length > 10);
    assert.deepEqual(one.windows, all.windows);
    assert.equal(single.counters.readings, 40);
  });

  it('take the first one of a tag as of now, however old it is', () => {
    const each = windows({ ...GRID, maxAgeMs: 60_000 });
    const run = emptyRun();
    const read = (index: number, value: number, source: number, now: number): void =>
      run.take(each.acceptReading('a', { tag: index, raw: value, value }, source, now));
    for (let second = 10_000; second < 10_010; second += 1) read(0, second, second * 1000, second * 1000);
    // A server that is asked tells when the value last changed: hours ago.
    read(1, 7, 1000, 10_010_000);
    for (let second = 10_010; second < 10_020; second += 1) read(0, second, second * 1000, second * 1000);
    assert.deepEqual(run.unused, []);
    assert.deepEqual(run.windows.at(-1)?.quality.bad, []);
    assert.equal(run.windows.at(-1)?.features[5], 7);
    read(1, 8, 2000, 10_020_000);
    read(0, 10_020, 10_020_000, 10_020_000);
    assert.deepEqual(
      run.unused.map(({ why }) => why),
      ['late'],
      'any further one has its own time',
    );
  });

  it('take the same source time again, a period later, as what is so now, and at once as a duplicate', () => {
    const each = windows(grid);
    const run = emptyRun();
    const arrives = (value: number, now: number): void =>
      run.take(each.acceptReading('a', { tag: 1, raw: value, value }, 100_000, now));
    both(each, run, 100_000, [1, 7]);
    arrives(7, 100_500);
    assert.deepEqual([each.counters.duplicate, each.counters.repeated], [1, 0]);
    for (let second = 101; second < 120; second += 1) {
      run.take(each.acceptReading('a', { tag: 0, raw: second, value: second }, second * 1000, second * 1000));
      arrives(second < 110 ? 7 : 8, second * 1000 + 100);
    }
    assert.ok(each.counters.repeated > 15);
    assert.ok(
      run.windows.every(({ quality }) => quality.bad.length === 0),
      'a constant tag does not go stale',
    );
    assert.equal(run.windows.at(-1)?.features[5], 8);
  });

  it('do not let what was said again hide what was said later', () => {
    const each = windows({ ...GRID, lengths: [2] });
    const run = emptyRun();
    const give = (index: number, value: number, source: number, now: number): void =>
      run.take(each.acceptReading('a', { tag: index, raw: value, value }, source, now));
    both(each, run, 100_000, [1, 1]);
    give(0, 2, 102_000, 102_000);
    give(1, 1, 100_000, 102_100);
    give(1, 5, 101_000, 102_200);
    both(each, run, 103_000, [3, 6]);
    run.take(each.flush(0));
    const bMeans = run.windows.map(({ features }) => features[5]);
    assert.deepEqual(bMeans, [3, 5, 5.5]);
  });

  it('say which tags cannot be reached, and take them again when they can', () => {
    const each = windows(grid);
    const run = emptyRun();
    for (let second = 100; second < 130; second += 1) {
      run.take(each.acceptReading('a', { tag: 0, raw: 1, value: 1 }, second * 1000, 0));
      const lost = second > 102 && second < 120;
      const value = lost ? ('noCommunication' as const) : 2;
      run.take(each.acceptReading('a', { tag: 1, raw: 2, value }, second * 1000, 0));
    }
    const why = run.windows.filter(({ quality }) => quality.bad.length > 0);
    assert.deepEqual(why[0].quality.why, { B: 'noCommunication' });
    assert.equal(why[0].end, 108_000);
    assert.equal(why.at(-1)?.end, 121_000);
    assert.equal(each.counters.noCommunication, 17);
    assert.deepEqual(each.complaints.drain(), [{ reason: 'noCommunication', asset: 'a', names: ['B'], more: 0 }]);
  });
});

describe('frames of readings for a plant that learns', () => {
  it('hold the last known numbers, once a period', () => {
    const frames = new LearningFrames(1000);
    assert.equal(frames.take(raw('x/A', 1), 0), undefined);
    assert.equal(frames.take(raw('x/B', '2.5'), 500), undefined);
    assert.equal(frames.take(raw('C', 9, { blame: 'badQuality' }), 900), undefined);
    assert.equal(frames.take(raw('D', 'text'), 900), undefined);
    assert.equal(frames.take(raw('E', true), 900), undefined);
    assert.equal(frames.take(raw('', 3), 900), undefined);
    assert.deepEqual(frames.take(raw('x/A', 3), 1000), { A: 1, B: 2.5, E: 1 });
    assert.equal(frames.take(raw('x/A', 4), 900), undefined);
    assert.deepEqual(frames.take(raw('x/A', 5), 5000), { A: 4, B: 2.5, E: 1 });
  });
});

describe('silence', () => {
  const lost = { ...GRID, lostAfterMs: 30_000 };

  it('lets what waits be taken, once', () => {
    const each = windows(lost);
    const run = emptyRun();
    for (let second = 100; second < 110; second += 1) run.take(each.accept('a', { A: 1, B: 1 }, second * 1000, second));
    run.take(each.tick(1));
    assert.equal(run.windows.length, 4);
    run.take(each.tick(3109));
    assert.equal(run.windows.length, 4);
    run.take(each.tick(3110));
    assert.equal(run.windows.at(-1)?.end, 109_000);
    run.take(each.tick(9000));
    assert.equal(each.counters.flushed, 1);
  });

  it('takes a replay that started again and ended before it was confirmed', () => {
    const each = windows({ ...lost, grid: { periodMs: 1000, latenessMs: 60_000 } });
    const run = emptyRun();
    for (const from of [1000, 500])
      for (let second = from; second < from + 10; second += 1)
        run.take(each.accept('a', { A: 1, B: 1 }, second * 1000, 0));
    run.take(each.tick(0));
    run.take(each.tick(61_000));
    assert.deepEqual(run.windows.map(({ end }) => end / 1000), [1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 502, 503, 504, 505, 506, 507, 508, 509]); // prettier-ignore
  });

  it('is told once when it lasts, with what came last, and when it is over', () => {
    for (const settings of [lost, { ...SAMPLES, lostAfterMs: 30_000 }]) {
      const each = windows(settings);
      each.tick(0);
      each.accept('a', { A: 1, B: 1 }, 5000, 1000);
      each.accept('b', { A: 1, B: 1 }, 5000, 20_000);
      each.tick(31_000);
      assert.deepEqual(each.drain(), []);
      each.tick(31_500);
      each.tick(32_000);
      assert.deepEqual(each.silent(33_000), { asset: 'a', forMs: 32_000 });
      assert.deepEqual(each.drain(), [
        { event: 'communication-lost', asset: 'a', since: 1000, lastTime: 5000, seconds: 30.5 },
      ]);
      each.accept('a', { A: 1, B: 1 }, 6000, 41_000);
      assert.deepEqual(each.drain(), [{ event: 'communication-restored', asset: 'a', silentSeconds: 40 }]);
      assert.equal(each.silent(41_000), undefined);
    }
  });

  it('is none while a slow plant takes its time, and never at 0', () => {
    const each = windows({ ...SAMPLES, lostAfterMs: 30_000 });
    each.tick(0);
    for (let minute = 0; minute < 5; minute += 1) each.accept('a', { A: 1, B: 1 }, minute * 60_000, minute * 60_000);
    each.tick(240_000 + 299_000);
    assert.deepEqual(each.drain(), []);
    each.tick(240_000 + 301_000);
    assert.equal(each.drain().length, 1);
    const never = windows({ ...SAMPLES, lostAfterMs: 0 });
    never.tick(0);
    never.accept('a', { A: 1, B: 1 }, 0, 0);
    never.tick(1e9);
    assert.deepEqual(never.drain(), []);
  });
});
