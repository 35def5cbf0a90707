import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { createPlant } from '../../../lib/plant/dictionary';
import { tagsOf } from '../../../lib/plant/list';
import { blockOf, frameOf, type Block } from '../../../lib/stream/registers';

const code = (expected: string) => (error: unknown) => error instanceof SwatError && error.code === expected;
const asked = { unitid: '1', fc: 3, address: '10', quantity: '2' };
const block: Block = { table: 'holding', from: 10, unitId: 1, values: [5, 6] };

describe('the answer of a Modbus device', () => {
  for (const [what, message, expected] of [
    ['a read node', { payload: [5, 6], responseBuffer: {}, input: { payload: asked } }, block],
    ['its second output', { payload: { data: [5, 6], buffer: Buffer.from([0, 5]) }, values: [5, 6], input: { payload: asked } }, block],
    ['bits, which come in whole bytes', { payload: [true, false, true, false, false, false, false, false], input: { payload: { ...asked, fc: 1 } } }, { ...block, table: 'coil', values: [true, false] }],
    ['a getter with its unit id empty', { payload: [5, 6], modbusRequest: { ...asked, fc: '4', unitid: '' } }, { ...block, table: 'input', unitId: undefined }],
    ['node-red-contrib-modbustcp', { payload: [5, 6], settings: { adr: '10', quantity: '2', dataType: 'HoldingRegister', ieeeType: 'off' } }, { ...block, unitId: undefined }],
    ['the same with its unit named', { payload: [5, 6], unitid: 1, settings: { adr: 10, quantity: 2, dataType: 'FC 3', ieeeType: 'off' } }, block],
    ['the same, discrete inputs', { payload: [true, false], settings: { adr: 10, quantity: 2, dataType: 'Input', ieeeType: 'off' } }, { table: 'discrete', from: 10, unitId: undefined, values: [true, false] }],
    ['an object by tag name behind a read node', { payload: { A: 5 }, input: { payload: asked } }, undefined],
    ['a list of named values (IO file)', { payload: [{ name: 'A', value: 5 }], input: { payload: asked } }, undefined],
    ['numbers alone', { payload: [5, 6] }, undefined],
    ['a write', { payload: [5, 6], input: { payload: { ...asked, fc: 16 } } }, undefined],
    ['an empty text of another node', { payload: '', topic: 'plant/A' }, undefined],
    ['an empty text with an error of another node', { payload: '', error: { message: 'x' } }, undefined],
  ] as [string, Record<string, unknown>, Block | undefined][]) {
    it(`is ${expected === undefined ? 'not ' : ''}found in ${what}`, () => assert.deepEqual(blockOf(message), expected));
  } // prettier-ignore

  it('that failed is refused, with why, and so are floats that the node makes', () => {
    const failed = {
      payload: '',
      topic: 'polling',
      error: Object.assign(new Error('Timed out'), { nodeStatus: 'timeout' }),
    };
    assert.throws(
      () => blockOf(failed),
      (error) => code('modbus-failed')(error) && (error as SwatError).details.reason === 'Timed out',
    );
    const floats = {
      payload: [1.5],
      settings: { adr: 0, quantity: 2, dataType: 'HoldingRegister', ieeeType: 'single' },
    };
    assert.throws(() => blockOf(floats), code('modbus-ieee'));
  });

  it('is looked for in anything without an error (property)', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('payload', 'input', 'settings', 'error'), fc.anything()), (message) => {
      try {
        blockOf(message);
      } catch (error) {
        assert.ok(code('modbus-failed')(error) || code('modbus-ieee')(error));
      }
    })); // prettier-ignore
  });
});

describe('the tags in registers', () => {
  const plant = createPlant('p', tagsOf([
    { name: 'A', low: -100, high: 1000, source: { register: 10, dataType: 'int16', gain: 0.1, offset: -5 } },
    { name: 'B', low: 0, high: 9, source: { register: 11, dataType: 'float32', order: 'CDAB' } },
    { name: 'PUMP', states: '1=off|2=on', source: { register: 13, bit: 4 } },
    { name: 'COIL', states: '1=off|2=on', source: { table: 'coil', register: 0 } },
    { name: 'COUNT', low: 0, high: 10, source: { table: 'coil', register: 1, gain: 10 } },
    { name: 'X', low: 0, high: 9 },
  ])); // prettier-ignore
  const read = (more: Partial<Block>, whole = false) => frameOf({ ...block, ...more }, plant, whole);

  it('are those that lie in the block, in their unit', () => {
    // 2.5 as IEEE 754 is 40 20 00 00; 0x10 has bit 4.
    assert.deepEqual(read({ values: [1050, 0, 0x4020, 0x10, 7] }), { A: 100, B: 2.5, PUMP: true });
    assert.deepEqual(read({ from: 8, values: [9, 9, 65535 - 99, 0, 0] }), { A: -15, B: 0 });
    assert.deepEqual(read({ table: 'coil', from: 0, values: [true, true] }), { COIL: true, COUNT: 10 });
    assert.deepEqual(read({ table: 'coil', from: 0, values: [0, 1] }), { COIL: false, COUNT: 10 });
  });

  it('have no value where the block cuts it off, and no number where there is none', () => {
    assert.deepEqual(read({ values: [0, 0] }), { A: -5, B: undefined });
    assert.deepEqual(read({ values: [1.5] }), { A: Number.NaN });
    assert.deepEqual(read({ table: 'coil', from: 0, values: [7] }), { COIL: Number.NaN });
  });

  it('are told where there is none, and where not all are there that must be', () => {
    assert.throws(() => read({ from: 100 }), code('modbus-none'));
    assert.throws(() => read({ table: 'input' }), code('modbus-none'));
    assert.throws(() => read({ values: [0, 0, 0, 0] }, true), code('modbus-part'));
  });

  it('are of the device that was read', () => {
    const source = { register: 0 };
    const two = createPlant('p', tagsOf([1, 2].map((unitId) => ({ name: `U${unitId}`, low: 0, high: 9, source: { ...source, unitId } }))));
    assert.deepEqual(frameOf({ ...block, from: 0, unitId: 2 }, two, false), { U2: 5 });
    assert.throws(() => frameOf({ ...block, from: 0, unitId: undefined }, two, false), code('modbus-unit'));
    assert.throws(() => frameOf({ ...block, from: 0, unitId: 3 }, two, false), code('modbus-none'));
    const [first] = two.tags;
    assert.deepEqual(frameOf({ ...block, from: 0, unitId: undefined }, createPlant('p', [first]), false), { U1: 5 });
  }); // prettier-ignore

  it('are none of a plant without registers', () => {
    const without = createPlant('p', tagsOf([{ name: 'A', low: 0, high: 9 }]));
    assert.equal(frameOf(block, without, false), undefined);
  });
});
