import type { FlowNode } from '../test/harness/admin';

const Z = 'bench';

/** The tab and the configuration that every flow of the benches has. */
const BASE: readonly FlowNode[] = [
  { id: Z, type: 'tab', label: 'bench' },
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
];

/** The simulated plant, standing still until its button `start` is pressed; then as fast as the flow takes it. */
export function source(to: string): FlowNode[] {
  const settings = { mode: 'simulation', autostart: false, speed: 'max', seed: 7 };
  return [
    { id: 'source', z: Z, type: 'swat-source', ...settings, wires: [[to], []] },
    ...['start', 'pause', 'resume'].map((name) => button('source', name, { command: name })),
  ];
}

/** The feed of the bench itself, standing still until it is told to send; but for `opening` seconds at the start. */
export function feed(to: string, opening = 0): FlowNode[] {
  return [{ id: 'feed', z: Z, type: 'bench-feed', opening, wires: [[to]] }];
}

/** A Node-RED with nothing to do. */
export function nothing(): FlowNode[] {
  return [{ id: Z, type: 'tab', label: 'bench' }, ...feed('')];
}

/**
 * The five nodes with the shipped reference model, beginning with `window`; the last one has the id that is counted.
 * @param learning where training events of the autoencoder go
 */
export function fiveNodes(learning: readonly string[] = []): FlowNode[] {
  const detector = { z: Z, model: 'model', autoTrain: false, activation: 'always' };
  return [
    ...BASE,
    { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
    { id: 'window', z: Z, type: 'swat-window', plant: 'plant', length: 60, stride: 1, wires: [['autoencoder']] },
    { id: 'autoencoder', type: 'swat-autoencoder', ...detector, wires: [['iforest'], learning] },
    { id: 'iforest', type: 'swat-iforest', ...detector, wires: [['severity'], []] },
    { id: 'severity', z: Z, type: 'swat-severity', wires: [['last'], []] },
    { id: 'last', z: Z, type: 'swat-alert', log: false, wires: [[], [], []] },
  ];
}

/** The five nodes that judge, as above, beginning with `window`; their verdicts go to `to`. */
export function judging(to: string): FlowNode[] {
  const detector = { z: Z, model: 'model', autoTrain: false, activation: 'always' };
  const expected = { expectAutoencoder: true, expectIforest: true, expectPca: true };
  return [
    ...BASE,
    { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
    { id: 'window', z: Z, type: 'swat-window', plant: 'plant', length: 60, stride: 1, wires: [['pca'], [], []] },
    { id: 'pca', type: 'swat-pca', ...detector, wires: [['autoencoder'], []] },
    { id: 'autoencoder', type: 'swat-autoencoder', ...detector, wires: [['iforest'], []] },
    { id: 'iforest', type: 'swat-iforest', ...detector, wires: [['severity'], []] },
    { id: 'severity', z: Z, type: 'swat-severity', ...expected, wires: [[to], []] },
  ];
}

/** Topics that a flow reads from and writes to. */
export interface Route {
  readonly brokers: string;
  readonly from: string;
  readonly to: string;
  readonly group: string;
  /** For the states of an exact reader. */
  readonly state: string;
}

/** The five nodes that judge, between Kafka and Kafka, with so a settlement of what was read. */
export function throughKafka({ brokers, from, to, group, state }: Route, settle: string): FlowNode[] {
  const reader = {
    topics: from,
    group,
    from: 'oldest',
    settle,
    receiptTimeout: 0,
    letters: '',
    metrics: 0,
    stateTopic: state,
  };
  return [
    { id: 'kafka', type: 'swat-kafka', name: '', brokers },
    { id: 'in', z: Z, type: 'swat-kafka-in', broker: 'kafka', ...reader, wires: [['window'], [], []] },
    ...judging('out'),
    { id: 'out', z: Z, type: 'swat-kafka-out', broker: 'kafka', topic: to, metrics: 0, wires: [[], [], []] },
  ];
}

/** The same five nodes, with Kafka as a function node would have it: see inside/bench-kafkajs.ts. */
export function throughKafkajs({ brokers, from, to, group }: Route): FlowNode[] {
  return [
    { id: 'in', z: Z, type: 'bench-kafkajs', brokers, topic: from, group, wires: [['window']] },
    ...judging('out'),
    { id: 'out', z: Z, type: 'bench-kafkajs', brokers, topic: to, group: '', wires: [[]] },
  ];
}

/** `swat-window` alone. */
export function windowAlone(): FlowNode[] {
  return [...BASE, { id: 'last', z: Z, type: 'swat-window', plant: 'plant', length: 60, stride: 1, wires: [[]] }];
}

/** What Node-RED itself costs: so many function nodes that pass the message on, beginning with `function-1`. */
export function functionNodes(count: number): FlowNode[] {
  const name = (index: number): string => (index === count ? 'last' : `function-${index}`);
  return [
    ...BASE,
    ...Array.from({ length: count }, (_, index) => ({
      id: name(index + 1),
      z: Z,
      type: 'function',
      func: 'return msg;',
      outputs: 1,
      wires: index + 1 === count ? [[]] : [[name(index + 2)]],
    })),
  ];
}

/** A button, to be pressed by its name, that sends a command to a node. */
export function button(to: string, name: string, swat: Readonly<Record<string, unknown>>): FlowNode {
  return {
    id: name,
    z: Z,
    type: 'inject',
    props: [{ p: 'swat', v: JSON.stringify(swat), vt: 'json' }],
    wires: [[to]],
  };
}
