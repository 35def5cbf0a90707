import type { NodeAPI } from 'node-red';
import type { AlarmDesk, Delivery } from '../../lib/alarm/desk';
import { watchFlows } from './flows';
import { passedOn } from './passed-on';
import type { KeptState } from './state';

/** A disk that does not answer holds an alarm up for no longer than this, ms. */
const PATIENCE_MS = 1000;
/** Should the process be killed, a delivery counts as delivered so long after it was sent, ms: nodes downstream are done with it. */
const SETTLE_MS = 2000;

/** Sends deliveries one after the other, each after it was saved, and has them recorded. */
export interface Dispatch {
  /** Saves, then sends; resolves once it was sent. */
  send(delivery: Delivery, tell: () => void): Promise<void>;
  /** Sends what need not be saved, after everything that came before it. */
  follow(tell: () => void): Promise<void>;
  /** Nothing is sent any more: the nodes behind are being closed, too. What they have had is not sent again. */
  close(): Promise<void>;
}

/** A delivery that was sent, and what is done once it counts as delivered. */
interface Passing {
  readonly delivery: Delivery;
  readonly sent: () => void;
}

/**
 * Makes deliveries outlive the process: what was decided is saved before it is sent, and counts as delivered two seconds
 * later, or when the node is closed in an orderly way and the message has been passed on, once the journal has confirmed it.
 * What was on its way when the process ended is sent again once the flows have started, before anything new; what only the
 * journal had not confirmed is not sent again, but recorded.
 *
 * Nothing is sent while a deploy has stopped nodes, and what was between two nodes then is sent again after it.
 * @param record resolves once a delivery is in the journal; never rejects
 * @param again sends a delivery of the process before
 * @param exact whether nothing is to outlive the process here now: a reader keeps what was decided and what was sent in one
 * transaction, and what was under way is decided again
 */
export function createDispatch(
  RED: NodeAPI,
  kept: KeptState,
  desk: AlarmDesk,
  record: (delivery: Delivery) => Promise<void>,
  again: (delivery: Delivery) => void,
  exact: () => boolean = () => false,
): Dispatch {
  const passing = new Set<Passing>();
  const interrupted: Passing[] = [];
  /** Timers of what was passed on, and what they do. */
  const settling = new Map<NodeJS.Timeout, () => void>();
  let closed = false;

  const pass = (each: Passing): void => {
    passing.add(each);
    passedOn(() => {
      if (!passing.delete(each)) return;
      const timer = setTimeout(() => {
        settling.delete(timer);
        each.sent();
      }, SETTLE_MS);
      settling.set(timer, each.sent);
    });
  };
  const settle = (delivery: Delivery): void => {
    const { n } = delivery;
    let isSent = delivery.sent === true;
    let isRecorded = false;
    void record(delivery).then(() => {
      isRecorded = true;
      if (isSent) desk.delivered(n);
    });
    if (isSent) return;
    const sent = (): void => {
      isSent = true;
      if (isRecorded) desk.delivered(n);
      else desk.sent(n);
    };
    pass({ delivery, sent });
  };

  const flows = watchFlows(RED, () => {
    interrupted.push(...passing);
    passing.clear();
    void inTurn(whenRunning);
  });
  /** Waits until nodes can be reached, and sends again what a deploy has interrupted; false when nothing may be sent. */
  const whenRunning = async (): Promise<boolean> => {
    await flows.running();
    if (closed) return false;
    for (const each of interrupted.splice(0)) {
      if (exact()) continue;
      again(each.delivery);
      pass(each);
    }
    return true;
  };

  let line: Promise<unknown> = kept.ready.then(async () => {
    const old = desk.undelivered;
    if (old.length === 0) return;
    if (!(await whenRunning())) return;
    for (const delivery of old) {
      if (exact()) desk.delivered(delivery.n);
      else {
        if (delivery.sent !== true) again(delivery);
        settle(delivery);
      }
    }
  });

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };

  return {
    send: (delivery, tell) =>
      inTurn(async () => {
        if (!exact()) await kept.save(PATIENCE_MS);
        if (!(await whenRunning())) return;
        tell();
        settle(delivery);
      }),
    follow: (tell) =>
      inTurn(async () => {
        if (await whenRunning()) tell();
      }),
    async close() {
      closed = true;
      passing.clear();
      for (const [timer, sent] of settling) {
        clearTimeout(timer);
        sent();
      }
      flows.close();
      await line;
    },
  };
}
