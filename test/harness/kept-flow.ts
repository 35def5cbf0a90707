import type { FlowNode } from './admin';
import { eventually } from './eventually';
import type { RunningNodeRed } from './node-red';

/** A version as the admin route tells it. */
export interface KeptVersion {
  readonly version: string;
  readonly active: boolean;
}
/** An open alarm as the admin route tells it. */
export interface KeptAlarm {
  readonly id: string;
  readonly state: string;
  readonly level: string;
  readonly user?: string;
}
/** An entry of the journal as the admin route tells it. */
export interface KeptRecord {
  readonly event: string;
  readonly seq: number;
  readonly user?: string | null;
}

/** A node as the sidebar tells it; scores are ratios to the threshold. */
export interface KeptNode {
  readonly id: string;
  readonly ready: boolean;
  readonly errors: number;
  readonly score?: object;
}

/** Event time of the first frame, and how many are normal. */
const BEGIN = Date.UTC(2026, 0, 1);
const NORMAL = 700;
const FAULT_MM = 300;
const NAMES = ['LIT101', 'FIT101', 'PIT501'] as const;

/** What fixtures are made with: frames by HTTP through window, detectors, severity, alert and history, with settings of its own. */
export function keptFlow(): FlowNode[] {
  const z = 'kept';
  const detector = { z, model: 'kept-model', windows: 500, autoTrain: true, activation: 'first', stride: 1 };
  const tag = (name: string, low: number, high: number, unit: string): object => ({
    name,
    stage: `P${name[3]}`,
    kind: 'sensor',
    unit,
    low,
    high,
  });
  const tags = [tag('LIT101', 0, 1000, 'mm'), tag('FIT101', 0, 10, 'm3/h'), tag('PIT501', 0, 400, 'kPa')];
  const nodes: FlowNode[] = [
    { id: z, type: 'tab', label: 'what is kept' },
    { id: 'kept-plant', type: 'swat-plant', name: 'three tags', source: 'list', tags },
    { id: 'kept-model', type: 'swat-model', name: 'kept', folder: '', reference: false },
    { id: 'in', z, type: 'http in', name: '', url: '/frames', method: 'post', upload: false, wires: [['out', 'window']] }, // prettier-ignore
    { id: 'out', z, type: 'http response', name: '', statusCode: '200', headers: {}, wires: [] },
    { id: 'window', z, type: 'swat-window', plant: 'kept-plant', length: 10, stride: 1, hold: 10, wires: [['pca']] },
    { id: 'pca', type: 'swat-pca', ...detector, wires: [['iforest'], []] },
    { id: 'iforest', type: 'swat-iforest', ...detector, wires: [['severity'], []] },
    { id: 'severity', z, type: 'swat-severity', expectAutoencoder: false, expectPca: true, expectIforest: true, wires: [['alert', 'history'], []] }, // prettier-ignore
    { id: 'alert', z, type: 'swat-alert', name: 'alarms', offDelay: 86400, mayAct: 'anyone', wires: [['history'], [], []] }, // prettier-ignore
    { id: 'history', z, type: 'swat-history', name: '', wires: [[]] },
  ];
  // What has no place on a tab is taken for a configuration node.
  return nodes.map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));
}

/** Frames of normal operation from the n-th on; a `fault` makes the level jump by so many mm, up and down. */
export function keptFrames(from: number, count: number, fault = 0): object[] {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    const noise = (place: number): number => Math.sin(n * (1.7 + place)) + Math.sin(n * (0.31 + place * 0.17));
    const flow = 2.4 + 0.05 * noise(1);
    const values = [
      500 + 20 * Math.sin(n / 40) + noise(0) + (n % 2 === 0 ? fault : -fault),
      flow,
      250 + 4 * flow + 0.3 * noise(2),
    ];
    return {
      timestamp: BEGIN + n * 1000,
      ...Object.fromEntries(NAMES.map((name, place) => [name, Number(values[place].toFixed(3))])),
    };
  });
}

/** A Node-RED with {@link keptFlow}, and what is asked of it. */
export class KeptChain {
  constructor(private readonly nodeRed: RunningNodeRed) {}

  /** Learns, raises an alarm, has it acknowledged by Kim: what a fixture is made of. Resolves once all of it is on disk. */
  async live(): Promise<void> {
    await this.post('/swat-pca/pca/command', { command: 'collect' });
    await this.post('/swat-iforest/iforest/command', { command: 'collect' });
    await this.post('/frames', keptFrames(0, NORMAL));
    for (const kind of ['pca', 'iforest'] as const)
      await this.until(async () => (await this.versions(kind)).some(({ active }) => active), 60_000);
    await this.post('/frames', keptFrames(NORMAL, 60));
    await this.until(async () => (await this.nodes()).every(({ ready }) => ready));
    await this.post('/frames', keptFrames(NORMAL + 60, 40, FAULT_MM));
    await this.until(async () => (await this.alarms()).length === 1);
    const [{ id }] = await this.alarms();
    await this.post('/swat-alert/alert/command', { command: 'ack', id, user: 'Kim' });
    await this.until(async () => (await this.journal()).some(({ event }) => event === 'acknowledged'));
  }

  /** Frames that go on where {@link live} has stopped, the fault included. */
  goOn(count: number): Promise<unknown> {
    return this.post('/frames', keptFrames(NORMAL + 100, count, FAULT_MM));
  }

  async versions(kind: 'pca' | 'iforest'): Promise<KeptVersion[]> {
    return (await this.get<Record<typeof kind, KeptVersion[]>>('/swat-model/kept-model/versions'))[kind];
  }

  alarms(): Promise<KeptAlarm[]> {
    return this.get<{ alarms: KeptAlarm[] }>('/swat-alert/alert/alarms').then(({ alarms }) => alarms);
  }

  journal(): Promise<KeptRecord[]> {
    return this.get<{ records: KeptRecord[] }>('/swat-alert/alert/journal').then(({ records }) => records);
  }

  /** How the nodes stand, as the sidebar tells it. */
  async nodes(): Promise<KeptNode[]> {
    return (await this.get<{ nodes: KeptNode[] }>('/swat/sidebar')).nodes;
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(new URL(path, this.nodeRed.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
    return text;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.nodeRed.admin.text(path)) as T;
  }

  private async until(ready: () => Promise<boolean>, patience?: number): Promise<void> {
    await eventually(ready, () => this.nodeRed.log().slice(-2000), patience);
  }
}
