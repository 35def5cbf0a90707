import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant } from '../../../lib/plant/dictionary';
import { tagsOf } from '../../../lib/plant/list';
import { sourceOf } from '../../../lib/plant/read-source';
import { decode, encode } from '../../../lib/plant/register-codec';
import { DATA_TYPES, ORDERS, WORDS, type DataType } from '../../../lib/plant/source';

const code = (expected: string) => (error: unknown) => error instanceof SwatError && error.code === expected;

describe('the source of a tag', () => {
  const holding = { table: 'holding', dataType: 'uint16', order: 'ABCD' };
  for (const [row, expected] of [
    [{}, undefined],
    [{ register: '', gain: ' ', topic: '' }, undefined],
    [{ register: '0' }, { ...holding, register: 0 }],
    [{ register: 65535, unitId: '7', gain: '1', offset: 0 }, { ...holding, register: 65535, unitId: 7 }],
    [{ register: '40001' }, { ...holding, register: 0 }],
    [{ register: '400123' }, { ...holding, register: 122 }],
    [{ register: '30010', dataType: 'INT16' }, { ...holding, table: 'input', register: 9, dataType: 'int16' }],
    [{ register: '10001' }, { table: 'discrete', register: 0, dataType: 'bool', order: 'ABCD' }],
    [{ register: '00017' }, { table: 'coil', register: 16, dataType: 'bool', order: 'ABCD' }],
    [{ table: 'Holding', register: '40001' }, { ...holding, register: 40001 }],
    [{ register: 3, bit: '0' }, { ...holding, register: 3, dataType: 'bit', bit: 0 }],
    [{ register: 3, dataType: 'float32', order: 'little' }, { ...holding, register: 3, dataType: 'float32', order: 'CDAB' }],
    [{ gain: '0.1', offset: '-40' }, { gain: 0.1, offset: -40 }],
    [{ nodeId: ' ns=2;s=LIT101 ', topic: 'plant/P1/LIT101' }, { nodeId: 'ns=2;s=LIT101', topic: 'plant/P1/LIT101' }],
  ] as const) {
    it(`of ${JSON.stringify(row)}`, () => assert.deepEqual(sourceOf('T', row), expected));
  } // prettier-ignore

  for (const [reason, row] of [
    ['source-register', { table: 'holding' }],
    ['source-register', { dataType: 'int16' }],
    ['tag-choice', { register: 1, table: 'memory' }],
    ['tag-choice', { register: 1, dataType: 'real' }],
    ['tag-choice', { register: 1, order: 'ACBD' }],
    ['tag-whole', { register: 65536 }],
    ['tag-whole', { register: -1 }],
    ['tag-whole', { register: 1.5 }],
    ['tag-whole', { register: 65535, dataType: 'int32' }],
    ['tag-whole', { register: 1, unitId: 256 }],
    ['tag-whole', { register: 1, bit: 16 }],
    ['tag-whole', { register: '40000' }],
    ['tag-number', { register: 'four' }],
    ['tag-number', { gain: 'x' }],
    ['source-type', { table: 'coil', register: 1, dataType: 'int16' }],
    ['source-bit', { table: 'coil', register: 1, bit: 1 }],
    ['source-bit', { register: 1, dataType: 'bit' }],
    ['source-bit', { register: 1, dataType: 'int16', bit: 1 }],
    ['source-gain', { gain: 0 }],
    ['source-node-id', { nodeId: 'LIT101' }],
    ['source-topic', { topic: 'plant/+/level' }],
    ['source-topic', { topic: 'plant/#' }],
  ] as const) {
    it(`${JSON.stringify(row)} is refused with ${reason}`, () =>
      assert.throws(() => tagsOf([{ name: 'T', low: 0, high: 1, source: row }]), code(reason)));
  }

  for (const [reason, sources] of [
    ['source-twice', [{ topic: 'a' }, { topic: 'a' }]],
    ['source-twice', [{ nodeId: 's=a' }, { topic: 's=a' }]],
    ['source-name', [{}, { topic: 'T0' }]],
    ['source-overlap', [{ register: 0, dataType: 'float32' }, { register: 1 }]],
    ['source-overlap', [{ register: 5 }, { register: 2, dataType: 'float64' }]],
    [
      'source-overlap',
      [
        { register: 0, bit: 3 },
        { register: 0, bit: 3 },
      ],
    ],
    ['source-overlap', [{ register: 0, bit: 3 }, { register: 0 }]],
    [
      undefined,
      [
        { register: 0, bit: 3 },
        { register: 0, bit: 4 },
      ],
    ],
    [undefined, [{ register: 0 }, { register: 0, table: 'input' }, { register: 0, table: 'coil' }]],
    [
      undefined,
      [
        { register: 0, unitId: 1 },
        { register: 0, unitId: 2 },
      ],
    ],
    [undefined, [{ topic: 'T0' }, {}]],
  ] as const) {
    it(`in a plant with ${JSON.stringify(sources)}: ${reason ?? 'taken'}`, () => {
      const plant = () =>
        createPlant('p', tagsOf(sources.map((source, index) => ({ name: `T${index}`, low: 0, high: 1, source }))));
      if (reason === undefined) plant();
      else assert.throws(plant, code(reason));
    });
  }

  it('is found by its NodeId and its topic', () => {
    const source = { nodeId: 'ns=1;i=5', topic: 'a/b' };
    const { sources } = createPlant('p', tagsOf([{ name: 'A', low: 0, high: 1 }, { name: 'B', low: 0, high: 1, source }]));
    assert.deepEqual(['ns=1;i=5', 'a/b', 'B', '__proto__'].map((each) => sources.tagAt(each)), [1, 1, undefined, undefined]);
  }); // prettier-ignore
});

