import { randomBytes } from 'node:crypto';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { Feed } from '../lib/kafka/feed';
import { systemTimers } from '../lib/platform/timers';
import { commandName } from './runtime/commands';
import { watchFlows } from './runtime/flows';
import { commandOf, onInput, refuse } from './runtime/handler';
import { createLetters } from './runtime/kafka-letters';
import { incoming } from './runtime/kafka-message';
import { kafkaClient } from './runtime/kafka-node';
import { caughtReason, kafkaReceipt, receiptsFor, refuseReceipt, settleReceipt } from './runtime/kafka-receipts';
import { readInSettings } from './runtime/kafka-settings';
import { feedMetrics, feedStatus, rateMeter, troubleText } from './runtime/kafka-words';
import { nodeLog } from './runtime/logs';
import { passedOn } from './runtime/passed-on';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['commit', 'reject', 'pause', 'resume', 'metrics'] as const;

/** `swat-kafka-in`: reads topics, at least once. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-kafka-in', function (this: Node, definition: Definition) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    try {
      const { client, group } = kafkaClient(RED.nodes.getNode(readText(definition.broker)));
      const settings = readInSettings(definition, group);
      const name = randomBytes(9).toString('base64url');
      const rate = rateMeter(systemTimers.now);
      const letters = createLetters(RED, this, client, settings.letters);
      const tell = (payload: object): void => this.send([null, null, { payload }]);

      const feed = new Feed(
        client,
        settings.feed,
        {
          record: (record, receipt, attempt) =>
            this.send([incoming(record, receipt, attempt, settings.form, settings.keyIsAsset), null, null]),
          passed: (callback) => passedOn(callback),
          letter: (record, reason) => letters.write(record, reason),
          event: (event) => {
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
          },
        },
        systemTimers,
        Math.random,
        name,
      );
      const show = (): void =>
        status.show(() => {
          const { state } = feed;
          return feedStatus(RED, state, rate(state.settled));
        });
      const metrics = (): object => feedMetrics(RED, feed.state, rate(feed.state.settled));

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
