import type { NodeAPI } from 'node-red';
import type { AlarmDesk, Delivery } from '../../lib/alarm/desk';
import { flowsStarted } from './flows-started';
import type { KeptState } from './state';

/** A disk that does not answer holds an alarm up for no longer than this, ms. */
const PATIENCE_MS = 1000;
/** So long after it was sent, a delivery counts as delivered, ms: nodes downstream have had it. */
const SETTLE_MS = 2000;

/** Sends deliveries one after the other, each after it was saved, and has them recorded. */
export interface Dispatch {
  /** Saves, then sends; resolves once it was sent. */
  send(delivery: Delivery, tell: () => void): Promise<void>;
  /** Sends what need not be saved, after everything that came before it. */
  follow(tell: () => void): Promise<void>;
  /** Resolves once what was to be sent has been; nothing is sent afterwards. */
  close(): Promise<void>;
}

/**
 * Makes deliveries outlive the process: what was decided is saved before it is sent, and counts as delivered two seconds
 * later, once the journal has confirmed it. What was on its way when the process ended is sent again once the flows have
 * started, before anything new; what only the journal had not confirmed is not sent again, but recorded.
 * @param record resolves once a delivery is in the journal; never rejects
 * @param again sends a delivery of the process before
 */
export function createDispatch(
  RED: NodeAPI,
  kept: KeptState,
  desk: AlarmDesk,
  record: (delivery: Delivery) => Promise<void>,
  again: (delivery: Delivery) => void,
): Dispatch {
  const settling = new Set<NodeJS.Timeout>();
  let closed = false;
  const settle = (delivery: Delivery): void => {
    const { n } = delivery;
    let isSent = delivery.sent === true;
    let isRecorded = false;
    void record(delivery).then(() => {
      isRecorded = true;
      if (isSent) desk.delivered(n);
    });
    if (isSent) return;
    const timer = setTimeout(() => {
      settling.delete(timer);
      isSent = true;
      if (isRecorded) desk.delivered(n);
      else desk.sent(n);
    }, SETTLE_MS);
    settling.add(timer);
  };
  const started = flowsStarted(RED);

  let line: Promise<void> = kept.ready.then(async () => {
    const old = desk.undelivered;
    if (old.length === 0) return;
    await started.promise;
    if (closed) return;
    for (const delivery of old) {
      if (delivery.sent !== true) again(delivery);
      settle(delivery);
    }
  });

  const inTurn = (work: () => void | Promise<void>): Promise<void> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };

  return {
    send: (delivery, tell) =>
      inTurn(async () => {
        await kept.save(PATIENCE_MS);
        if (closed) return;
        tell();
        settle(delivery);
      }),
    follow: (tell) =>
      inTurn(() => {
        if (!closed) tell();
      }),
    async close() {
      started.cancel();
      await line;
      closed = true;
      for (const timer of settling) clearTimeout(timer);
    },
  };
}
