import assert from 'node:assert/strict';
import type { OpcuaEvent } from '../../lib/alarm/forms/opcua';
import { createPlantSimulation, type PlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import type { WindowPayload } from '../../lib/stream/window';
import { AssetWindows } from '../../lib/stream/windows';
import type { FlowNode } from '../harness/admin';
import { startCollector, type Collector } from '../harness/collector';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { removeUserDir } from '../harness/user-dir';
import { prepareOpcuaServer, type OpcuaServer, type Written } from './opcua-server';
import { fieldExample, fieldUserDir, until } from './shared';

/** Plant-seconds a second. */
const SPEED = 15;
/** How long a value holds, s. */
const HOLD = 30;
const START = Date.UTC(2026, 0, 1);
const TAGS = SWAT.tags.map(({ name }) => name);
const NODE_ID = /^nsu=/;

interface Line {
  readonly kind: 'window' | 'alarm' | 'lost';
  readonly payload: Record<string, unknown>;
}

/** The part of the example that reads from a server, faster than life, telling a collector what it finds. */
function readingSide(port: number, { linePort }: Collector): FlowNode[] {
  const flow = fieldExample('24-opc-ua.json', {
    'OpcUa-Endpoint': { endpoint: `opc.tcp://127.0.0.1:${port}` },
    'OpcUa-Client': { time: '0' },
    // Of the plant's time: two seconds here.
    'swat-window': { lostAfter: 3, hold: HOLD },
    'once it has variables': { timeout: '0.2' },
  });
  const z = flow[0].id;
  const server = new Set(['swat-source', 'OpcUa-Server', 'inject', 'status']);
  const kept = flow.filter(({ type, name }) => !server.has(type) && name !== 'into the server');
  const wired = (node: FlowNode, output: number, to: string): FlowNode => ({
    ...node,
    wires: (node.wires as string[][]).map((wires, index) => (index === output ? [...wires, to] : wires)),
  });
  const tells: readonly (readonly [type: string, output: number, kind: Line['kind']])[] = [
    ['swat-window', 0, 'window'],
    ['swat-window', 2, 'lost'],
    ['swat-alert', 0, 'alarm'],
  ];
  return tells
    .reduce((nodes, [type, output, kind]) => {
      const func = `return { payload: JSON.stringify({ kind: "${kind}", payload: msg.payload }) + "\\n" };`;
      const add = { id: `tells-${kind}`, type: 'function', z, func, outputs: 1, x: 900, y: 100, wires: [['collector']] };
      return [...nodes.map((node) => (node.type === type ? wired(node, output, add.id) : node)), add];
    }, kept)
    .concat({ id: 'collector', type: 'tcp out', z, host: '127.0.0.1', port: linePort, beserver: 'client', base64: false, x: 900, y: 200, wires: [] }); // prettier-ignore
}

/** The plant, which a server serves: its time goes on whether anybody is connected or not. */
class ServedPlant {
  readonly frames = new Map<number, Float64Array>();
  /** What is wrong with tags now. */
  status: Readonly<Partial<Record<string, string>>> = {};
  server: OpcuaServer | undefined;
  time = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(readonly plant: PlantSimulation) {
    const began = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      for (; due < ((performance.now() - began) * SPEED) / 1000; due += 1) this.#step();
    }, 10);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    const { time, values } = this.plant.step();
    this.time = time;
    this.frames.set(time, values);
    const written: Written[] = TAGS.map((tag, index) => {
      const { [tag]: status } = this.status;
      const none = status === 'BadDeviceFailure';
      return { tag, time, ...(none ? {} : { value: values[index] }), ...(status === undefined ? {} : { status }) };
    });
    this.server?.write(written);
  }
}

