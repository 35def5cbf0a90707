import type { NodeMessageInFlow } from 'node-red';
import { readVerdict } from '../../lib/alarm/read-verdict';
import { frameValues } from '../../lib/history/frame';
import type { History } from '../../lib/history/history';
import { readAlarm } from '../../lib/history/standing-alarms';
import { windowValues } from '../../lib/history/window-layout';
import type { Plant } from '../../lib/plant/dictionary';
import { isRecord } from '../../lib/record';
import { resolveSchema } from '../../lib/stream/schema';
import { ownTime, readTime } from '../../lib/stream/time';
import { readWindow } from './window-message';
import { DEFAULT_ASSET } from './window-words';

/** What a message is to a history, by its shape. */
export const MESSAGE_KINDS = ['window', 'verdict', 'alarm', 'frame', 'other'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** When messages arrive: on the wall clock, for those that carry no time, and on one that never goes back; ms. */
interface Arrival {
  readonly wall: number;
  readonly steady: number;
}

/** A message that was recognised, and the asset that it is of; empty for any other message. */
export interface Recognised {
  readonly kind: MessageKind;
  readonly asset: string;
  /** Puts it into the past. @throws SwatError `asset-name`, `history-assets` */
  keep(history: History, arrival: Arrival): void;
}

/**
 * What a message is: a verdict of `swat-severity`, a window of `swat-window` (also behind detectors), an alarm event of
 * `swat-alert`, or a frame (an object of values with its asset in `msg.asset`, or with tags of the plant).
 * @param plant whose dictionary is used for frames
 * @throws SwatError for a verdict, a window or a time that is broken
 */
export function recognise(message: NodeMessageInFlow, plant: Plant | undefined): Recognised {
  const { payload } = message;
  if (isRecord(payload)) {
    if (typeof payload.finding === 'string') return verdictIn(payload, message);
    if (typeof payload.schema === 'string' && Array.isArray(payload.features)) return windowIn(payload);
    const alarm = readAlarm(payload);
    if (alarm !== undefined) {
      return { kind: 'alarm', asset: alarm.asset, keep: (history) => history.of(alarm.asset).alarm(alarm) };
    }
    if (payload.event === undefined && payload.command === undefined) return frameIn(payload, message, plant);
  }
  return OTHER;
}

const OTHER: Recognised = { kind: 'other', asset: '', keep: () => undefined };

function verdictIn(payload: Record<string, unknown>, message: NodeMessageInFlow): Recognised {
  const { restarted } = message as { restarted?: unknown };
  const verdict = readVerdict(payload, restarted);
  const text = typeof payload.text === 'string' ? payload.text : '';
  const { asset } = verdict;
  const keep = (history: History): void =>
    history.of(asset).verdict({ ...verdict, text }, verdict.restarted === 'rewind');
  return { kind: 'verdict', asset, keep };
}

function windowIn(payload: Record<string, unknown>): Recognised {
  const { asset, end, schema: id, features, quality, restarted } = readWindow(payload);
  const keep = (history: History, { steady }: Arrival): void => {
    const schema = resolveSchema(id);
    // A window of another process: what stands where is not known here.
    const { raw, values } = schema === undefined ? { raw: true, values: [] } : windowValues(schema, features);
    history.of(asset).values(end, values, steady, {
      source: raw ? 'raw' : 'mean',
      bad: new Set(quality.bad),
      ...(schema === undefined ? {} : { tags: schema.tags }),
      rewound: restarted === 'rewind',
    });
  };
  return { kind: 'window', asset, keep };
}

function frameIn(payload: Record<string, unknown>, message: NodeMessageInFlow, plant: Plant | undefined): Recognised {
  const { asset: given, timestamp } = message as { asset?: unknown; timestamp?: unknown };
  const named = typeof given === 'string' && given !== '';
  const known = plant !== undefined && Object.keys(payload).some((name) => plant.indexOf(name) !== undefined);
  const values = named || known ? frameValues(payload) : undefined;
  if (values === undefined) return OTHER;
  const asset = named ? given : DEFAULT_ASSET;
  const time = readTime(timestamp) ?? ownTime(payload);
  const keep = (history: History, { wall, steady }: Arrival): void =>
    history.of(asset).values(time ?? wall, values, steady, {
      source: 'frame',
      ...(plant === undefined ? {} : { tags: plant.tags }),
    });
  return { kind: 'frame', asset, keep };
}
