import type { NodeMessageInFlow } from 'node-red';
import type { AssetChecks } from '../../lib/check/asset-checks';
import { entriesOf, type FrameReader } from '../../lib/stream/assembler';
import {
  isSubscriptionId,
  readingOf,
  readingsIn,
  tagOf,
  valueOf,
  type Around,
  type RawReading,
} from '../../lib/stream/reading';
import { blockOf, frameOf } from '../../lib/stream/registers';
import { codeOf, UNSAID } from '../../lib/stream/reason';
import { ownTime, readTime } from '../../lib/stream/time';
import { marked, type Marks } from './check-marks';
import type { Arrival } from './window-intake';

/** Where a message's values are checked. */
export interface CheckIntake {
  readonly checks: AssetChecks;
  readonly reader: FrameReader;
  /** Whether values that are found wrong are marked. */
  readonly mark: boolean;
}

/**
 * Checks the frames and readings of a payload in their order, and gives it back: as it is, or with values that stand still or
 * repeat marked as bad (of Modbus registers then those of the tags in them, by name). The payload itself is not changed. An entry that cannot be read keeps no other from being checked.
 * @param failed hears what is wrong with an entry, the first of a message only
 * @throws SwatError `frame-batch`, or what is wrong with a Modbus answer
 */
export function checkPayload(
  intake: CheckIntake,
  asset: string,
  message: NodeMessageInFlow,
  arrival: Arrival,
  failed: (cause: unknown) => void,
): unknown {
  const { payload } = message;
  const block = blockOf(message);
  const registers = block && frameOf(block, intake.checks.readBy, false);
  if (registers !== undefined) {
    const judged = checkEntry(intake, asset, registers, timeOf(message), false, arrival);
    return judged === registers ? payload : judged;
  }
  const { batch, entries } = entriesOf(payload);
  const around = batch ? timeOf(message) : (message as unknown as Around);
  let changed: unknown[] | undefined;
  let told = false;
  entries.forEach((entry, at) => {
    try {
      const now = checkEntry(intake, asset, entry, around, batch, arrival);
      if (now !== entry) (changed ??= [...entries])[at] = now;
    } catch (cause) {
      if (!told) failed(cause);
      told = true;
    }
  });
  if (changed === undefined) return payload;
  if (!batch) return changed[0];
  return Array.isArray(payload) ? changed : { ...(payload as object), metrics: changed };
}

function checkEntry(
  intake: CheckIntake,
  asset: string,
  entry: unknown,
  around: Around,
  batch: boolean,
  arrival: Arrival,
): unknown {
  const { checks, reader, mark } = intake;
  const { readBy: plant } = checks;
  if (!batch && isSubscriptionId(around, plant)) return entry;
  const reading = readingOf(entry, around, plant);
  if (reading !== undefined) {
    const tag = take(intake, asset, reading, arrival);
    return tag === undefined || !mark ? entry : marked(entry, plant, marksOf(checks, asset, [tag]), tag);
  }
  const rich = readingsIn(entry, around, plant);
  if (rich === undefined) {
    const given = readTime(around.timestamp);
    const time = (batch ? (ownTime(entry) ?? given) : (given ?? ownTime(entry))) ?? arrival.wall;
    const values = reader.read(entry);
    checks.take(asset, { kind: 'frame', time, values, reasons: reader.reasons, carrier: undefined }, arrival.steady);
  } else for (const each of rich) take(intake, asset, each, arrival);
  return mark ? marked(entry, plant, marksOf(checks, asset, plant.tags.keys())) : entry;
}

/** Takes a reading; gives its tag, or `undefined` where it is of none. */
function take({ checks }: CheckIntake, asset: string, reading: RawReading, arrival: Arrival): number | undefined {
  const tag = tagOf(reading, checks.readBy);
  if (tag === undefined) return undefined;
  const read = valueOf(reading, checks.readBy, tag);
  const usable = typeof read === 'number';
  const [value, reason] = usable ? [read, UNSAID] : [Number.NaN, codeOf(read)];
  const time = reading.time ?? arrival.wall;
  checks.take(asset, { kind: 'reading', time, source: time, tag, value, reason, carrier: undefined }, arrival.steady);
  return tag;
}

function marksOf(checks: AssetChecks, asset: string, tags: Iterable<number>): Marks {
  const marks: [number, 'stuck' | 'replayed'][] = [];
  for (const tag of tags) {
    const mark = checks.mark(asset, tag);
    if (mark !== undefined) marks.push([tag, mark]);
  }
  return marks;
}

/** All that an entry of a batch takes from its message. */
function timeOf(message: NodeMessageInFlow): Around {
  const { timestamp } = message as { timestamp?: unknown };
  return timestamp === undefined ? {} : { timestamp };
}
