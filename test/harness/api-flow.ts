import type { FlowNode } from './admin';

/** Keys of the environment for {@link apiFlow}: one for everything, one that may only read. */
export const ALL_KEY = 'all-0123456789abcdef0123456789';
export const READ_KEY = 'read-0123456789abcdef012345678';
export const API_KEYS = `all:read+predict+alarms+models:${ALL_KEY};hmi:read:${READ_KEY}`;
export const API_PATH = '/swat/api/v1';

/** A chain on the simulated plant, paused and resumed by buttons, and an API behind it. `more` are further nodes. */
export function apiFlow(api: Readonly<Record<string, unknown>> = {}, more: readonly FlowNode[] = []): FlowNode[] {
  const z = 'flow-1';
  const detector = { z, model: 'model-1', autoTrain: false };
  const button = (id: string, command: object): FlowNode => ({
    id,
    z,
    type: 'inject',
    name: '',
    props: [{ p: 'swat', v: JSON.stringify(command), vt: 'json' }],
    repeat: '',
    once: false,
    wires: [['source-1']],
  });
  const nodes: FlowNode[] = [
    { id: z, type: 'tab', label: 'api' },
    { id: 'plant-1', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'model-1', type: 'swat-model', name: 'plant', folder: '', reference: true },
    button('do-pause', { command: 'pause' }),
    button('do-resume', { command: 'resume' }),
    button('do-attack', { command: 'attack', id: 28 }),
    { id: 'source-1', z, type: 'swat-source', name: 'the plant', mode: 'simulation', autostart: true, speed: 'times', factor: 100, seed: 7, wires: [['window-1'], [], []] }, // prettier-ignore
    { id: 'window-1', z, type: 'swat-window', plant: 'plant-1', length: 60, stride: 1, wires: [['pca-1'], [], []] },
    { id: 'pca-1', type: 'swat-pca', ...detector, wires: [['ae-1'], []] },
    { id: 'ae-1', type: 'swat-autoencoder', ...detector, wires: [['severity-1'], []] },
    { id: 'severity-1', z, type: 'swat-severity', expectAutoencoder: true, expectIforest: false, expectPca: true, wires: [['alert-1', 'api-1'], []] }, // prettier-ignore
    { id: 'alert-1', z, type: 'swat-alert', name: 'alarms', log: false, offDelay: 3600, wires: [['api-1'], [], []] },
    { id: 'api-1', z, type: 'swat-api', name: 'for programs', path: API_PATH, ...api, wires: [] },
    ...more,
  ];
  // What has no place on a tab is taken for a configuration node.
  return nodes.map((node) => (node.z === undefined ? node : { x: 100, y: 100, ...node }));
}
