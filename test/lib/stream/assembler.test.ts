import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant, type Tag } from '../../../lib/plant/dictionary';
import { FrameReader, entriesOf, MAX_BATCH, readNumber } from '../../../lib/stream/assembler';
import { StreamCounters } from '../../../lib/stream/counters';
import { ownTime, readTime } from '../../../lib/stream/time';

const sensor: Tag = { name: 'LIT1', stage: 'P1', kind: 'sensor', unit: 'mm', low: -10, high: 1000 };
const pump: Tag = {
  name: 'P1',
  stage: 'P1',
  kind: 'actuator',
  unit: '',
  low: 0,
  high: 2,
  states: { 1: 'off', 2: 'on' },
};
const valve: Tag = { ...pump, name: 'MV1', states: { 0: 'moving', 1: 'closed', 2: 'open' } };
const plain: Tag = { name: 'X1', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 1 };

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SwatError) return error.code;
    throw error;
  }
  return 'none';
};

describe('readNumber', () => {
  for (const [value, tag, expected] of [
    [12.5, sensor, 12.5],
    [-10, sensor, -10],
    [-10.001, sensor, 'outOfRange'],
    [1000.001, sensor, 'outOfRange'],
    [Infinity, sensor, 'outOfRange'],
    [Number.NaN, sensor, 'notNumeric'],
    ['12.5', sensor, 12.5],
    ['  -3 ', sensor, -3],
    ['+.5e1', sensor, 5],
    ['7.', sensor, 7],
    ['1e400', sensor, 'outOfRange'],
    ['', sensor, 'missing'],
    ['   ', sensor, 'missing'],
    ['0x10', sensor, 'notNumeric'],
    ['Infinity', sensor, 'notNumeric'],
    ['1,5', sensor, 'notNumeric'],
    ['1 2', sensor, 'notNumeric'],
    ['1'.repeat(65), sensor, 'notNumeric'],
    [undefined, sensor, 'missing'],
    [null, sensor, 'missing'],
    [true, sensor, 'notNumeric'],
    [{}, sensor, 'notNumeric'],
    [[5], sensor, 'notNumeric'],
    [5n, sensor, 'notNumeric'],
    [true, pump, 2],
    [false, pump, 1],
    [true, plain, 1],
    [false, plain, 0],
    [true, valve, 'notNumeric'],
    [1e101, { ...sensor, high: 1e300 }, 'outOfRange'],
  ] as [unknown, Tag, number | string][]) {
    const shown = typeof value === 'bigint' ? '5n' : typeof value === 'number' ? String(value) : JSON.stringify(value);
    it(`reads ${shown} of a ${tag.kind} as ${expected}`, () => {
      assert.equal(readNumber(value, tag), expected);
    });
  }

  it('gives a number in range or a reason, whatever comes (property)', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
        const read = readNumber(value, sensor);
        if (typeof read === 'number') assert.ok(read >= sensor.low && read <= sensor.high);
        else assert.ok(['missing', 'notNumeric', 'outOfRange'].includes(read));
      }),
    );
  });
});

describe('readTime', () => {
  for (const [value, expected] of [
    [1700000000000, 1700000000000],
    [0, 0],
    [new Date(5), 5],
    ['2015-12-28T10:00:00Z', Date.UTC(2015, 11, 28, 10)],
    ['2015-12-28T10:00:00.250+02:00', Date.UTC(2015, 11, 28, 8, 0, 0, 250)],
    ['2015-12-28 10:00:00,5+02', Date.UTC(2015, 11, 28, 8, 0, 0, 500)],
    ['2015-12-28', Date.UTC(2015, 11, 28)],
    ['2015-12-28T10:00:00', new Date(2015, 11, 28, 10).getTime()],
  ] as [unknown, number][]) {
    it(`reads ${String(value)}`, () => assert.equal(readTime(value), expected));
  }

  for (const value of [undefined, null, '']) {
    it(`finds no time in ${JSON.stringify(value)}`, () => assert.equal(readTime(value), undefined));
  }

  for (const value of [
    Number.NaN,
    Infinity,
    -1,
    9e15,
    new Date(Number.NaN),
    'soon',
    '28/12/2015',
    '2015-13-45',
    {},
    true,
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () =>
      assert.equal(
        code(() => readTime(value)),
        'frame-time',
      ));
  }

  for (const seconds of [1_767_225_600, 1_102_000_000.5, 4_999_999_999]) {
    it(`says that ${seconds} looks like seconds`, () =>
      assert.equal(
        code(() => readTime(seconds)),
        'frame-time-seconds',
      ));
  }

  it("finds a frame's own time under any of its names, own properties only", () => {
    assert.equal(ownTime({ Timestamp: 5 }), 5);
    assert.equal(ownTime({ timestamp: '', time: 6 }), 6);
    assert.equal(ownTime(Object.create({ time: 6 })), undefined);
    assert.equal(ownTime([1, 2]), undefined);
    assert.equal(ownTime(null), undefined);
  });
});

