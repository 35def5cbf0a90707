import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { SwatError } from '../../../lib/errors';
import { ModbusServer } from '../../../lib/modbus/server';
import { createPlant } from '../../../lib/plant/dictionary';
import { tagsOf } from '../../../lib/plant/list';
import { SWAT } from '../../../lib/plant/swat';
import { freePort } from '../../harness/node-red';
import { ask } from './client';

const plant = createPlant('p', tagsOf([
  { name: 'LEVEL', low: -50, high: 1700, source: { register: 10, dataType: 'int32', order: 'CDAB', gain: 0.1, offset: -50 } },
  { name: 'FLOW', low: 0, high: 6, source: { register: 13, dataType: 'float32' } },
  { name: 'PUMP', states: '1=off|2=on', source: { table: 'coil', register: 2 } },
  { name: 'DOOR', states: '0=shut|1=open', source: { register: 20, bit: 3 } },
  { name: 'LAMP', states: '0=off|1=on', source: { register: 20, bit: 0 } },
  { name: 'TEMP', low: -50, high: 99, source: { table: 'input', register: 0, dataType: 'int16', gain: 0.1 } },
])); // prettier-ignore
const values = { LEVEL: 522.1, FLOW: 2.5, PUMP: 2, DOOR: 1, LAMP: 0, TEMP: -12.3 };

describe('the Modbus server of a plant', () => {
  let server: ModbusServer;
  let port: number;
  const put = (device: number, given: Readonly<Record<string, number>>): void =>
    server.put(device, ({ name }) => given[name]);

  beforeEach(async () => {
    server = new ModbusServer(plant, 2);
    port = await freePort();
    await server.listen('127.0.0.1', port);
  });
  afterEach(() => server.close());

  it('answers with the registers that the dictionary names, and zeros between them', async () => {
    put(0, values);
    // 5721 = (522.1 + 50) / 0.1, low word first; 2.5 as IEEE 754 is 40 20 00 00.
    assert.deepEqual(await ask(port, 1, 3, 10, 11), [5721, 0, 0, 0x4020, 0, 0, 0, 0, 0, 0, 0b1000]);
    assert.deepEqual(await ask(port, 1, 4, 0, 1), [65536 - 123]);
    assert.deepEqual(await ask(port, 1, 1, 2, 1), [1]);
  });

  it('changes one bit of a register without the others', async () => {
    put(0, values);
    put(0, { ...values, DOOR: 0, LAMP: 1 });
    assert.deepEqual(await ask(port, 1, 3, 20, 1), [1]);
  });

  it('makes of a value that is missing NaN in a float, and leaves any other as it was', async () => {
    put(0, values);
    put(0, {});
    assert.deepEqual(await ask(port, 1, 3, 10, 5), [5721, 0, 0, 0x7fc0, 0]);
  });

  it('has a device for each asset', async () => {
    put(0, values);
    put(1, { ...values, LEVEL: 0 });
    assert.deepEqual(await ask(port, 2, 3, 10, 1), [500]);
    assert.deepEqual(await ask(port, 1, 3, 10, 1), [5721]);
  });

  it('answers what there is not with an exception: no device, nothing yet, no register, more than fits', async () => {
    put(0, values);
    await assert.rejects(ask(port, 3, 3, 10, 1), /exception 11/);
    await assert.rejects(ask(port, 2, 3, 10, 1), /exception 4/);
    await assert.rejects(ask(port, 1, 3, 9, 1), /exception 2/);
    await assert.rejects(ask(port, 1, 3, 20, 2), /exception 2/);
    await assert.rejects(ask(port, 1, 2, 0, 1), /exception 2/);
    await assert.rejects(ask(port, 1, 3, 10, 200), /exception/);
  });

  it('refuses every write as an illegal function, and nothing changes', async () => {
    put(0, values);
    for (const [code, body] of [
      [5, [0, 2, 0xff, 0]],
      [6, [0, 10, 0, 1]],
      [15, [0, 2, 0, 1, 1, 0]],
      [16, [0, 10, 0, 1, 2, 0, 1]],
    ] as const)
      await assert.rejects(ask(port, 1, code, body), /exception 1$/);
    assert.deepEqual(await ask(port, 1, 3, 10, 1), [5721]);
  });

  it('lives through garbage, and counts its clients', async () => {
    put(0, values);
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    for (let length = 0; length < 40; length += 1) {
      const body = Buffer.from(Array.from({ length }, (_, at) => (length * 37 + at * 101) & 0xff));
      socket.write(Buffer.concat([Buffer.from([0, 1, 0, 0, 0, length]), body]));
    }
    assert.equal(server.clients, 1);
    assert.deepEqual(await ask(port, 1, 3, 10, 1), [5721]);
    socket.destroy();
  });

  it('says what is wrong with a port that is taken', async () => {
    const second = new ModbusServer(plant, 1);
    await assert.rejects(
      second.listen('127.0.0.1', port),
      (error) => error instanceof SwatError && error.code === 'modbus-listen' && error.details.reason === 'EADDRINUSE',
    );
    await second.close();
  });

  it('serves no plant without registers, and no more devices than there are ids', () => {
    const bare = createPlant('bare', tagsOf([{ name: 'A', low: 0, high: 1 }]));
    const code = (expected: string) => (error: unknown) => error instanceof SwatError && error.code === expected;
    assert.throws(() => new ModbusServer(bare, 1), code('modbus-no-registers'));
    assert.throws(() => new ModbusServer(plant, 248), code('modbus-units'));
  });

  it('has a place for all 51 tags of the SWaT preset', () => {
    assert.deepEqual(
      SWAT.sources.registers.map(({ tag }) => tag),
      SWAT.tags.map((_, tag) => tag),
    );
    const ends = (table: string): number =>
      Math.max(...SWAT.sources.registers.flatMap((each) => (each.table === table ? [each.register + each.count] : [])));
    assert.deepEqual([ends('holding'), ends('coil')], [45, 20]);
  });
});
