import type { Node, NodeAPI, NodeStatus } from 'node-red';
import type { DetectorKind } from '../../lib/detect/detector';
import { SwatError } from '../../lib/errors';
import type { LearningEvent } from '../../lib/train/learning-event';
import { learningStatus } from './detector-status';
import { reportError, type NodeLog } from './logs';
import type { StatusLine } from './status';
import { checkedPayload, withNotes, withoutSeries } from './training-report';
import { worded, words } from './words';

/** After so many windows of other modes and none of the wanted one, a person is told. */
const NO_SUCH_MODE = 1000;

/** How a detector speaks of its learning: output 2, dialog, status, log, Catch nodes. */
export interface Voice {
  /** Sends a payload on output 2, and to an open dialog. @param rest what the message of a command has beside it */
  tell(payload: object, rest?: object): void;
  /** Sends an event on output 2 that is no news of learning. */
  event(payload: object): void;
  /** Sends an advisory of drift on output 2. */
  drift(message: { readonly payload: object }): void;
  /** Raises an error that no message has brought about, so that the log shows it and a Catch node gets it. */
  readonly raise: (cause: unknown) => void;
  /** Raises that something was done but not noted in the audit trail; any other error is thrown again. */
  readonly unlessNoted: (cause: unknown) => void;
  learning(event: LearningEvent): void;
  /** What the last training left to say, until the next command or activation. */
  readonly standing: NodeStatus | undefined;
  forget(): void;
}

/** How far something is: too often for a log that is not to be filled. */
const PROGRESS: ReadonlySet<unknown> = new Set(['collecting', 'checking', 'reading', 'training']);

/** @param rest shows what stands under the node while nothing is learned */
export function createVoice(
  node: Node,
  RED: NodeAPI,
  kind: DetectorKind,
  status: StatusLine,
  log: NodeLog,
  rest: () => void,
): Voice {
  let standing: NodeStatus | undefined;
  let starved = false;

  /** @param sent what goes along the wire, where that is less than the dialog draws */
  const tell = (payload: object, rest: object = {}, sent = payload): void => {
    log.event('inference', payload, PROGRESS.has((payload as { event?: unknown }).event) ? 'debug' : 'info');
    node.send([null, { ...rest, topic: kind, payload: sent }]);
    RED.comms.publish(`swat/training/${node.id}`, payload, true);
  };
  const raise = (cause: unknown): void => {
    const error = worded(RED, cause);
    const payload = { event: 'failed', code: error.code, text: error.message };
    reportError(RED, node, error, () => node.error(error, { topic: kind, payload }));
  };
  /** The event with the sentence that says what a person should know of it, which is said once in the log too. */
  const explained = (event: LearningEvent): object => {
    const said = sentence(RED, event);
    const again = event.event === 'collecting' && starved;
    starved = event.event === 'collecting' && said !== undefined;
    if (said === undefined) return event;
    if (!again) node.warn(said);
    return { ...event, text: said };
  };

  return {
    tell,
    event(payload) {
      log.event('inference', payload);
      node.send([null, { topic: kind, payload }]);
    },
    drift(message) {
      log.event('inference', message.payload, 'warn');
      node.send([null, { ...message }]);
    },
    raise,
    unlessNoted(cause) {
      if (!(cause instanceof SwatError) || !cause.code.startsWith('trail-')) throw cause;
      raise(cause);
    },
    get standing() {
      return standing;
    },
    forget() {
      standing = undefined;
    },
    learning(event) {
      const shown = learningStatus(RED, event);
      const over = event.event === 'failed' || event.event === 'trained';
      const full = event.event === 'collecting' && event.collected >= event.wanted;
      standing = over || full ? shown : undefined;
      if (shown === undefined) rest();
      else status.show(shown);
      if (event.event === 'checked') tell(checkedPayload(RED, event.quality));
      else if (event.event === 'trained') {
        const told = withNotes(RED, event, explained(event));
        tell(told, {}, withoutSeries(told, event));
      } else if (event.event !== 'failed') tell(explained(event));
      else {
        starved = false;
        raise(event.error);
        const { code, message } = worded(RED, event.error);
        tell({ event: 'failed', code, text: message, kept: event.kept });
      }
    },
  };
}

function sentence(RED: NodeAPI, event: LearningEvent): string | undefined {
  if (event.event === 'collecting' && event.starved)
    return words(RED, 'sentences.left-out', { over: event.leftOut.over, offered: event.offered });
  if (event.event === 'collecting' && event.collected === 0 && event.leftOut['other-mode'] >= NO_SUCH_MODE)
    return words(RED, 'sentences.other-mode', { offered: event.leftOut['other-mode'] });
  if (event.event === 'trained' && event.fitness === 'poor') {
    const loss = event.metrics.validationLoss.toPrecision(2);
    return words(RED, 'sentences.poor-fit', { version: event.version, loss });
  }
  if (event.event === 'trained' && event.cut !== undefined)
    return words(RED, 'sentences.trained-cut', { version: event.version, ...event.cut });
  return undefined;
}
