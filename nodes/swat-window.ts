import type { Node, NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from 'node-red';
import { SwatError } from '../lib/errors';
import { framesOf } from '../lib/stream/assembler';
import { ownTime, readTime } from '../lib/stream/time';
import { AssetWindows, MAX_ASSET_NAME, type WindowSettings } from '../lib/stream/windows';
import { systemClock } from '../lib/platform/clock';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse, type Send } from './runtime/handler';
import type { PlantNode } from './runtime/plant-node';
import { readChoice, readNumber, readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { complaintText, DEFAULT_ASSET } from './runtime/window-words';
import { words, worded } from './runtime/words';

interface WindowDef extends NodeDef {
  plant?: unknown;
  length?: unknown;
  stride?: unknown;
  asset?: unknown;
  assetType?: unknown;
  hold?: unknown;
  maxAssets?: unknown;
  idle?: unknown;
}

export = (RED: NodeAPI): void => {
  RED.nodes.registerType('swat-window', function (this: Node, config: WindowDef) {
    RED.nodes.createNode(this, config);
    const status = statusLine(this);
    this.on('close', () => status.close());
    try {
      const settings = settingsOf(config);
      const assetOf = assetReader(RED, config);
      const plantNode = RED.nodes.getNode(readText(config.plant)) as PlantNode | null | undefined;
      if (typeof plantNode?.offer !== 'function') throw new SwatError('plant-missing');
      let windows = plantNode.plant && new AssetWindows(plantNode.plant, settings);
      let warned = false;

      /** The windows, once there is a plant; while it learns, every frame is offered to it first. */
      const ready = (entry: unknown): AssetWindows | undefined => {
        if (windows !== undefined) return windows;
        const named = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
        if (!named && plantNode.learning !== undefined) throw new SwatError('frame-learning');
        if (!plantNode.offer(named ? (entry as Record<string, unknown>) : {})) return undefined;
        if (plantNode.plant === undefined) return undefined;
        windows = new AssetWindows(plantNode.plant, settings);
        return windows;
      };

      const show = (asset: string): NodeStatus => {
        if (windows === undefined) {
          const { learning } = plantNode;
          return learning === undefined
            ? { fill: 'red', shape: 'ring', text: words(RED, 'status.misconfigured') }
            : { fill: 'blue', shape: 'ring', text: words(RED, 'status.window-learning', { ...learning }) };
        }
        return statusOf(RED, windows, asset);
      };

      onInput(this, RED, status, (message, send) => {
        const command = commandOf(message);
        if (command !== undefined) {
          reset(command, windows);
          status.show(() => show(''));
          return;
        }
        const asset = assetOf(message);
        try {
          takeFrames(RED, message, send, (entry, time, now) => ready(entry)?.accept(asset, entry, time, now));
        } finally {
          windows?.complaints.drain().forEach((complaint) => this.warn(complaintText(RED, complaint)));
        }
        status.show(() => show(asset));
        if (!warned && windows !== undefined && windows.counters.unknownTag > 0) {
          warned = true;
          this.warn(words(RED, 'sentences.unknown-tags', { names: windows.counters.unknownNames.join(', ') }));
        }
      });
      status.show(() => show(''));
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};

/**
 * Takes the frames of one message in their order and sends each window on as it is due: the first in the message itself,
 * further ones in copies of it. In a batch, a frame that is refused does not keep the others.
 */
function takeFrames(
  RED: NodeAPI,
  message: NodeMessageInFlow,
  send: Send,
  take: (entry: unknown, time: number, now: number) => unknown,
): void {
  const now = systemClock();
  const { batch, entries } = framesOf(message.payload);
  const given = (): number | undefined => readTime((message as { timestamp?: unknown }).timestamp);
  const others = batch ? withoutPayload(message) : undefined;
  let sent = 0;
  let refused = 0;
  let first: unknown;
  for (const entry of entries) {
    try {
      const time = (batch ? (ownTime(entry) ?? given()) : (given() ?? ownTime(entry))) ?? now;
      const payload = take(entry, time, now);
      if (payload === undefined) continue;
      send(
        sent === 0 || others === undefined
          ? Object.assign(message, { payload })
          : { ...RED.util.cloneMessage(others), payload },
      );
      sent += 1;
    } catch (cause) {
      if (!batch) throw cause;
      first ??= cause;
      refused += 1;
    }
  }
  if (refused > 0) {
    throw new SwatError('batch-frames', { refused, frames: entries.length, first: worded(RED, first).message });
  }
}

/** The other properties of a message: a batch is too much to clone for each of its windows. */
function withoutPayload(message: NodeMessageInFlow): Partial<NodeMessageInFlow> {
  const others: Partial<NodeMessageInFlow> = { ...message };
  delete others.payload;
  return others;
}

function reset(command: Record<string, unknown>, windows: AssetWindows | undefined): void {
  commandName(command, ['reset']);
  windows?.reset(command.asset === undefined ? undefined : assetName(command.asset));
}

function statusOf(RED: NodeAPI, windows: AssetWindows, asset: string): NodeStatus {
  const health = windows.health(asset);
  if (health === undefined) return { fill: 'grey', shape: 'ring', text: words(RED, 'status.window-waiting') };
  const { filled, good, bad, first } = health;
  if (first !== undefined) {
    const more = bad > 1 ? ` +${bad - 1}` : '';
    const text = words(RED, `status.window-${first.reason}`, { tag: first.tag.slice(0, 20), more });
    return { fill: 'yellow', shape: 'ring', text };
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

function settingsOf(config: WindowDef): WindowSettings {
  const whole = (name: string, value: unknown, min: number, max: number, fallback: number): number =>
    readNumber(name, value, { min, max, fallback, integer: true });
  return {
    lengths: [whole('length', config.length, 2, 10_000, 60)],
    stride: whole('stride', config.stride, 1, 10_000, 1),
    maxAgeMs: readNumber('hold', config.hold, { min: 0, max: 86_400, fallback: 10 }) * 1000,
    maxAssets: whole('maxAssets', config.maxAssets, 1, 100_000, 1000),
    idleMs: readNumber('idle', config.idle, { min: 1, max: 100_000, fallback: 60 }) * 60_000,
  };
}

/** How the dialog says to find the asset of a message. */
function assetReader(RED: NodeAPI, config: WindowDef): (message: NodeMessageInFlow) => string {
  const type = readChoice('assetType', config.assetType, ['msg', 'str'], 'msg');
  const property = readText(config.asset) || 'asset';
  return (message) => assetName(type === 'str' ? property : propertyOf(RED, message, property));
}

function assetName(value: unknown): string {
  if (value === undefined || value === null || value === '') return DEFAULT_ASSET;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new SwatError('asset-name', { asset: typeof value, most: MAX_ASSET_NAME });
}

/** A property of a message by its path; `undefined` where the path ends early. */
function propertyOf(RED: NodeAPI, message: NodeMessageInFlow, path: string): unknown {
  try {
    return RED.util.getMessageProperty(message, path) as unknown;
  } catch {
    return undefined;
  }
}
