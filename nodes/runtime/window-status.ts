import type { NodeAPI, NodeStatus } from 'node-red';
import type { LearningProgress } from '../../lib/plant/learn';
import type { AssetWindows } from '../../lib/stream/windows';
import type { Carrier } from './window-intake';
import { DEFAULT_ASSET } from './window-words';
import { words } from './words';

/** Names are cut so that the status stays beside its node. */
const NAME = 20;

/** The one thing that matters most: nothing comes, values are bad, something was late, the window fills, or all is well. */
export function windowStatus(
  RED: NodeAPI,
  windows: AssetWindows<Carrier>,
  asset: string,
  now: number,
  lateSince: number,
): NodeStatus {
  const silent = windows.silent(now);
  if (silent !== undefined) {
    const place = silent.asset === DEFAULT_ASSET ? '' : ` ${silent.asset.slice(0, NAME)}`;
    const text = words(RED, 'status.window-lost', { place, seconds: Math.round(silent.forMs / 1000) });
    return { fill: 'red', shape: 'ring', text };
  }
  const health = windows.health(asset);
  if (health === undefined) return { fill: 'grey', shape: 'ring', text: words(RED, 'status.window-waiting') };
  const { filled, good, bad, first } = health;
  if (first !== undefined) {
    const more = bad > 1 ? ` +${bad - 1}` : '';
    const text = words(RED, `status.window-${first.reason}`, { tag: first.tag.slice(0, NAME), more });
    return { fill: 'yellow', shape: 'ring', text };
  }
  if (lateSince > 0) {
    return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.window-late', { late: lateSince }) };
  }
  if (windows.size > 1) {
    return { fill: 'green', shape: 'dot', text: words(RED, 'status.window-assets', { assets: windows.size }) };
  }
  if (filled < windows.length) {
    const text = words(RED, 'status.window-filling', { filled, length: windows.length });
    return { fill: 'blue', shape: 'ring', text };
  }
  const text = words(RED, 'status.window-asset', { good: Math.floor(good * 100) });
  return { fill: 'green', shape: 'dot', text };
}

/** While there are no windows yet: how far learning is, or that the settings do not work. */
export function plantStatus(RED: NodeAPI, learning: LearningProgress | undefined): NodeStatus {
  return learning === undefined
    ? { fill: 'red', shape: 'ring', text: words(RED, 'status.misconfigured') }
    : { fill: 'blue', shape: 'ring', text: words(RED, 'status.window-learning', { ...learning }) };
}
