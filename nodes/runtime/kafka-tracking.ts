import type { Node, NodeAPI } from 'node-red';
import { laneOfReceipt } from '../../lib/kafka/chain';
import { kafkaReceipt } from './kafka-receipts';

const LOOK_MS = 1000;
const LABEL = 'swat-kafka';

/** What Node-RED knows of a node that its types do not tell. */
type Inner = Node & {
  /** How many of its input handlers call `done`. */
  readonly _expectedDoneCount?: number;
  readonly _inputCallback?: unknown;
  readonly _inputCallbacks?: unknown;
};

/** One message on its way to a node, or in its hands. */
interface Visit {
  readonly lane: Lane;
  readonly node: Node;
  readonly message: object | undefined;
  since: number;
  received: boolean;
}

interface Lane {
  readonly name: string;
  readonly visits: Set<Visit>;
  readonly waiting: Set<() => void>;
  looking: boolean;
}

/**
 * Counts messages by the lane that their receipts name, from when they are handed to a node until that node is done with
 * them: by the hooks of Node-RED, which are global; they are there from the first reader to the last. A node that takes no
 * `done` is done when its handler returns. What other plugins hold back in hooks of their own is not seen.
 */
class Tracking {
  /** A node that holds a message for so long is told, and waited for no longer, ms. */
  lateMs = 60_000;
  private readonly lanes = new Map<string, Lane>();
  private readonly readers = new Set<string>();
  private visits = new WeakMap<object, Visit[]>();
  private readonly closing = new WeakSet<Node>();
  private hooks: NodeAPI['hooks'] | undefined;

  /** From now on receipts of this reader count. */
  open(RED: Pick<NodeAPI, 'hooks'>, reader: string): void {
    this.readers.add(reader);
    if (this.hooks !== undefined) return;
    const { hooks } = RED;
    this.hooks = hooks;
    hooks.remove(`*.${LABEL}`);
    hooks.add(`preDeliver.${LABEL}`, ({ msg, destination }: { msg: object; destination: { node?: Node } }) => {
      const lane = this.laneOf(msg);
      if (lane !== undefined && destination.node !== undefined) this.begin(lane, destination.node, msg, false);
    });
    hooks.add(`onReceive.${LABEL}`, ({ msg, destination }: { msg: object; destination: { node: Node } }) => {
      this.received(msg, destination.node);
    });
    hooks.add(`postReceive.${LABEL}`, ({ msg, destination }: { msg: object; destination: { node: Inner } }) => {
      const { _expectedDoneCount: expected, _inputCallback: one, _inputCallbacks: several } = destination.node;
      // It takes no `done`, or was closed meanwhile.
      if (expected === 0 || (!one && !several)) this.completed(msg, destination.node);
    });
    hooks.add(`onComplete.${LABEL}`, ({ msg, node }: { msg: object; node: { node: Node } }) => {
      this.completed(msg, node.node);
    });
  }

  /** Receipts of this reader count no longer; whoever waits for them goes on. */
  close(reader: string): void {
    this.readers.delete(reader);
    for (const [name, lane] of this.lanes) {
      if (!name.startsWith(`${reader}/`)) continue;
      for (const visit of lane.visits) this.end(visit);
      this.settle(lane);
    }
    if (this.readers.size > 0) return;
    this.hooks?.remove(`*.${LABEL}`);
    this.hooks = undefined;
    this.visits = new WeakMap();
  }

  /** A node has something to do for a lane by itself; returns how to say that it is done. */
  hold(receipt: string, node: Node): () => void {
    const lane = this.laneNamed(receipt);
    if (lane === undefined) return () => undefined;
    const visit = this.begin(lane, node, undefined, true);
    return () => {
      this.end(visit);
    };
  }

  /** See `Chain.quiet`. */
  quiet(name: string): Promise<{ readonly late: readonly string[] }> {
    const late = new Set<string>();
    const lane = this.lane(name);
    return new Promise((resolve) => {
      const timer = setInterval(
        () => {
          const now = performance.now();
          for (const visit of lane.visits) {
            if (now - visit.since < this.lateMs) continue;
            late.add(visit.node.name ?? `${visit.node.type} ${visit.node.id}`);
            this.end(visit);
          }
        },
        Math.min(LOOK_MS, this.lateMs),
      );
      lane.waiting.add(() => {
        clearInterval(timer);
        resolve({ late: [...late] });
      });
      this.settle(lane);
    });
  }

  private laneOf(message: object): Lane | undefined {
    const receipt = kafkaReceipt(message as Readonly<Record<string, unknown>>);
    return receipt === undefined ? undefined : this.laneNamed(receipt);
  }

  private laneNamed(receipt: string): Lane | undefined {
    const name = laneOfReceipt(receipt);
    return this.readers.has(name.slice(0, name.indexOf('/'))) ? this.lane(name) : undefined;
  }

  private lane(name: string): Lane {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { name, visits: new Set(), waiting: new Set(), looking: false };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private begin(lane: Lane, node: Node, message: object | undefined, received: boolean): Visit {
    const visit = { lane, node, message, since: performance.now(), received };
    lane.visits.add(visit);
    if (message !== undefined) {
      const known = this.visits.get(message);
      if (known === undefined) this.visits.set(message, [visit]);
      else known.push(visit);
    }
    if (!this.closing.has(node)) {
      this.closing.add(node);
      node.on('close', () => {
        this.closed(node);
      });
    }
    return visit;
  }

  /** A message that a node is given without a wire, as a Catch node is, begins here. */
  private received(message: object, node: Node): void {
    const visit = this.visits.get(message)?.find((each) => each.node === node && !each.received);
    if (visit !== undefined) {
      visit.received = true;
      visit.since = performance.now();
      return;
    }
    const lane = this.laneOf(message);
    if (lane !== undefined) this.begin(lane, node, message, true);
  }

  private completed(message: object, node: Node): void {
    const visit = this.visits.get(message)?.find((each) => each.node === node && each.received);
    if (visit !== undefined) this.end(visit);
  }

  /** What a node holds when it is closed is gone. */
  private closed(node: Node): void {
    for (const { visits } of this.lanes.values()) for (const visit of visits) if (visit.node === node) this.end(visit);
  }

  private end(visit: Visit): void {
    const { lane, message } = visit;
    if (!lane.visits.delete(visit)) return;
    const known = message && this.visits.get(message);
    if (message !== undefined && known !== undefined) {
      if (known.length === 1) this.visits.delete(message);
      else known.splice(known.indexOf(visit), 1);
    }
    if (lane.visits.size === 0) this.settle(lane);
  }

  /** Catch and Complete nodes are given their messages after the node before is done, in the same turn: the next one looks. */
  private settle(lane: Lane): void {
    if (lane.looking || lane.visits.size > 0) return;
    lane.looking = true;
    setImmediate(() => {
      lane.looking = false;
      if (lane.visits.size > 0) return;
      this.lanes.delete(lane.name);
      for (const tell of lane.waiting) tell();
      lane.waiting.clear();
    });
  }
}

/** Of this process: hooks are, too. */
export const tracking = new Tracking();
