import type { Node, NodeAPI, NodeMessageInFlow, NodeMessage } from 'node-red';
import { isRecord } from '../../lib/record';
import { detailOf, SwatError } from '../../lib/errors';
import { reportError } from './logs';
import { countError, nodeMetrics } from './metrics';
import { isOfSettingsFile, tellFault } from './settings-file';
import type { StatusLine } from './status';
import { words, worded } from './words';

export type Send = (message: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

/** What a node does with one message. Throws or rejects with a `SwatError`; returning settles the message. */
export type Handler = (message: NodeMessageInFlow, send: Send) => void | Promise<void>;

/** What messages wait for before a node may handle them, such as its saved state. */
export interface Gate {
  readonly isReady: boolean;
  /** Never rejects. */
  readonly ready: Promise<unknown>;
}

/** A gate that is open once the work is done; the work never rejects. */
export function openedBy(work: Promise<unknown>): Gate {
  let isReady = false;
  const ready = work.then(() => {
    isReady = true;
  });
  return {
    ready,
    get isReady() {
      return isReady;
    },
  };
}

/** Messages that a node has taken and not settled. */
const open = new WeakMap<Node, { count: number }>();

/** How many messages a node has taken and not settled: they wait, or are being worked on. */
export function inHand(node: Node): number {
  return open.get(node)?.count ?? 0;
}

/** At most this many messages wait for the gate; further ones are refused with `state-loading`. */
const MOST_WAITING = 10_000;

/**
 * Runs a handler for every message and settles `done` exactly once, whatever it throws or rejects with.
 * Node-RED does not await an async listener: a rejection that escaped would end the whole process. Messages that come
 * before the gate is open wait, in their order.
 * @param arrived sees each message at once, before it waits or fails
 */
export function onInput(
  node: Node,
  RED: NodeAPI,
  status: StatusLine,
  handler: Handler,
  gate?: Gate,
  arrived?: (message: NodeMessageInFlow) => void,
): void {
  let waiting: (() => void)[] | undefined;
  if (gate?.isReady === false) {
    waiting = [];
    void gate.ready.then(() => {
      const held = waiting ?? [];
      waiting = undefined;
      for (const handle of held) handle();
    });
  }
  const hand = { count: 0 };
  open.set(node, hand);
  const fail = (cause: unknown, done: (error?: Error) => void): void => {
    const error = worded(RED, aboutMessage(cause));
    status.show({ fill: 'red', shape: 'ring', text: shortened(error.message) });
    reportError(RED, node, error, () => {
      hand.count -= 1;
      settleSafely(node, done, error);
    });
  };
  const handle = (message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): void => {
    const settle = (): void => {
      hand.count -= 1;
      settleSafely(node, done);
    };
    try {
      const outcome = handler(message, send);
      if (outcome instanceof Promise) outcome.then(settle, (cause: unknown) => fail(cause, done));
      else settle();
    } catch (cause) {
      fail(cause, done);
    }
  };
  node.on('input', (message, send, done) => {
    hand.count += 1;
    try {
      arrived?.(message);
    } catch (cause) {
      fail(cause, done);
      return;
    }
    if (waiting === undefined) handle(message, send, done);
    else if (waiting.length < MOST_WAITING) waiting.push(() => handle(message, send, done));
    else fail(new SwatError('state-loading', { most: MOST_WAITING }), done);
  });
}

/**
 * A node whose settings cannot work: a red ring, one log line, and an error for every message. What has its own line already, as
 * the settings file or the Kafka connection has, is in the status alone.
 */
export function refuse(node: Node, RED: NodeAPI, cause: unknown, arrived?: (message: NodeMessageInFlow) => void): void {
  const error = worded(RED, cause);
  const elsewhere = toldElsewhere(RED, cause);
  node.status({ fill: 'red', shape: 'ring', text: elsewhere ?? words(RED, 'status.misconfigured') });
  if (elsewhere === undefined) reportError(RED, node, error, () => node.error(error.message));
  else countError(node);
  nodeMetrics(node, { figures: () => ({}), waitsFor: () => error.code });
  node.on('input', (message, _send, done) => {
    try {
      arrived?.(message);
    } catch {
      // It is refused all the same.
    }
    reportError(RED, node, error, () => settleSafely(node, done, error));
  });
}

/**
 * Settles a message. Node-RED copies it for Catch and Complete nodes, and what cannot be copied, as one with a property that
 * throws when it is read, would end the whole process here: it is told without the message instead.
 */
function settleSafely(node: Node, done: (error?: Error) => void, error?: Error): void {
  try {
    done(error);
  } catch (cause) {
    node.error(error?.message ?? detailOf(cause));
  }
}

/** The status that points to where the cause is and is told; `undefined` where it is this node's own. */
function toldElsewhere(RED: NodeAPI, cause: unknown): string | undefined {
  if (!(cause instanceof SwatError)) return undefined;
  if (cause.code === 'kafka-node-refused') return words(RED, 'status.kafka-connection');
  if (!isOfSettingsFile(cause)) return undefined;
  tellFault(RED, cause);
  const { details } = cause;
  return 'line' in details
    ? words(RED, 'status.settings-line', { line: details.line })
    : words(RED, 'status.settings-file');
}

/** A command (`msg.swat = {command, …}`), or `undefined` for data. Own properties only. */
export function commandOf(message: NodeMessageInFlow): Record<string, unknown> | undefined {
  const command = Object.hasOwn(message, 'swat') ? message.swat : undefined;
  return isRecord(command) ? command : undefined;
}

/** A copy of a message, without what was a command. */
export function withoutCommand(message: NodeMessageInFlow): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...message };
  delete rest.swat;
  return rest;
}

/** Where Node-RED copies a message; deep in one the stack shows no more than the library that it uses. */
const OF_COPYING = /cloneMessage|clonedeep/;

/**
 * What is wrong with the message itself: nested more deeply than the stack reaches, or not to be copied, by Node-RED for a further
 * wire, or here from an array that has a constructor of its own.
 */
function aboutMessage(cause: unknown): unknown {
  if (cause instanceof RangeError && cause.message.includes('call stack')) {
    return new SwatError('message-deep', {}, { cause });
  }
  const isOfCopy =
    cause instanceof Error &&
    !(cause instanceof SwatError) &&
    (OF_COPYING.test(cause.stack ?? '') || cause.message.includes('Symbol.species'));
  return isOfCopy ? new SwatError('message-copy', { detail: detailOf(cause) }, { cause }) : cause;
}

/** Status texts are cut where the editor would run them into the next node. */
function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
