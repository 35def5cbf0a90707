import { randomUUID } from 'node:crypto';
import type { NodeAPI, NodeMessage } from 'node-red';
import type { Outbox } from '../../lib/journal/outbox';
import { outgoing, type Channel } from '../../lib/journal/outbox-message';
import type { Outcome } from '../../lib/journal/outbox-settings';
import { steadyClock, systemClock } from '../../lib/platform/clock';
import { flowsStarted } from './flows-started';
import { deadLetter, outcomePayload } from './notify-words';
import type { Receipt } from './notify-receipt';
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
  /** Resolves once what was to be sent has been; nothing is sent afterwards. */
  close(): Promise<void>;
}

/**
 * The work of a channel: one round after the other. Nothing is sent before the flows have started.
 * @param failed hears of what should not happen
 */
export function createSender(
  RED: NodeAPI,
  node: { readonly id: string; send(parcel: NotifyParcel): void; warn(text: string): void },
  kept: KeptState,
  outbox: Outbox,
  channel: Channel,
  failed: (cause: unknown) => void,
): Sender {
  const started = flowsStarted(RED);
  let closed = false;
  let line: Promise<void> = Promise.all([kept.ready, started.promise]).then(() => undefined);

  const round = async (heard: readonly Outcome[]): Promise<void> => {
    if (closed) return;
    const { send, outcomes } = outbox.next(steadyClock());
    await kept.save(PATIENCE_MS);
    for (const entry of send) {
      const receipt: Receipt = { node: node.id, key: entry.key, attempt: entry.attempt };
      node.send([{ ...outgoing(channel, entry, systemClock()), receipt }, null, null]);
    }
    for (const entry of outbox.untold()) {
      const letter = deadLetter(RED, entry);
      node.send([null, letter, null]);
      outbox.told(entry.n);
    }
    const counts = outbox.count();
    for (const outcome of [...heard, ...outcomes]) {
      const payload = outcomePayload(RED, outcome, counts);
      if (outcome.event === 'dead') node.warn((payload as { text: string }).text);
      node.send([null, null, { payload }]);
    }
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
      clearInterval(timer);
      started.cancel();
      await line;
      closed = true;
    },
  };
}
