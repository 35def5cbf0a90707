import type { FlowNode } from '../harness/admin';

/** Records that wait for the broker that there is not. */
export const QUEUE = 100;

/** The chain of all nodes on the simulated plant. Each node with an input is fuzzed there; what comes of it goes on. */
export function fuzzFlow(): FlowNode[] {
  const z = 'fuzz-tab';
  const on = (id: string, wires: string[][], more: Readonly<Record<string, unknown>> = {}): FlowNode => ({ id: `the-${id}`, z, x: 100, y: 100, type: `swat-${id}`, wires: wires.map((ids) => ids.map((each) => `the-${each}`)), ...more }); // prettier-ignore
  const detector = { model: 'models', autoTrain: false, stride: 1, windows: 20 };
  const chain = [
    on('source', [['check'], [], []], { mode: 'simulation', autostart: true, speed: 'times', factor: 200, seed: 7, asset: 'asset 0', buttonAttack: 16 }),
    on('check', [['window'], []], { plant: 'tags', maxAssets: 100 }),
    on('window', [['pca', 'history'], [], []], { plant: 'tags', length: 60, stride: 1, maxAssets: 100 }),
    on('pca', [['autoencoder'], []], detector),
    on('autoencoder', [['iforest'], []], detector),
    on('iforest', [['severity'], []], detector),
    on('severity', [['alert', 'api', 'heartbeat', 'history', 'kafka-out', 'verdicts'], []], { expectPca: true, maxWait: 0.05 }),
    on('alert', [['api', 'history', 'source'], ['notify'], []], { limit: 1000, offDelay: 5 }),
    on('heartbeat', [[], []]),
    on('history', [[], []], { plant: 'tags', mostAssets: 20, mostMegabytes: 16 }),
    on('notify', [['kafka-in'], [], []], { kind: 'text', receipts: true, level: 'INFO' }),
    on('report', [[], []], { every: 'never', alert: 'the-alert', history: 'the-history', csv: true, pdf: false, html: false, keep: 3 }),
    on('api', [], { path: '/swat/api/v1' }),
    on('kafka-in', [[], [], []], { broker: 'brokers', topics: 'fuzz', group: 'fuzz' }),
    on('kafka-out', [[], [], []], { broker: 'brokers', topic: 'fuzz', queue: QUEUE, linger: 0 }),
  ]; // prettier-ignore
  const targets = chain.map(({ id }) => id);
  return [
    { id: z, type: 'tab', label: 'fuzz' },
    { id: 'tags', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'models', type: 'swat-model', name: 'plant', folder: '', reference: true },
    { id: 'brokers', type: 'swat-kafka', name: '', brokers: '127.0.0.1:9', usetls: false, sasl: '' },
    ...chain,
    // What refuses goes to Catch nodes in any real flow.
    { id: 'caught', z, x: 100, y: 100, type: 'catch', scope: null, uncaught: false, wires: [['fuzzer']] },
    { id: 'the-verdicts', z, x: 100, y: 100, type: 'function', func: VERDICTS, outputs: 1, wires: [['fuzzer']] },
    { id: 'fuzzer', z, x: 100, y: 100, type: 'fuzz-feed', targets, wires: [] },
    { id: 'read', z, x: 100, y: 100, type: 'http in', url: '/verdicts', method: 'get', wires: [['tell']] },
    { id: 'tell', z, x: 100, y: 100, type: 'function', func: TELL, outputs: 1, wires: [['answer']] },
    { id: 'answer', z, x: 100, y: 100, type: 'http response', wires: [] },
    { id: 'again', z, x: 100, y: 100, type: 'http in', url: '/again', method: 'get', wires: [['restart']] },
    {
      id: 'restart',
      z,
      x: 100,
      y: 100,
      type: 'function',
      func: AGAIN,
      outputs: 2,
      wires: [['the-source'], ['answer']],
    },
  ];
}

/**
 * The same chain without the fuzzer inside, and an API without a limit.
 * @param factor how many times as fast as time the plant runs: a low one leaves room for requests
 */
export function chainFlow(factor = 30): FlowNode[] {
  const own = fuzzFlow().filter(
    ({ id, type }) => type === 'tab' || (type.startsWith('swat-') && id !== 'the-verdicts'),
  );
  return own.map((node) => {
    if (node.type === 'swat-source') return { ...node, factor };
    return node.type === 'swat-api' ? { ...node, perMinute: 0 } : node;
  });
}

/** The chain behind a reader that does what it is told (test/harness/exact-node.ts), with a sink for all that it tells. */
export function takeoverFlow(): FlowNode[] {
  const on = (id: string, type: string, wires: string[][], more: Readonly<Record<string, unknown>> = {}): FlowNode => ({ id, type, z: 'tab', x: 100, y: 100, wires, ...more }); // prettier-ignore
  return [
    { id: 'tab', type: 'tab', label: 'takeover' },
    { id: 'tags', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'models', type: 'swat-model', name: 'plant', folder: '', reference: true },
    on('probe', 'exact-probe', [['check']]),
    on('check', 'swat-check', [['window'], ['told']], { plant: 'tags' }),
    on('window', 'swat-window', [['pca'], ['told'], ['told']], { plant: 'tags', length: 60, stride: 1 }),
    on('pca', 'swat-pca', [['autoencoder'], ['told']], { model: 'models' }),
    on('autoencoder', 'swat-autoencoder', [['iforest'], ['told']], { model: 'models' }),
    on('iforest', 'swat-iforest', [['severity'], ['told']], { model: 'models' }),
    on('severity', 'swat-severity', [['told', 'alert'], ['told']], { expectPca: true }),
    on('alert', 'swat-alert', [['told'], ['told'], []], { offDelay: 20, limit: 1000 }),
    on('told', 'exact-sink', []),
  ];
}

/** Counts verdicts about the source's asset that detectors were ready for. */
const VERDICTS = `
const { asset, finding, detectors } = msg.payload;
if (asset === 'asset 0' && finding !== 'not-ready' && Object.values(detectors).every(({ ready }) => ready))
  flow.set('verdicts', (flow.get('verdicts') ?? 0) + 1);
return null;`;
const TELL = `msg.payload = { verdicts: flow.get('verdicts') ?? 0 }; return msg;`;
const AGAIN = `
flow.set('verdicts', 0);
return [[['stop'], ['speed', { factor: 200 }], ['start']].map(([command, more]) => ({ swat: { command, ...more } })), msg];`;
