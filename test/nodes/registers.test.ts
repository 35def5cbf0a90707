import assert from 'node:assert/strict';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import type { WindowPayload } from '../../lib/stream/window';
import swatCheck from '../../nodes/swat-check';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import { codes, give, inNodeRed, late, load, sent, settle, unload } from './window-fixture';

const TAGS = [
  { name: 'LIT1', low: 0, high: 1000, stuckAfterS: 5, source: { register: 0, dataType: 'int16', gain: 0.1 } },
  { name: 'FIT1', low: 0, high: 10, source: { register: 1, dataType: 'uint16', gain: 0.001, offset: -1 } },
  { name: 'P1', kind: 'actuator', states: '1=off|2=on', source: { table: 'coil', register: 7 } },
];
const START = 1_700_000_000;
/** What node-red-contrib-modbus sends of a read. */
const read = (fc: number, address: number, data: readonly unknown[]): Record<string, unknown> => ({
  payload: data,
  topic: 'polling',
  responseBuffer: { data, buffer: Buffer.alloc(2 * data.length) },
  input: { topic: 'polling', payload: { unitid: '1', fc, address: `${address}`, quantity: `${data.length}` } },
});
const failed = {
  payload: '',
  topic: 'polling',
  error: Object.assign(new Error('Timed out'), { nodeStatus: 'timeout' }),
};
const at = (second: number) => ({ timestamp: (START + second) * 1000 });
const means = ({ features }: WindowPayload): number[] => [0, 5, 10].map((at) => Math.round(features[at] * 1e6) / 1e6);

describe('Modbus registers', () => {
  inNodeRed();
  const byTime = { by: 'time', span: 3, slide: 1, lateness: 0, period: 1, hold: 10 };
  const send = ({ payload, ...more }: Record<string, unknown>, second: number): void =>
    give(payload, { ...more, ...at(second) });

  it('of several reads are one frame, scaled once, in windows by time; a read that failed is no value', async () => {
    await load(byTime, { tags: TAGS });
    for (let second = 0; second < 8; second += 1) {
      send(read(3, 0, [5000, 3500]), second);
      send(read(1, 7, [true, false, false, false, false, false, false, false]), second);
      if (second === 5) send(failed, second);
    }
    await settle();
    assert.deepEqual(codes(), ['modbus-failed']);
    assert.ok(sent.length >= 4);
    for (const { payload } of sent) assert.deepEqual([means(payload), payload.quality.bad], [[500, 2.5, 2], []]);
    assert.equal(sent[0].topic, 'polling', 'the other properties of the message stay');
  });

  it('that come too late are given back as they came', async () => {
    await load(byTime, { tags: TAGS });
    for (let second = 0; second < 8; second += 1) send(read(3, 0, [5000, 3500]), second);
    send(read(3, 0, [4000, 3500]), 2);
    await settle();
    assert.deepEqual(late.map(({ payload }) => payload), [[4000, 3500]]); // prettier-ignore
  });

  it('in windows by samples need one read of them all, and what is read in part is refused', async () => {
    await load({}, { tags: [TAGS[0], TAGS[1], { name: 'P1', low: 0, high: 2 }] });
    for (let second = 0; second < 5; second += 1) send(read(3, 0, [5000 + second, 3500]), second);
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(sent.map(({ payload }) => means(payload)[0]), [500.1, 500.2, 500.3]); // prettier-ignore
    await unload();
    await load({}, { tags: TAGS });
    send(read(3, 0, [5000, 3500]), 9);
    send(read(3, 100, [5000]), 9);
    // What was saved before is read first.
    await eventually(
      () => codes().length > 1,
      () => codes().join(', '),
    );
    assert.deepEqual(codes(), ['modbus-part', 'modbus-none']);
    assert.deepEqual(sent, []);
  });

  it('of a plant that names none are a frame in the order of its tags, as ever', async () => {
    await load();
    for (let second = 0; second < 3; second += 1) send(read(3, 0, [500, 2, 1]), second);
    await settle();
    assert.deepEqual([codes(), sent.map(({ payload }) => means(payload))], [[], [[500, 2, 1]]]);
  });

  it('pass swat-check as they came; a stuck value is marked, in its unit, and not scaled again', async () => {
    const flow = [
      { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS },
      { id: 'c', type: 'swat-check', plant: 'p', learn: 0, wires: [['out', 'w'], ['told']] },
      { id: 'w', type: 'swat-window', plant: 'p', ...byTime, hold: 0, wires: [['windows'], [], []] },
      ...['out', 'told', 'windows'].map((id) => ({ id, type: 'helper' })),
    ] as TestFlowsItem[];
    await helper.load([swatPlant, swatCheck, swatWindow], flow);
    const passed: unknown[] = [];
    const windows: WindowPayload[] = [];
    helper.getNode('out').on('input', (message) => passed.push(message.payload));
    helper.getNode('windows').on('input', (message) => windows.push(message.payload as WindowPayload));
    for (let second = 0; second < 40; second += 1) {
      helper.getNode('c').receive({ ...read(3, 0, [Math.min(5000, 4990 + second), 3500 + second]), ...at(second) });
      await settle();
    }
    assert.deepEqual(passed[0], [4990, 3500]);
    const last = passed.at(-1) as Record<string, { value: number; quality: string } & number>;
    assert.deepEqual([last.LIT1, Math.round(last.FIT1 * 1e6)], [{ value: 500, quality: 'stuck' }, 2_539_000]);
    const window = windows.at(-1);
    assert.deepEqual([window?.quality.bad.includes('LIT1'), window?.quality.why?.LIT1], [true, 'stuck']);
    assert.ok(Math.abs((window?.features[5] ?? 0) - 2.538) < 0.01, 'FIT1 is in its unit');
  });
});
