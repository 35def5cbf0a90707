import type { FlowNode } from './admin';

/** An asset of the flow, and the settings of the window node that it goes through. */
export interface ChainAsset {
  readonly name: string;
  readonly window?: Readonly<Record<string, unknown>>;
}

export interface ChainOptions {
  /** Where the feed sends its lines to. */
  readonly feedPort: number;
  /** Where alarms are posted to, and verdicts are sent to as lines. */
  readonly collector: { readonly url: string; readonly linePort: number };
  readonly assets: readonly ChainAsset[];
  readonly alert?: Readonly<Record<string, unknown>>;
  /** More nodes of the flow `chain`. */
  readonly more?: readonly FlowNode[];
}

/** What the flow tells of each verdict: what a test needs of it, and the window it is about. */
export interface ToldVerdict extends Record<string, unknown> {
  readonly asset: string;
  readonly time: number;
  readonly start: number;
  readonly finding: string;
  readonly level: string;
  readonly model: string;
  /** Of the message that the verdict is about, where it has one. */
  readonly frame: number;
}

const FIRST = 'msg.asset = ASSET; msg.payload = { ...msg.payload }; return msg;';
const TELL = [
  'const { asset, time, finding, level, detectors } = msg.payload;',
  'const model = detectors.autoencoder?.ready ? detectors.autoencoder.model : "";',
  'msg.payload = JSON.stringify({ asset, time, start: msg.start, finding, level, model, frame: msg.frame }) + "\\n";',
  'return msg;',
].join('\n');

/** One chain of the five nodes for several assets, fed by TCP; alarms go out by HTTP, verdicts by TCP. */
export function chainFlow({ feedPort, collector, assets, alert = {}, more = [] }: ChainOptions): FlowNode[] {
  const z = 'chain';
  const perAsset = assets.flatMap(({ name, window = {} }): FlowNode[] => [
    { id: `name-${name}`, z, type: 'function', func: FIRST.replace('ASSET', JSON.stringify(name)), outputs: 1, wires: [[`window-${name}`]] }, // prettier-ignore
    { id: `window-${name}`, z, type: 'swat-window', plant: 'plant', length: 60, stride: 1, ...window, wires: [['start']] }, // prettier-ignore
  ]);
  const nodes: FlowNode[] = [
    { id: z, type: 'tab', label: 'chain' },
    { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
    { id: 'feed', z, type: 'tcp in', server: 'server', host: '', port: String(feedPort), datamode: 'stream', datatype: 'utf8', newline: '\\n', topic: '', trim: false, base64: false, tls: '', wires: [['json']] }, // prettier-ignore
    { id: 'json', z, type: 'json', property: 'payload', action: 'obj', pretty: false, wires: [assets.map(({ name }) => `name-${name}`)] }, // prettier-ignore
    ...perAsset,
    { id: 'start', z, type: 'function', func: 'msg.start = msg.payload.start; return msg;', outputs: 1, wires: [['autoencoder']] }, // prettier-ignore
    { id: 'autoencoder', z, type: 'swat-autoencoder', model: 'model', autoTrain: true, wires: [['iforest'], []] },
    { id: 'iforest', z, type: 'swat-iforest', model: 'model', autoTrain: true, wires: [['severity'], []] },
    { id: 'severity', z, type: 'swat-severity', wires: [['alert', 'tell'], []] },
    { id: 'alert', z, type: 'swat-alert', offDelay: 60, ...alert, wires: [['post'], [], []] },
    { id: 'tell', z, type: 'function', func: TELL, outputs: 1, wires: [['lines']] },
    { id: 'lines', z, type: 'tcp out', name: '', host: '127.0.0.1', port: String(collector.linePort), beserver: 'client', base64: false, end: false, tls: '', wires: [] }, // prettier-ignore
    { id: 'post', z, type: 'http request', method: 'POST', ret: 'txt', paytoqs: 'ignore', url: collector.url, persist: false, headers: [], wires: [[]] }, // prettier-ignore
    ...more,
  ];
  // What has no place on a tab is taken for a configuration node.
  return nodes.map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));
}