describe('entriesOf', () => {
  for (const [payload, batch, count] of [
    [{ A: 1 }, false, 1],
    [[1, 2], false, 1],
    [[], false, 1],
    [[null, '5'], false, 1],
    ['text', false, 1],
    [[{ A: 1 }, { A: 2 }], true, 2],
    [
      [
        [1, 2],
        [3, 4],
      ],
      true,
      2,
    ],
    [[null, { A: 1 }], true, 2],
  ] as [unknown, boolean, number][]) {
    it(`finds ${count} in ${JSON.stringify(payload)}`, () => {
      const found = entriesOf(payload);
      assert.deepEqual([found.batch, found.entries.length], [batch, count]);
    });
  }

  it('bounds a batch', () => {
    const most = Array.from({ length: MAX_BATCH }, () => ({}));
    assert.equal(entriesOf(most).entries.length, MAX_BATCH);
    assert.equal(
      code(() => entriesOf([...most, {}])),
      'frame-batch',
    );
  });
});

describe('FrameReader', () => {
  const plant = createPlant('p', [sensor, pump, { ...sensor, name: 'toString' }]);

  it('counts every case by its reason, and keeps the first ten unknown names, shortened', () => {
    const counters = new StreamCounters();
    const reader = new FrameReader(plant, counters);
    assert.deepEqual([...reader.read({ LIT1: 'x', P1: 3, time: 5, extra: 1 })], [Number.NaN, Number.NaN, Number.NaN]);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}${'n'.repeat(100)}`, i]));
    reader.read({ toString: 5, ...many });
    const { missing, notNumeric, outOfRange, unknownTag, unknownNames } = counters;
    assert.deepEqual({ missing, notNumeric, outOfRange, unknownTag }, { missing: 3, notNumeric: 1, outOfRange: 1, unknownTag: 31 }); // prettier-ignore
    assert.equal(unknownNames.length, 10);
    assert.equal(unknownNames[0], 'extra');
    assert.ok(unknownNames.every((name) => name.length <= 64));
  });

  it('counts no time key as unknown', () => {
    const counters = new StreamCounters();
    new FrameReader(plant, counters).read({ LIT1: 1, timestamp: 1, Timestamp: 2, time: 3 });
    assert.equal(counters.unknownTag, 0);
  });

  it('takes own properties only, and changes nobody else by them', () => {
    const reader = new FrameReader(plant, new StreamCounters());
    const polluted = JSON.parse('{"LIT1": 5, "__proto__": {"P1": 2}}') as unknown;
    assert.deepEqual([...reader.read(polluted)], [5, Number.NaN, Number.NaN]);
    assert.deepEqual([...reader.read(Object.assign(Object.create({ P1: 2 }) as object, { LIT1: 6 }))], [6, Number.NaN, Number.NaN]); // prettier-ignore
    assert.equal(({} as { P1?: number }).P1, undefined);
  });

  it('reads the same from an object in any order of its keys as from an ordered array (property)', () => {
    const reader = new FrameReader(plant, new StreamCounters());
    const value = fc.oneof(fc.double(), fc.constantFrom(null, '', '5', true, 'x'));
    fc.assert(
      fc.property(fc.tuple(value, value, value), fc.boolean(), (values, reversed) => {
        const entries = plant.tags.map((tag, i) => [tag.name, values[i]] as const);
        const named = [...reader.read(Object.fromEntries(reversed ? entries.reverse() : entries))];
        assert.deepEqual(named, [...reader.read(values)]);
      }),
    );
  });

  it('either reads a frame or refuses it with a code, whatever comes (property)', () => {
    const reader = new FrameReader(plant, new StreamCounters());
    const known = fc.record({ LIT1: fc.anything(), P1: fc.anything() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), known), (entry) => {
        const result = code(() => reader.read(entry));
        assert.ok(['none', 'frame-type', 'frame-length', 'frame-empty', 'frame-no-tags'].includes(result), result);
      }),
    );
  });
});
