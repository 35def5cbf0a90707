import type { NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';
import { SwatError } from '../../lib/errors';
import { entriesOf } from '../../lib/stream/assembler';
import type { Plant } from '../../lib/plant/dictionary';
import type { Input, Outcome, Unused } from '../../lib/stream/input';
import { blockOf, frameOf } from '../../lib/stream/registers';
import { isSubscriptionId, readingOf, readingsIn, tagOf, valueOf, type RawReading } from '../../lib/stream/reading';
import { ownTime, readTime } from '../../lib/stream/time';
import type { AssetWindows } from '../../lib/stream/windows';
import type { Send } from './handler';
import { worded } from './words';

/** What comes back with an input that was not used: the message it came in, and its payload as it came. */
export interface Carrier {
  /** The message itself where it held nothing else, else a copy of all but its payload. */
  readonly message: Partial<NodeMessageInFlow>;
  readonly payload: unknown;
  readonly alone: boolean;
  /** Whether it has been sent on as not used: once for all readings of an entry. */
  told: boolean;
}

/** Where the node keeps its windows, and learns its plant. */
export interface Intake {
  /** The windows; `undefined` while the plant is being learned, of which a frame or reading that is given is a part. */
  windows(frame: unknown): AssetWindows<Carrier> | undefined;
  learn(reading: RawReading, time: number): AssetWindows<Carrier> | undefined;
}

/** When messages arrive: on the wall clock, for those that carry no time, and on one that never goes back. */
export interface Arrival {
  readonly wall: number;
  readonly steady: number;
}

/**
 * Takes the frames and readings of one message in their order and sends what they lead to: windows on output 1, the first in
 * the message itself, further ones in copies of it; what was not used on output 2. In a batch, an entry that is refused does
 * not keep the others.
 * @throws SwatError what is wrong with the one entry or the Modbus answer, or `batch-frames`
 */
export function takeMessage(
  RED: NodeAPI,
  intake: Intake,
  asset: string,
  message: NodeMessageInFlow,
  send: Send,
  arrival: Arrival,
): void {
  const registers = registersIn(intake, message);
  const { batch, entries } =
    registers === undefined ? entriesOf(message.payload) : { batch: false, entries: [message.payload] };
  const others = batch ? withoutPayload(message) : undefined;
  let free = true;
  let refused = 0;
  let first: unknown;

  const deliver = (
    windows: AssetWindows<Carrier>,
    carrier: Carrier,
    outcome: Outcome<Carrier>,
    of: 'frame' | 'reading',
  ): void => {
    if (outcome.windows.length > 0) {
      // A message that waits to be confirmed, or is late, must stay as it came.
      const needed = outcome.unused.some(({ input }) => input.carrier === carrier) || windows.holds(asset, carrier);
      for (const payload of outcome.windows) {
        const own = free && !needed;
        const made: NodeMessage = own
          ? withPayload(message, payload)
          : { ...RED.util.cloneMessage(others ?? message), payload };
        if (own) free = false;
        // The topic of a reading is that of its tag: a window, and an alarm after it, is of them all.
        if (of === 'reading') delete made.topic;
        send(made);
      }
    }
    if (outcome.unused.length === 0) return;
    for (const late of lateMessages(RED, outcome.unused, windows)) send([null, late]);
  };

  for (const payload of entries) {
    try {
      const carrier: Carrier = { message: others ?? message, payload, alone: !batch, told: false };
      if (registers !== undefined)
        takeFrame(registers.windows, registers.frame, asset, message, carrier, arrival, deliver);
      else take(intake, asset, message, carrier, arrival, deliver);
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

/** The messages that were not used, as they came, with why. */
export function lateMessages(
  RED: NodeAPI,
  unused: readonly Unused<Carrier>[],
  { plant }: Pick<AssetWindows, 'plant'>,
): NodeMessage[] {
  return unused.flatMap(({ why, asset, input, byMs, watermark }): NodeMessage[] => {
    const by = why === 'late' ? { lateMs: byMs } : { aheadMs: byMs };
    const late = { why, asset, time: input.kind === 'reading' ? input.source : input.time, ...by, watermark };
    const { carrier } = input;
    if (carrier === undefined) return [{ payload: payloadOf(input, plant), late }];
    if (carrier.told) return [];
    carrier.told = true;
    const { message, payload, alone } = carrier;
    return [Object.assign(alone ? message : RED.util.cloneMessage(message), { payload, late })];
  });
}

/** What is left of an input whose message is gone. */
function payloadOf(input: Input<Carrier>, { tags }: Plant): unknown {
  if (input.kind === 'reading') return { tag: tags[input.tag].name, value: input.value, timestamp: input.source };
  return Object.fromEntries(Array.from(input.values, (value, tag) => [tags[tag].name, value]));
}

type Deliver = (
  windows: AssetWindows<Carrier>,
  carrier: Carrier,
  outcome: Outcome<Carrier>,
  of: 'frame' | 'reading',
) => void;

function take(
  intake: Intake,
  asset: string,
  message: NodeMessageInFlow,
  carrier: Carrier,
  arrival: Arrival,
  deliver: Deliver,
): void {
  const { payload, alone } = carrier;
  const around = alone ? (message as unknown as Record<string, unknown>) : timeOf(message);
  const known = intake.windows(undefined);
  if (alone && isSubscriptionId(around, known?.plant)) return;
  const reading = readingOf(payload, around, known?.plant);
  if (reading !== undefined) {
    takeReading(intake, asset, carrier, reading, arrival, deliver);
    return;
  }
  if (known?.settings.grid !== undefined && ['number', 'string', 'boolean'].includes(typeof payload)) {
    throw new SwatError('reading-tag');
  }
  const windows = known ?? intake.windows(payload);
  if (windows === undefined) return;
  const rich = windows.settings.grid === undefined ? undefined : readingsIn(payload, around, windows.plant);
  if (rich !== undefined) {
    const shared = { ...carrier, message: withoutPayload(message), alone: false };
    for (const each of rich) takeReading(intake, asset, shared, each, arrival, deliver);
    return;
  }
  takeFrame(windows, payload, asset, message, carrier, arrival, deliver);
}

function takeFrame(
  windows: AssetWindows<Carrier>,
  frame: unknown,
  asset: string,
  message: NodeMessageInFlow,
  carrier: Carrier,
  arrival: Arrival,
  deliver: Deliver,
): void {
  const given = readTime((message as { timestamp?: unknown }).timestamp);
  const time = (carrier.alone ? (given ?? ownTime(frame)) : (ownTime(frame) ?? given)) ?? arrival.wall;
  deliver(windows, carrier, windows.accept(asset, frame, time, arrival.steady, carrier), 'frame');
}

/** The tags in the Modbus registers of a message; `undefined` where it has none, or the plant knows none. */
function registersIn(
  intake: Intake,
  message: NodeMessageInFlow,
): { readonly windows: AssetWindows<Carrier>; readonly frame: Record<string, unknown> } | undefined {
  const block = blockOf(message);
  const windows = block === undefined ? undefined : intake.windows(undefined);
  if (block === undefined || windows === undefined) return undefined;
  const frame = frameOf(block, windows.plant, windows.settings.grid === undefined);
  return frame && { windows, frame };
}

function takeReading(
  intake: Intake,
  asset: string,
  carrier: Carrier,
  reading: RawReading,
  arrival: Arrival,
  deliver: Deliver,
): void {
  const time = reading.time ?? arrival.wall;
  const windows = intake.learn(reading, time);
  if (windows === undefined) return;
  const tag = tagOf(reading, windows.plant);
  if (tag === undefined) {
    windows.counters.unknownTag += 1;
    windows.counters.noteUnknown(reading.name);
    return;
  }
  const value = valueOf(reading, windows.plant, tag);
  const read = { tag, raw: reading.value, value };
  deliver(windows, carrier, windows.acceptReading(asset, read, time, arrival.steady, carrier), 'reading');
}

function withPayload(message: NodeMessageInFlow, payload: unknown): NodeMessageInFlow {
  message.payload = payload;
  return message;
}

/** All that an entry of a batch takes from its message. */
function timeOf(message: NodeMessageInFlow): Record<string, unknown> {
  const { timestamp } = message as { timestamp?: unknown };
  return timestamp === undefined ? {} : { timestamp };
}

/** The other properties of a message: a batch is too much to clone for each of its windows. */
function withoutPayload(message: NodeMessageInFlow): Partial<NodeMessageInFlow> {
  const others: Partial<NodeMessageInFlow> = { ...message };
  delete others.payload;
  return others;
}
