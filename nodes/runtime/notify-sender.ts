import { randomUUID } from 'node:crypto';
import type { NodeAPI, NodeMessage } from 'node-red';
import { MOST_IN_FLIGHT, type Outbox } from '../../lib/journal/outbox';
import { outgoing, type Channel } from '../../lib/journal/outbox-message';
import type { Outcome } from '../../lib/journal/outbox-settings';
import { steadyClock, systemClock } from '../../lib/platform/clock';
import { watchFlows } from './flows';
import { shownFields } from './notify-fields';
import { watchOf } from './notify-watch';
import { deadLetter, outcomePayload } from './notify-words';
import type { Receipt } from './notify-receipt';
import { passedOn } from './passed-on';
import type { KeptState } from './state';

/** Names this process: what another one has sent is not waited for. */
export const RUN = randomUUID();
/** A disk that does not answer holds a notification up for no longer than this, ms. */
const PATIENCE_MS = 1000;
/** Retries and receipts that are overdue are looked for so often, ms. */
const LOOK_MS = 500;

/** What goes out of the three outputs of `swat-notify`: what is to be sent, dead letters, outcomes and answers. */
export type NotifyParcel = [NodeMessage | null, NodeMessage | null, NodeMessage | null];

/** Sends what is due, each after it was saved. */
export interface Sender {
  /** Saves what has changed, sends what is due and tells what has become of others; resolves once it has. Never rejects. */
  pump(...outcomes: (Outcome | undefined)[]): Promise<void>;
  /** Nothing is sent any more: the nodes behind are being closed, too. What they have had is not sent again. */
  close(): Promise<void>;
}

/** The node that sends. */
interface Owner {
  readonly id: string;
  readonly name?: string | undefined;
  send(parcel: NotifyParcel): void;
  warn(text: string): void;
  log(text: string): void;
}

/** What people call a channel. */
export function channelName({ id, name }: Pick<Owner, 'id' | 'name'>): string {
  return name === undefined || name === '' ? id : name;
}

/**
 * The work of a channel: one round after the other. Nothing is sent before the flows have started, or while a deploy has
 * stopped nodes; what was between two nodes then is sent again.
 * @param channel `undefined` where nothing can be sent: what comes is kept
 * @param failed hears of what should not happen
 */
export function createSender(
  RED: NodeAPI,
  node: Owner,
  kept: KeptState,
  outbox: Outbox,
  channel: Channel | undefined,
  failed: (cause: unknown) => void,
): Sender {
  const name = channelName(node);
  const watch = watchOf(RED, node, outbox);
  /** Numbers of what was sent and not passed on yet. */
  const passing = new Set<number>();
  const flows = watchFlows(RED, () => {
    outbox.takeBack(passing, steadyClock());
    passing.clear();
  });
  let closed = false;
  let line: Promise<void> = kept.ready.then(() => undefined);

  /** Waits until nodes can be reached; false when nothing may be sent. */
  const whenRunning = async (): Promise<boolean> => {
    await flows.running();
    return !closed;
  };
  const round = async (heard: readonly Outcome[]): Promise<void> => {
    if (!(await whenRunning())) return;
    const { send, outcomes } = outbox.next(steadyClock(), channel === undefined ? 0 : MOST_IN_FLIGHT);
    await kept.save(PATIENCE_MS);
    if (!(await whenRunning())) {
      outbox.takeBack(
        send.map(({ n }) => n),
        steadyClock(),
      );
      return;
    }
    for (const { n } of send) passing.add(n);
    for (const entry of send) {
      const receipt: Receipt = { node: node.id, key: entry.key, attempt: entry.attempt };
      const message = channel && outgoing(channel, entry, shownFields(RED, entry.news), systemClock());
      if (message !== undefined) node.send([{ ...message, receipt }, null, null]);
    }
    passedOn(() => {
      for (const { n } of send) passing.delete(n);
    });
    for (const entry of outbox.untold()) {
      const letter = deadLetter(RED, name, entry);
      node.send([null, letter, null]);
      outbox.told(entry.n);
    }
    const counts = outbox.count();
    for (const outcome of [...heard, ...outcomes]) {
      const payload = outcomePayload(RED, name, outcome, counts);
      if (payload.event === 'dead') node.warn(payload.text);
      node.send([null, null, { payload }]);
    }
    watch(steadyClock());
  };
  const pump = (...outcomes: (Outcome | undefined)[]): Promise<void> => {
    const heard = outcomes.filter((outcome) => outcome !== undefined);
    line = line.then(() => round(heard)).catch(failed);
    return line;
  };

  const timer = setInterval(() => {
    if (kept.isReady && !outbox.isEmpty) void pump();
  }, LOOK_MS);
  return {
    pump,
    async close() {
      closed = true;
      clearInterval(timer);
      flows.close();
      await line;
      outbox.stop(steadyClock());
      // Receipts and news that were on their way here when the flow was stopped.
      await new Promise<void>((resolve) => passedOn(resolve));
    },
  };
}
