import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeMessage } from 'node-red';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import type { WindowPayload } from '../../lib/stream/window';

type Out = NodeMessage & { payload: WindowPayload; label?: string; extra?: { deep: number } };
/** A message that was not used, and an event or answer. */
type Late = NodeMessage & { late: Record<string, unknown>; label?: string };
type Told = NodeMessage & { payload: Record<string, unknown> };
type Failure = Error & { code?: string };

const TAGS = [
  { name: 'LIT1', low: '0', high: '1000', unit: 'mm' },
  { name: 'FIT1', low: '0', high: '10', unit: 'm3/h' },
  { name: 'P1', kind: 'actuator', states: '1=off|2=on' },
];

/** A frame that the plant of these tests finds good in every value. */
export const good = { LIT1: 500, FIT1: 2.5, P1: 2 };

/** What reached the node behind the window node since it was loaded. */
export const sent: Out[] = [];
/** What came out of outputs 2 and 3. */
export const late: Late[] = [];
export const told: Told[] = [];
const failures: Failure[] = [];

/** The user directory of the test that runs. */
export let folder: string;

/** Gives each test of the calling suite a Node-RED with a user directory of its own. */
export function inNodeRed(): void {
  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-window-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });

  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });
}

/** Deploys a plant of three tags and a window of three samples, with other settings where given. */
export async function load(settings: Record<string, unknown> = {}, plant: Record<string, unknown> = {}): Promise<Node> {
  for (const list of [sent, late, told]) list.length = 0;
  failures.length = 0;
  const flow: TestFlowsItem[] = [
    { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS, ...plant } as TestFlowsItem,
    {
      id: 'w',
      type: 'swat-window',
      plant: 'p',
      length: 3,
      wires: [['out'], ['late'], ['told']],
      ...settings,
    } as TestFlowsItem,
    { id: 'out', type: 'helper' },
    { id: 'late', type: 'helper' },
    { id: 'told', type: 'helper' },
  ];
  await helper.load([swatPlant, swatWindow], flow);
  helper.getNode('out').on('input', (message) => void sent.push(message as Out));
  helper.getNode('late').on('input', (message) => void late.push(message as Late));
  helper.getNode('told').on('input', (message) => void told.push(message as Told));
  // The test helper emits this for every call of the node's error(), which is where done(error) goes.
  helper.getNode('w').on('call:error' as 'input', (call: unknown) => {
    const [error] = (call as { args: [Failure | string] }).args;
    if (error instanceof Error) failures.push(error);
  });
  return helper.getNode('w');
}

/** Takes the flow down, as a redeploy does. */
export const unload = (): Promise<void> => helper.unload();

/** Sends a message to the window node. */
export function give(payload: unknown, more: Record<string, unknown> = {}): void {
  helper.getNode('w').receive({ payload, ...more });
}

/** Waits until every message on its way has arrived. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until so many windows have come since the node was loaded. */
export const arrived = (windows: number): Promise<void> =>
  eventually(
    () => sent.length >= windows,
    () => `${sent.length} of ${windows} windows`,
  );

/** What the node shows next: it shows something at most once a second. */
export function nextStatus(node: Node): Promise<unknown> {
  return new Promise((resolve) => {
    node.on('call:status' as 'input', (call: unknown) => {
      resolve((call as { args: unknown[] }).args[0]);
    });
  });
}

/** The codes of all errors since the node was loaded. */
export const codes = (): string[] => failures.map((failure) => failure.code ?? failure.message);

/** What a node warns of from now on. */
export function warnings(node: Node): string[] {
  const texts: string[] = [];
  node.on('call:warn' as 'input', (call: unknown) => {
    texts.push(String((call as { args: unknown[] }).args[0]));
  });
  return texts;
}
