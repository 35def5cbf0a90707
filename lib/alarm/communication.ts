import { isTime } from './restore';
import { isRecord } from '../record';

/** Communication with an asset was lost, or is there again. */
export interface CommunicationNotice {
  readonly asset: string;
  readonly lost: boolean;
  /** Event time, ms; absent where the notice has none. */
  readonly time?: number;
  /** How long nothing had come. */
  readonly seconds: number;
}

const LONGEST = 128;

/**
 * What output 3 of `swat-window` or the advisory `lost` of `swat-check` says of a whole asset; `other` for an advisory that is
 * no alarm, `undefined` for anything else.
 */
export function readCommunication(payload: unknown): CommunicationNotice | 'other' | undefined {
  if (!isRecord(payload)) return undefined;
  const { event } = payload;
  // Mostly it is a verdict.
  if (event === undefined) return undefined;
  const { asset } = payload;
  if (typeof asset !== 'string' || asset === '' || asset.length > LONGEST) return undefined;
  const seconds = amount(payload.seconds);
  switch (event) {
    case 'communication-lost': {
      const { lastTime } = payload;
      return { asset, lost: true, seconds, ...(isTime(lastTime) ? { time: lastTime + seconds * 1000 } : {}) };
    }
    case 'communication-restored':
      return { asset, lost: false, seconds: amount(payload.silentSeconds) };
    // An edge node of Sparkplug is to be born anew: no alarm.
    case 'rebirth-needed':
      return 'other';
    case 'advisory-raised':
    case 'advisory-cleared': {
      if (payload.advisory !== 'lost' || payload.why !== 'asset' || payload.tag !== undefined) return 'other';
      const { time } = payload;
      return { asset, lost: event === 'advisory-raised', seconds, ...(isTime(time) ? { time } : {}) };
    }
    default:
      return undefined;
  }
}

function amount(value: unknown): number {
  return isTime(value) && value >= 0 ? value : 0;
}
