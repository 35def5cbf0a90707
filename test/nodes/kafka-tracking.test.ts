import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowNode } from '../harness/admin';
import { ExactNodeRed } from '../harness/exact';

type Given = Readonly<Record<string, unknown>>;

const on = (id: string, type: string, wires: string[][], more: Given = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore
const code = (func: string, outputs = 1): Given => ({
  func,
  outputs,
  timeout: 0,
  initialize: '',
  finalize: '',
  libs: [],
});
const link = (links: string[], more: Given = {}): Given => ({ name: '', links, ...more });

/** Flows by what they are about: the nodes behind the probe of that name, and how many messages come to `sink` of one. */
const FLOWS: readonly { readonly what: string; readonly nodes: FlowNode[]; readonly arrive: number }[] = [
  { what: 'nothing', nodes: [], arrive: 0 },
  { what: 'twoWires', nodes: [on('a1', 'change', [['sink']], { rules: [] })], arrive: 2 },
  {
    what: 'function',
    nodes: [on('b1', 'function', [['sink']], code('setTimeout(() => { node.send({ ...msg }); node.send({ ...msg }); node.done(); }, 60);'))], // prettier-ignore
    arrive: 2,
  },
  {
    what: 'links',
    nodes: [
      on('c1', 'link call', [['sink']], link(['c2'], { linkType: 'static', timeout: '5' })),
      on('c2', 'link in', [['c3']], link([])),
      on('c3', 'delay', [['c4']], { pauseType: 'delay', timeout: '40', timeoutUnits: 'milliseconds', rate: '1', nbRateUnits: '1', rateUnits: 'second' }), // prettier-ignore
      on('c4', 'link out', [], link([], { mode: 'return' })),
    ],
    arrive: 1,
  },
  {
    what: 'linkOut',
    nodes: [on('d1', 'link out', [], link(['d2'], { mode: 'link' })), on('d2', 'link in', [['sink']], link(['d1']))],
    arrive: 1,
  },
  {
    what: 'rate',
    nodes: [on('e1', 'delay', [['sink']], { pauseType: 'rate', timeout: '5', timeoutUnits: 'seconds', rate: '1', nbRateUnits: '0.05', rateUnits: 'second' })], // prettier-ignore
    arrive: 1,
  },
  {
    what: 'splitJoin',
    nodes: [
      on('f1', 'split', [['f2']], { splt: ',', spltType: 'str', arraySplt: 1, arraySpltType: 'len' }),
      on('f2', 'function', [['f3']], code('setTimeout(() => { node.send(msg); node.done(); }, 20 * Math.random());')),
      on('f3', 'join', [['sink']], { mode: 'auto' }),
    ],
    arrive: 1,
  },
  {
    what: 'error',
    nodes: [
      on('g1', 'function', [['sink']], code('throw new Error("no");')),
      on('g2', 'catch', [['g3']], { scope: ['g1'] }),
      on('g3', 'function', [['sink']], code('setTimeout(() => { node.send(msg); node.done(); }, 40);')),
      on('g4', 'complete', [['sink']], { scope: ['g3'] }),
    ],
    arrive: 2,
  },
  { what: 'uncaught', nodes: [on('h1', 'function', [['sink']], code('node.done(new Error("no"));'))], arrive: 0 },
  { what: 'oldNode', nodes: [on('i1', 'exact-old', [['sink', 'gone']])], arrive: 1 },
  { what: 'disabled', nodes: [on('k1', 'function', [['sink']], { ...code('return msg;'), d: true })], arrive: 0 },
  { what: 'twiceDone', nodes: [on('l1', 'function', [['sink']], code('node.done(); node.done(); return msg;'))], arrive: 1 }, // prettier-ignore
];
/** Flows of a `subflow` and of a node that is deployed anew stand by themselves. */
const REST: readonly FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'exact' },
  on('sink', 'exact-sink', [], { holdMs: 15 }),
  { id: 'sub', type: 'subflow', name: 'sub', in: [{ x: 1, y: 1, wires: [{ id: 's1' }] }], out: [{ x: 9, y: 1, wires: [{ id: 's1', port: 0 }] }] }, // prettier-ignore
  { ...on('s1', 'function', [[]], code('setTimeout(() => { node.send(msg); node.done(); }, 30);')), z: 'sub' },
  on('probe-subflow', 'exact-probe', [['m1']]),
  on('m1', 'subflow:sub', [['sink']]),
  on('probe-deploy', 'exact-probe', [['n1']]),
  on('n1', 'delay', [['sink']], { pauseType: 'delay', timeout: '50', timeoutUnits: 'seconds', rate: '1', nbRateUnits: '1', rateUnits: 'second' }), // prettier-ignore
  on('probe-mute', 'exact-probe', [['o1']]),
  on('o1', 'exact-mute', [['sink']], { name: 'a silent node' }),
];

describe('what is under way of an exact reader', () => {
  let node: ExactNodeRed;
  const flows = [
    ...REST,
    ...FLOWS.flatMap(({ what, nodes }) => [
      on(`probe-${what}`, 'exact-probe', [what === 'twoWires' ? [nodes[0].id, 'sink'] : nodes.slice(0, 1).map(({ id }) => id)]), // prettier-ignore
      ...nodes,
    ]),
  ];

  before(async () => {
    node = await ExactNodeRed.start(flows);
  });
  after(() => node.stop());

  /** Runs messages, and looks that what had come when it was quiet is all that ever comes. */
  const run = async (what: string, count: number, expected: number): Promise<void> => {
    const messages = Array.from({ length: count }, (_, n) => ({ payload: `${n},x,y`, topic: `t${n}` }));
    const { late, got = [], afterMs = Infinity } = await node.order(`probe-${what}`, { do: 'run', messages });
    assert.deepEqual(late, [], what);
    await pause(120);
    assert.equal((await node.got()).length, expected, `${what}: all that comes`);
    assert.equal(got.length, expected, `${what}: what had come when it was quiet`);
    // A turn or two of the event loop after the last one was done; but never the second after which it would look again.
    assert.ok(afterMs < 900, `${what}: quiet ${afterMs} ms after the last`);
  };

  for (const { what, arrive } of FLOWS) {
    it(`is over exactly when all is done: ${what}`, async () => {
      await run(what, 1, arrive);
      await run(what, 20, 20 * arrive);
    });
  }

  it('is over exactly when all is done: a subflow', () => run('subflow', 20, 20));

  it('is told, with the name of the node, when one never says that it is done', async () => {
    await node.order('probe-mute', { do: 'lateMs', value: 300 });
    const { late, got } = await node.order('probe-mute', { do: 'run', messages: [{ payload: 1 }, { payload: 'say' }] });
    await node.order('probe-mute', { do: 'lateMs', value: 60_000 });
    assert.deepEqual(late, ['a silent node']);
    assert.equal(got?.length, 1);
  });

  it('ends with the node that holds it, by a deploy of that node alone', async () => {
    const running = node.order('probe-deploy', { do: 'run', messages: [{ payload: 1 }, { payload: 2 }] });
    await pause(100);
    await node.red.admin.deploy(flows.map((each) => (each.id === 'n1' ? { ...each, timeout: '49' } : each)), 'nodes'); // prettier-ignore
    assert.deepEqual((await running).late, []);
    await node.red.admin.deploy(flows.filter(({ id }) => id !== 'n1'), 'nodes'); // prettier-ignore
    await run('deploy', 5, 0);
    await node.red.admin.deploy(flows, 'full');
    await run('links', 5, 5);
  });
});
