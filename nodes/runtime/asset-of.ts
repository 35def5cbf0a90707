import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import { SwatError } from '../../lib/errors';
import { MAX_ASSET_NAME } from '../../lib/stream/asset-book';
import { readChoice, readText } from './settings';
import { DEFAULT_ASSET } from './window-words';

/** The fields of a dialog that say where a message names its asset. */
export interface AssetFields {
  asset?: unknown;
  assetType?: unknown;
}

/** A property of the message itself, not a path to one. */
const NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * How the dialog says to find the asset of a message.
 * @throws SwatError `setting-choice`; the reader throws `asset-name`
 */
export function assetReader(RED: NodeAPI, config: AssetFields): (message: NodeMessageInFlow) => string {
  const type = readChoice('assetType', config.assetType, ['msg', 'str'], 'msg');
  const property = readText(config.asset) || 'asset';
  if (type === 'str') return () => assetName(property);
  // A path is parsed anew for every message.
  if (NAME.test(property)) return (message) => assetName((message as unknown as Record<string, unknown>)[property]);
  return (message) => assetName(propertyOf(RED, message, property));
}

/** A value as the name of an asset. @throws SwatError `asset-name` */
export function assetName(value: unknown): string {
  if (value === undefined || value === null || value === '') return DEFAULT_ASSET;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new SwatError('asset-name', { asset: typeof value, most: MAX_ASSET_NAME });
}

/** A property of a message by its path; `undefined` where the path ends early. */
export function propertyOf(RED: NodeAPI, message: NodeMessageInFlow, path: string): unknown {
  try {
    return RED.util.getMessageProperty(message, path) as unknown;
  } catch {
    return undefined;
  }
}