describe('example 24, with a real Node-RED and a real OPC UA server', function () {
  this.timeout(180_000);
  let collector: Collector;
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let plant: ServedPlant;
  let servers: OpcuaServer[] = [];

  const of = (kind: Line['kind']): Record<string, unknown>[] =>
    collector.lines.flatMap(({ value }) => ((value as unknown as Line).kind === kind ? [value.payload as Record<string, unknown>] : [])); // prettier-ignore
  const windows = (): WindowPayload[] => of('window') as unknown as WindowPayload[];
  const alarms = (name: string): OpcuaEvent[] =>
    (of('alarm') as OpcuaEvent[]).filter(({ ConditionName }) => ConditionName === name);

  before(async () => {
    collector = await startCollector();
    userDir = fieldUserDir('node-red-contrib-opcua');
    const port = await freePort();
    // The second one stands ready for when the first is gone: loading takes seconds.
    const first = prepareOpcuaServer(port, TAGS, userDir);
    [nodeRed, ...servers] = await Promise.all([
      startNodeRed({ userDir, flows: readingSide(port, collector) }),
      first,
      first.then(() => prepareOpcuaServer(port, TAGS, userDir)),
    ]);
    plant = new ServedPlant(createPlantSimulation({ seed: 2041, startTime: START }));
    [plant.server] = servers;
    await servers[0].listen();
  });
  after(async () => {
    plant.stop();
    for (const server of servers) server.kill();
    await nodeRed.stop();
    await collector.close();
    removeUserDir(userDir);
  });

  it('brings values at their source times, changes only', async () => {
    // Those of an attempt before this one are not looked at again.
    const begin = windows().length;
    // The first ones begin before each tag has said something.
    const whole = (): WindowPayload[] => windows().slice(begin).filter(({ quality }) => quality.good === 1); // prettier-ignore
    await until('50 windows', () => whole().length >= 50);
    const expected = new AssetWindows(SWAT, {
      lengths: [60],
      stride: 1,
      maxAgeMs: HOLD * 1000,
      maxAssets: 1,
      idleMs: 1e9,
    });
    const due = new Map<number, WindowPayload>();
    for (const [time, values] of plant.frames) {
      for (const window of expected.accept('SWaT', [...values], time, time).windows) due.set(window.end, window);
    }
    const got = whole();
    const same = got.filter(({ end, features }) => isSame(features, due.get(end)?.features ?? []));
    process.stdout.write(`      ${same.length} of ${got.length} windows are those of the plant\n`);
    // A machine with other work samples a value too late now and then.
    assert.ok(same.length >= 0.9 * got.length);
    assert.ok(windows().length - begin - got.length < 60);
  });

  it('takes an uncertain or bad status, with a value or without, for bad data and for no anomaly', async () => {
    plant.status = { FIT101: 'BadDeviceFailure', AIT201: 'Uncertain', LIT401: 'BadNoCommunication' };
    const why = (): Readonly<Partial<Record<string, string>>> => windows().at(-1)?.quality.why ?? {};
    let seen = why();
    await until('all three are bad', () =>
      ['FIT101', 'AIT201', 'LIT401'].every((tag) => (seen = why())[tag] !== undefined),
    );
    assert.deepEqual(seen, { FIT101: 'badQuality', AIT201: 'badQuality', LIT401: 'noCommunication' });
    plant.status = {};
    await until('they are good again', () => windows().at(-1)?.quality.bad.length === 0);
    assert.deepEqual(of('alarm'), []);
  });

  it('tells a server that is gone as communication lost, and goes on when it is back', async () => {
    servers[0].kill();
    await until('the alarm of communication', () => alarms('communication').length > 0);
    const [lost] = alarms('communication');
    assert.deepEqual([lost['ActiveState/Id'], lost['AckedState/Id'], lost.Quality], [true, false, { Code: 0x80310000, Symbol: 'BadNoCommunication' }]); // prettier-ignore
    assert.equal(of('lost')[0].event, 'communication-lost');
    const before = windows().length;

    [, plant.server] = servers;
    await servers[1].listen();
    await until('communication is back', () => alarms('communication').length > 1);
    assert.deepEqual(alarms('communication').map((event) => event['ActiveState/Id']), [true, false]); // prettier-ignore
    await until('windows of after it', () => windows().length > before + 40);
    const after = windows()[before];
    assert.equal(after.restarted, 'gap', 'no window lies across the pause');
    assert.deepEqual(alarms('process'), [], 'no anomaly');
  });

  it('raises an alarm of an attack, with all fields of an event of the standard', async () => {
    plant.plant.start(16);
    await until('the alarm', () => alarms('process').some((event) => event['ActiveState/Id'] === true));
    const [raised] = alarms('process').filter((event) => event['ActiveState/Id'] === true);
    assert.match(raised.Message as string, /LIT301/);
    assert.equal(raised.SourceName, 'SWaT');
    const { ConditionId, ...fields } = raised;
    assert.match(ConditionId as string, NODE_ID);
    assert.deepEqual(await servers[1].unknownFields([...Object.keys(fields), 'ActiveState/NoSuch']), ['ActiveState/NoSuch']); // prettier-ignore
    const ids = [raised.EventType, raised.ConditionClassId, raised['ShelvingState/CurrentState/Id'], 'i=2041', 'i=11166', 'i=2932', 'i=2933']; // prettier-ignore
    assert.deepEqual(await servers[1].namesOf(ids.map(String)), ['AlarmConditionType', raised.ConditionClassName, 'Unshelved', 'BaseEventType', 'SystemConditionClassType', 'TimedShelved', 'OneShotShelved']); // prettier-ignore
  });

  it('says nothing in the log that a user would have to look into', () => {
    const lines = nodeRed.log().split('\n');
    assert.deepEqual(lines.filter((line) => /\[error\]|subscriptionId|uncaught|ignored:/i.test(line)), []); // prettier-ignore
  });
});

/** Sums that began at another sample differ in their last bits. */
function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, index) => Math.abs(value - other[index]) <= 1e-6 * Math.max(1, Math.abs(value)));
}