describe('registers', () => {
  const whole: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
    int16: [-32768, 32767],
    uint16: [0, 65535],
    int32: [-(2 ** 31), 2 ** 31 - 1],
    uint32: [0, 2 ** 32 - 1],
  };
  const numbers: Readonly<Record<DataType, fc.Arbitrary<number | boolean>>> = {
    int16: fc.integer({ min: -32768, max: 32767 }),
    uint16: fc.integer({ min: 0, max: 65535 }),
    int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    float32: fc.float(),
    float64: fc.double(),
    bool: fc.boolean(),
    bit: fc.boolean(),
  };

  for (const dataType of DATA_TYPES)
    for (const order of ORDERS)
      it(`hold every ${dataType} in the order ${order} (property)`, () => {
        fc.assert(
          fc.property(numbers[dataType], fc.nat(15), fc.nat(3), (number, bit, at) => {
            const form = { dataType, order, bit };
            const words = encode(Number(number), form);
            assert.equal(words.length, WORDS[dataType]);
            assert.ok(words.every((word) => Number.isInteger(word) && word >= 0 && word <= 65535));
            assert.equal(decode([...Array<number>(at).fill(9), ...words], at, form), number);
            assert.equal(decode(words.map((word) => (word > 32767 ? word - 65536 : word)), 0, form), number);
            assert.equal(decode(words, 1, form), undefined);
          }),
        );
      }); // prettier-ignore

  // 123.456 as IEEE 754 is 42 F6 E9 79; -2 as int32 is FF FF FF FE.
  for (const [dataType, order, words, number] of [
    ['float32', 'ABCD', [0x42f6, 0xe979], 123.456],
    ['float32', 'CDAB', [0xe979, 0x42f6], 123.456],
    ['float32', 'BADC', [0xf642, 0x79e9], 123.456],
    ['float32', 'DCBA', [0x79e9, 0xf642], 123.456],
    ['int32', 'ABCD', [0xffff, 0xfffe], -2],
    ['uint32', 'CDAB', [0xfffe, 0xffff], 4294967294],
    ['int16', 'ABCD', [0xfffe], -2],
    ['uint16', 'DCBA', [0x0100], 1],
    // 3 as IEEE 754 of 64 bits is 40 08 00 …
    ['float64', 'ABCD', [0x4008, 0, 0, 0], 3],
    ['float64', 'CDAB', [0, 0, 0, 0x4008], 3],
  ] as const) {
    it(`of ${dataType} ${order} are ${words.map((word) => word.toString(16)).join(' ')} for ${number}`, () => {
      assert.ok(Math.abs(Number(decode(words, 0, { dataType, order, bit: 0 })) - number) < 1e-5);
      assert.deepEqual(encode(number, { dataType, order, bit: 0 }), [...words]);
    });
  }

  it('keep a number within its type', () => {
    for (const [dataType, [low, high]] of Object.entries(whole) as [DataType, [number, number]][])
      for (const [value, kept] of [[-1e12, low], [1e12, high], [1.4, 1]] as const)
        assert.equal(decode(encode(value, { dataType, order: 'CDAB', bit: 0 }), 0, { dataType, order: 'CDAB', bit: 0 }), kept); // prettier-ignore
  });

  it('that are no registers make no number', () => {
    for (const word of [1.5, 65536, -32769, Number.NaN, '5', null, true, undefined])
      assert.equal(decode([word], 0, { dataType: 'uint16', order: 'ABCD', bit: 0 }), undefined);
  });
});
