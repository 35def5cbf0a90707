import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ModbusServer } from '../../lib/modbus/server';
import { createPlant } from '../../lib/plant/dictionary';
import { tagsOf } from '../../lib/plant/list';
import { DATA_TYPES, ORDERS, WORDS } from '../../lib/plant/source';
import type { FlowNode } from '../harness/admin';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, removeUserDir } from '../harness/user-dir';
import { fieldExample, fieldUserDir, until } from './shared';

/** Every data type in every order, one behind the other; then two bits of one register, and a value with gain and offset. */
const kinds = DATA_TYPES.filter((type) => type !== 'bit').flatMap((dataType) =>
  ORDERS.map((order) => ({ dataType, order })),
);
let next = 100;
const rows = [
  ...kinds.map(({ dataType, order }) => {
    const register = next;
    next += WORDS[dataType];
    return { name: `${dataType}-${order}`, low: -1e6, high: 1e6, source: { register, dataType, order } };
  }),
  ...[3, 12].map((bit) => ({ name: `bit-${bit}`, states: '0=off|1=on', source: { register: next, bit } })),
  { name: 'scaled', low: -100, high: 100, source: { register: next + 1, dataType: 'int16', gain: 0.01, offset: -40 } },
  { name: 'pump', states: '1=off|2=on', source: { register: next + 2, dataType: 'bool' } },
]; // prettier-ignore
const every = createPlant('every', tagsOf(rows));
/** Values that each data type can hold. */
const given: Readonly<Record<string, number>> = {
  ...Object.fromEntries(kinds.map(({ dataType, order }, at) => [`${dataType}-${order}`, valueFor(dataType, at)])),
  'bit-3': 1,
  'bit-12': 0,
  scaled: -12.34,
  pump: 2,
};

function valueFor(dataType: string, at: number): number {
  if (dataType === 'bool') return at % 2;
  if (dataType === 'uint16') return 40_000 + at;
  if (dataType.startsWith('uint')) return 400_000 + at;
  if (dataType.startsWith('int')) return dataType === 'int16' ? -3000 - at : -300_000 - at;
  return -1234.5 - at / 8;
}

