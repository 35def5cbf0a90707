import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { ExactFeed } from '../lib/kafka/exact-feed';
import type { KafkaRecord } from '../lib/kafka/broker';
import { Feed } from '../lib/kafka/feed';
import type { FeedEvent } from '../lib/kafka/feed-state';
import { systemTimers } from '../lib/platform/timers';
import { commandName } from './runtime/commands';
import { watchFlows } from './runtime/flows';
import { commandOf, onInput, refuse } from './runtime/handler';
import { createChain } from './runtime/kafka-chain';
import { createLetters } from './runtime/kafka-letters';
import { incoming } from './runtime/kafka-message';
import { feedFigures, feedWaitsFor } from './runtime/kafka-figures';
import { kafkaClient } from './runtime/kafka-node';
import {
  caughtReason,
  kafkaReceipt,
  readerName,
  receiptsFor,
  refuseReceipt,
  settleReceipt,
} from './runtime/kafka-receipts';
import { readInSettings } from './runtime/kafka-settings';
import { feedMetrics, feedStatus, rateMeter, troubleText } from './runtime/kafka-words';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { passedOn } from './runtime/passed-on';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['commit', 'reject', 'pause', 'resume', 'metrics'] as const;

/** `swat-kafka-in`: reads topics, at least once, or exactly once. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-kafka-in', function (this: Node, definition: Definition) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    try {
      const { client, group } = kafkaClient(RED.nodes.getNode(readText(definition.broker)));
      const settings = readInSettings(definition, group);
      const { exact } = settings;
      const name = readerName(exact !== undefined);
      const rate = rateMeter(systemTimers.now);
      const letters = createLetters(RED, this, client, settings.letters);
      const tell = (payload: object): void => this.send([null, null, { payload }]);

      const event = (event: FeedEvent): void => {
        switch (event.event) {
          case 'problem': {
            const text = troubleText(RED, event.error);
            this.error(text);
            tell({ event: 'problem', code: event.error.code, text });
            break;
          }
          case 'recovered':
            this.log(words(RED, 'sentences.kafka-recovered'));
            tell({ event: 'recovered' });
            break;
          case 'missed': {
            const { topic, partition, count } = event;
            const text = words(RED, 'sentences.kafka-missed', { topic, partition, count });
            this.warn(text);
            tell({ ...event, text });
            break;
          }
          case 'assigned':
            tell(event);
        }
        log.event('stream', event.event === 'problem' ? { event: 'problem', code: event.error.code } : event);
        show();
      };
      const record = (given: KafkaRecord, receipt: string, attempt: number, rerun?: boolean): void =>
        this.send([incoming(given, receipt, attempt, settings.form, settings.keyIsAsset, rerun), null, null]);
      const feed =
        exact === undefined
          ? new Feed(
              client,
              settings.feed,
              { record, passed: (callback) => passedOn(callback), letter: (given, reason) => letters.write(given, reason), event }, // prettier-ignore
              systemTimers,
              Math.random,
              name,
            )
          : new ExactFeed(
              client,
              exact,
              {
                record: (given, receipt, rerun) => record(given, receipt, 1, rerun),
                letter: (given, reason) => letters.take(given, reason),
                note: (error) => this.warn(worded(RED, error).message),
                event,
              },
              (reader) => createChain(RED, this, reader),
              systemTimers,
              Math.random,
              name,
            );
      const show = (): void =>
        status.show(() => {
          const { state } = feed;
          return feedStatus(RED, state, rate(state.settled));
        });
      const called = readText(definition.name);
      const metrics = (): object => {
        const figures = feedMetrics(RED, feed.state, rate(feed.state.settled));
        return called === '' ? figures : { ...figures, reader: called };
      };

      onInput(this, RED, status, (message) => {
        const command = commandOf(message);
        const given = message as unknown as Loose;
        const receipt =
          command === undefined ? kafkaReceipt(message) : readText(command.receipt) || kafkaReceipt(message);
        const told = given.error !== undefined && given.error !== null;
        const what = command === undefined ? (told ? 'reject' : 'commit') : commandName(command, COMMANDS);
        let more: object = {};
        switch (what) {
          case 'commit':
          case 'reject': {
            if (receipt === undefined) throw new SwatError('kafka-receipt');
            const reason = told ? given.error : readText(command?.reason, 'reject');
            const known = what === 'commit' ? settleReceipt(receipt) : refuseReceipt(receipt, caughtReason(reason));
            more = { open: known };
            break;
          }
          case 'pause':
          case 'resume':
            feed.pause(what === 'pause');
            break;
          case 'metrics':
            more = metrics();
        }
        show();
        if (command === undefined) return;
        const answer: Loose = { ...given, payload: { ok: true, command: what, ...more } };
        delete answer.swat;
        this.send([null, null, answer]);
      });

      nodeMetrics(this, { figures: () => feedFigures(feed.state), waitsFor: () => feedWaitsFor(feed.state) });
      const forget = receiptsFor(name, feed);
      let open = true;
      const flows = watchFlows(RED, () => {
        feed.halt();
        void flows.running().then(() => {
          if (open) feed.goOn();
        });
      });
      void flows.running().then(() => {
        if (open) feed.start();
      });
      const timers = [setInterval(show, 1000)];
      if (settings.metricsMs > 0) {
        timers.push(setInterval(() => tell({ event: 'metrics', ...metrics() }), settings.metricsMs));
      }
      show();

      this.on('close', (done: () => void) => {
        open = false;
        for (const timer of timers) clearInterval(timer);
        flows.close();
        status.close();
        void feed
          .close()
          .then(() => letters.close())
          .then(forget)
          .then(() => done());
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
