import type { NodeAPI, NodeStatus } from 'node-red';
import { together } from '../../lib/alarm/together';
import type { SwatError } from '../../lib/errors';
import type { FeedState } from '../../lib/kafka/feed-state';
import type { OutletState } from '../../lib/kafka/outlet';
import { worded, words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** A few words for what keeps a node from its brokers; others are told as trouble, with the log line for the rest. */
const SHORT: Readonly<Record<string, string>> = {
  'kafka-unreachable': 'status.kafka-unreachable',
  'kafka-host': 'status.kafka-host',
  'kafka-advertised': 'status.kafka-advertised',
  'kafka-closed-by-broker': 'status.kafka-refused',
  'kafka-no-answer': 'status.kafka-no-answer',
  'kafka-no-tls': 'status.kafka-tls',
  'kafka-certificate': 'status.kafka-certificate',
  'kafka-tls-refused': 'status.kafka-tls',
  'kafka-login': 'status.kafka-login',
  'kafka-sasl': 'status.kafka-login',
  'kafka-sasl-unwanted': 'status.kafka-login',
  'kafka-topic-missing': 'status.kafka-topic',
  'kafka-topic-denied': 'status.kafka-denied',
  'kafka-group-denied': 'status.kafka-denied',
  'kafka-cluster-denied': 'status.kafka-denied',
  'kafka-codec': 'status.kafka-codec',
  'kafka-damaged': 'status.kafka-damaged',
  'kafka-clock': 'status.kafka-clock',
  'kafka-transaction-denied': 'status.kafka-denied',
  'kafka-state-missing': 'status.kafka-state',
  'kafka-state-partitions': 'status.kafka-state',
};

/** The line of the log for what keeps a node from its brokers: what is wrong, what to do, and that it is tried again. */
export function troubleText(RED: Words, error: SwatError): string {
  return together([worded(RED, error).message, words(RED, 'sentences.kafka-again')]);
}

/** What keeps a node from its brokers, in a few words. */
function troubleStatus(RED: Words, { code }: SwatError): NodeStatus {
  const text = words(RED, Object.hasOwn(SHORT, code) ? SHORT[code] : 'status.kafka-trouble');
  return { fill: 'red', shape: 'ring', text };
}

/** The one thing that matters of a reader. `rate` in records a second. */
export function feedStatus(RED: Words, state: FeedState, rate: number): NodeStatus {
  if (state.problem !== undefined) return troubleStatus(RED, state.problem);
  const lag = lagOf(state);
  const partitions = partitionsOf(state);
  switch (state.state) {
    case 'closed':
      return {};
    case 'connecting':
      return { fill: 'yellow', shape: 'ring', text: words(RED, 'status.kafka-connecting') };
    case 'paused':
      return { fill: 'grey', shape: 'ring', text: words(RED, 'status.kafka-paused') };
    case 'slow':
      return { fill: 'yellow', shape: 'dot', text: words(RED, 'status.kafka-slow', { lag: lag ?? state.buffered }) };
    case 'running':
      if (state.exact !== undefined && state.exact.restoring > 0) {
        const { restoring } = state.exact;
        return { fill: 'yellow', shape: 'dot', text: words(RED, 'status.kafka-restoring', { restoring, partitions }) };
      }
      if (partitions === 0) return { fill: 'grey', shape: 'dot', text: words(RED, 'status.kafka-idle') };
      return {
        fill: 'green',
        shape: 'dot',
        text: words(RED, 'status.kafka-running', { lag: lag ?? '?', rate: rateText(rate), partitions }),
      };
  }
}

/** The one thing that matters of a writer. */
export function outletStatus(RED: Words, { problem, queued }: OutletState, rate: number): NodeStatus {
  if (problem !== undefined) {
    const { text } = troubleStatus(RED, problem) as { text: string };
    return { fill: 'red', shape: 'ring', text: queued > 0 ? `${text} (${queued})` : text };
  }
  return { fill: 'green', shape: 'dot', text: words(RED, 'status.kafka-writing', { rate: rateText(rate), queued }) };
}

/** Figures of a reader, for output 3. */
export function feedMetrics(RED: Words, state: FeedState, rate: number): object {
  const { lag, ...rest } = state;
  return {
    ...figures(RED, rest, rate),
    partitions: partitionsOf(state),
    ...(lag === undefined ? {} : { lag: lagOf(state), lagByPartition: lag }),
  };
}

/** Figures of a writer, for output 3. */
export function outletMetrics(
  RED: Words,
  state: OutletState,
  rate: number,
  exact: Readonly<Record<string, number>>,
): object {
  return { ...figures(RED, state, rate), exact };
}

function figures(RED: Words, { problem, ...rest }: Pick<OutletState, 'problem'>, rate: number): object {
  return {
    ...rest,
    rate: Math.round(rate * 10) / 10,
    ...(problem === undefined ? {} : { problem: { code: problem.code, text: worded(RED, problem).message } }),
  };
}

/** How many a second since it was last asked. */
export function rateMeter(now: () => number): (count: number) => number {
  let [before, at, rate] = [0, now(), 0];
  return (count) => {
    const time = now();
    // What is asked for in between is the last full second.
    if (time - at < 900) return rate;
    rate = ((count - before) * 1000) / (time - at);
    [before, at] = [count, time];
    return rate;
  };
}

/** Records of its partitions that a reader has not done; `undefined` while that is not known. */
export function lagOf({ lag }: FeedState): number | undefined {
  return lag === undefined ? undefined : Object.values(lag).reduce((sum, each) => sum + each, 0);
}

/** How many partitions a reader has. */
export function partitionsOf({ assignment }: FeedState): number {
  return Object.values(assignment).reduce((sum, { length }) => sum + length, 0);
}

function rateText(rate: number): string {
  return rate >= 10 || rate === 0 ? rate.toFixed(0) : rate.toFixed(1);
}