describe('Modbus through the nodes of others, in a real Node-RED', function () {
  this.timeout(120_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let port: number;
  let plant: ChildProcess | undefined;

  before(async () => {
    userDir = fieldUserDir('node-red-contrib-modbus', 'node-red-contrib-modbustcp');
    [nodeRed, port] = await Promise.all([startNodeRed({ userDir, flows: [] }), freePort()]);
  });
  after(async () => {
    plant?.kill('SIGKILL');
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('reads every data type and word order as it was meant, in one block and in two', async () => {
    const server = new ModbusServer(every, 1);
    await server.listen('127.0.0.1', port);
    server.put(0, ({ name }) => given[name]);
    try {
      const registers = next + 3 - 100;
      const window = { type: 'swat-window', z: 't', plant: 'p', assetType: 'str', x: 0, y: 0 };
      const debug = (id: string) => ({
        id, type: 'debug', z: 't', name: id, active: true, console: true, targetType: 'jsonata', x: 0, y: 0,
        complete: '$string({"good": payload.quality.good, "features": payload.features})',
      }); // prettier-ignore
      const read = { z: 't', dataType: 'HoldingRegister', rateUnit: 'ms', rate: '100', x: 0, y: 0 };
      await nodeRed.admin.deploy([
        { id: 't', type: 'tab', label: 'kinds' },
        { id: 'p', type: 'swat-plant', name: 'every', source: 'list', tags: rows },
        { id: 'c', type: 'modbus-client', clienttype: 'tcp', tcpHost: '127.0.0.1', tcpPort: port, unit_id: 1, clientTimeout: 1000, reconnectTimeout: 2000, bufferCommands: true, commandDelay: 1, tcpType: 'DEFAULT' },
        { id: 's', type: 'modbustcp-server', host: '127.0.0.1', port, unit_id: 1, reconnecttimeout: 2 },
        // By samples, all in one read of each palette; by time, in two reads that cut no value.
        { ...read, id: 'r1', type: 'modbus-read', adr: 100, quantity: registers, server: 'c', unitid: 1, wires: [['w1'], []] },
        { ...read, id: 'r2', type: 'modbustcp-read', adr: 100, quantity: registers, server: 's', ieeeType: 'off', wires: [['w2']] },
        { ...read, id: 'r3', type: 'modbus-read', adr: 100, quantity: 8, server: 'c', unitid: 1, wires: [['w3'], []] },
        { ...read, id: 'r4', type: 'modbus-read', adr: 108, quantity: registers - 8, server: 'c', unitid: 1, wires: [[], ['w3']] },
        { ...window, id: 'w1', asset: 'modbus', length: 2, wires: [['one'], [], []] },
        { ...window, id: 'w2', asset: 'modbustcp', length: 2, wires: [['other'], [], []] },
        { ...window, id: 'w3', asset: 'parts', by: 'time', span: 0.4, period: 0.2, slide: 0.2, lateness: 0.2, wires: [['parts'], [], []] },
        // Asked for by a message, and once for what the device does not have.
        { id: 'i', type: 'inject', z: 't', props: [{ p: 'payload', v: '', vt: 'date' }], repeat: '0.2', once: true, onceDelay: 0.1, x: 0, y: 0, wires: [['g1', 'g2']] },
        { ...read, id: 'g1', type: 'modbus-getter', adr: 100, quantity: registers, server: 'c', unitid: 1, emptyMsgOnFail: true, wires: [['w4'], []] },
        { ...read, id: 'g2', type: 'modbus-getter', adr: 5000, quantity: 2, server: 'c', unitid: 1, emptyMsgOnFail: true, wires: [['w4'], []] },
        { ...window, id: 'w4', asset: 'asked', length: 2, wires: [['asked'], [], []] },
        { id: 'catch', type: 'catch', z: 't', scope: ['w4'], x: 0, y: 0, wires: [['failed']] },
        { ...debug('failed'), complete: 'error.message' },
        ...['one', 'other', 'parts', 'asked'].map(debug),
      ] as FlowNode[]); // prettier-ignore
      for (const name of ['one', 'other', 'parts', 'asked']) {
        const [, text] = await nodeRed.waitForLog(new RegExp(`\\[debug:${name}\\] (\\{"good":1,.*\\})`), 20_000);
        const { features } = JSON.parse(text) as { features: number[] };
        every.tags.forEach((tag, index) => {
          const mean = features[5 * index];
          assert.ok(Math.abs(mean - given[tag.name]) < 1e-6, `${name}, ${tag.name}: ${mean}, not ${given[tag.name]}`);
        });
      }
      await nodeRed.waitForLog(/\[debug:failed\] .*A Modbus read has failed \(Modbus exception 2/);
      assert.doesNotMatch(nodeRed.log(), /\[error\] \[swat-window:w[123]\]/);
    } finally {
      await nodeRed.admin.deploy([]);
      await server.close();
    }
  });

  it('examples 22 and 23: score windows, tell a server that is killed as lost communication, and name the attack', async () => {
    // Ten times as fast as life: the plant, the polling and the windows.
    const fast = {
      'modbus-client': { tcpPort: port },
      'modbustcp-server': { port },
      'modbus-read': { rate: '100', rateUnit: 'ms' },
      'modbustcp-read': { rate: '100', rateUnit: 'ms' },
      'swat-window': { span: 6, period: 0.1, slide: 0.1, lateness: 0.2, hold: 1, lostAfter: 2 },
    };
    const files = ['22-modbus.json', '23-modbus-tcp.json'];
    await nodeRed.admin.deploy(
      files.flatMap((file) => {
        const palette = file.slice(0, 2);
        const flow = fieldExample(file, fast).map((node) => ({
          ...node,
          ...(node.type === 'debug' ? { name: `${String(node.name)} ${palette}` } : {}),
          ...(node.type === 'swat-severity' ? { wires: [[...(node.wires as string[][])[0], `verdicts${palette}`], []] } : {}),
        }));
        const z = flow[0].id;
        const verdicts = { id: `verdicts${palette}`, type: 'debug', z, name: `verdicts ${palette}`, active: true, console: true };
        return [...flow, { ...verdicts, targetType: 'jsonata', complete: 'payload.finding & " " & payload.level', x: 0, y: 0 }];
      }),
    ); // prettier-ignore
    const begun = nodeRed.log().length;
    const log = (): string => nodeRed.log().slice(begun);
    const all = (what: string, pattern: (palette: string) => RegExp, patience = 30_000): Promise<void> =>
      until(what, () => files.every((file) => pattern(file.slice(0, 2)).test(log())), patience);

    const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
    const pace = ['--speed', '10x', '--hours', '2'];
    const simulate = (...more: string[]): ChildProcess =>
      spawn(process.execPath, [swat, 'simulate', ...pace, '--to', `modbus://127.0.0.1:${port}`, ...more], {
        stdio: 'ignore',
      });
    plant = simulate();
    await all('verdicts', (palette) => new RegExp(`\\[debug:verdicts ${palette}\\] normal NONE`));
    plant.kill('SIGKILL');
    const killed = log().length;
    await all(
      'communication lost',
      (palette) => new RegExp(`\\[debug:window events ${palette}\\] No data from SWaT for`),
    );
    await nodeRed.waitForLog(/\[debug:errors 22\] .*A Modbus read has failed \(/);
    await nodeRed.waitForLog(/\[debug:alarms 22\] No communication with SWaT/);
    // Silence is no anomaly.
    assert.doesNotMatch(log().slice(killed), /\[debug:verdicts \d\d\] \w+ (INFO|WARNING|CRITICAL)/);

    plant = simulate('--attack', '16', '--after', '80');
    await all(
      'communication back',
      (palette) => new RegExp(`\\[debug:window events ${palette}\\] Data from SWaT come again`),
    );
    await all(
      'the attack',
      (palette) => new RegExp(`\\[debug:alarms ${palette}\\].*alarm in SWaT\\. P3: LIT301`),
      45_000,
    );
    const alarms = log().match(/\[debug:alarms \d\d\].*alarm in SWaT\. P.*/g) ?? [];
    assert.ok(alarms.every((line) => line.includes('LIT301')), alarms.join('\n')); // prettier-ignore
    process.stdout.write(`      ${alarms.join('\n      ')}\n`);
  });
});
