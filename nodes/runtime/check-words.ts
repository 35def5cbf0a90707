import type { NodeAPI, NodeStatus } from 'node-red';
import type { Advisory } from '../../lib/check/advisory';
import type { AssetChecks } from '../../lib/check/asset-checks';
import type { Plant } from '../../lib/plant/dictionary';
import { shownState } from './check-state-words';
import { DEFAULT_ASSET } from './window-words';
import { words } from './words';

/** Names are cut so that the status stays beside its node. */
const NAME = 20;

/** An advisory as it is sent: its parts, an id that is the same for the same advisory, and one sentence for a person. */
export function advisoryPayload(RED: NodeAPI, plant: Plant, advisory: Advisory): object {
  const { finding, ...rest } = advisory;
  const { asset, advisory: check, tag = '', since } = advisory;
  const id = [asset, check, tag, since].join('/');
  return { id, ...rest, ...finding, text: advisoryText(RED, plant, advisory) };
}

/** The sentence of an advisory. */
export function advisoryText(RED: NodeAPI, plant: Plant, advisory: Advisory): string {
  const { event, advisory: check, asset, tag = '', finding, since, time, reason } = advisory;
  const place = asset === DEFAULT_ASSET ? '' : `${asset}, `;
  const about = plant.tags[plant.indexOf(tag) ?? -1] as Plant['tags'][number] | undefined;
  const unit = about === undefined || about.unit === '' ? '' : ` ${about.unit}`;
  const details = Object.fromEntries(Object.entries(finding).map(([key, value]) => [key, value ?? '']));
  const state = about === undefined ? '' : shownState(about, finding.value);
  const code = `${check}${finding.why === undefined ? '' : `-${finding.why}`}`;
  const what = words(RED, `sentences.check-${code}`, { ...details, asset, place, tag, unit, state });
  if (event === 'advisory-raised') return what;
  const seconds = Math.round((time - since) / 1000);
  return words(RED, `sentences.check-cleared${reason === undefined ? '' : `-${reason}`}`, { what, seconds });
}

/** The first advisory that stands, or how many tags are well. */
export function checkStatus(RED: NodeAPI, checks: AssetChecks): NodeStatus {
  if (checks.size === 0) return { fill: 'grey', shape: 'ring', text: words(RED, 'status.window-waiting') };
  const standing = checks.standing();
  if (standing.length === 0) {
    const text = words(RED, 'status.check-ok', { tags: checks.plant.tags.length });
    return { fill: 'green', shape: 'dot', text };
  }
  const [{ advisory, asset, tag }] = standing;
  const more = standing.length > 1 ? ` +${standing.length - 1}` : '';
  const name = (tag ?? (asset === DEFAULT_ASSET ? '' : asset)).slice(0, NAME);
  return { fill: 'yellow', shape: 'ring', text: words(RED, `status.check-${advisory}`, { name, more }).trim() };
}
