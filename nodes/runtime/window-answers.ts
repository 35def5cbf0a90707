import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Communication } from '../../lib/stream/communication';
import type { AssetWindows } from '../../lib/stream/windows';
import type { Carrier } from './window-intake';
import { words } from './words';

/**
 * The answer to `stats`: every counter since the node started, and how an asset's window and time stand.
 * @throws SwatError `asset-unknown`
 */
export function statsAnswer(windows: AssetWindows<Carrier> | undefined, asset: string | undefined): object {
  const counters = windows === undefined ? {} : structuredClone(windows.counters);
  const answer = { ok: true, command: 'stats', assets: windows?.size ?? 0, counters };
  if (asset === undefined) return answer;
  const health = windows?.health(asset);
  const times = windows?.times(asset);
  if (health === undefined || times === undefined) throw new SwatError('asset-unknown', { asset: asset.slice(0, 40) });
  const { first, ...window } = health;
  const { last, watermark, seen, ...rest } = times;
  const finite = Number.isFinite(watermark) ? { watermark } : {};
  return { ...answer, asset, length: windows?.length, ...window, ...(first && { first }), lastTime: last, ...finite, seen: Math.round(seen), ...rest }; // prettier-ignore
}

/** An event of communication, with its sentence. */
export function communicationPayload(RED: NodeAPI, event: Communication): object {
  const { asset } = event;
  const seconds = Math.round(event.event === 'communication-lost' ? event.seconds : event.silentSeconds);
  const whole =
    event.event === 'communication-lost' ? { since: Math.round(event.since), seconds } : { silentSeconds: seconds };
  return { ...event, ...whole, text: words(RED, `sentences.${event.event}`, { asset, seconds }) };
}
