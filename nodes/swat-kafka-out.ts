import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { Outlet } from '../lib/kafka/outlet';
import { systemTimers } from '../lib/platform/timers';
import { propertyOf } from './runtime/asset-of';
import { commandName } from './runtime/commands';
import { commandOf, onInput, refuse } from './runtime/handler';
import { outletFigures } from './runtime/kafka-figures';
import { outgoing } from './runtime/kafka-message';
import { kafkaClient } from './runtime/kafka-node';
import { isExactReceipt, kafkaReceipt, putResult, refuseReceipt, settleReceipt } from './runtime/kafka-receipts';
import { readOutSettings, topicOf } from './runtime/kafka-settings';
import { outletMetrics, outletStatus, rateMeter, troubleText } from './runtime/kafka-words';
import { nodeLog } from './runtime/logs';
import { nodeMetrics } from './runtime/metrics';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { statusLine } from './runtime/status';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
type Loose = Record<string, unknown>;

const COMMANDS = ['metrics'] as const;
/** What waits is written for so long when the node closes. */
const PATIENCE_MS = 8000;

/** `swat-kafka-out`: writes to topics, and settles what was read for it. */
export = (RED: NodeAPI): void => {
  registerNode(RED, 'swat-kafka-out', function (this: Node, definition: Definition) {
    const log = nodeLog(RED, this);
    const status = statusLine(this);
    try {
      const { client } = kafkaClient(RED.nodes.getNode(readText(definition.broker)));
      const settings = readOutSettings(definition);
      const rate = rateMeter(systemTimers.now);
      const tell = (payload: object): void => this.send([null, null, { payload }]);
      const outlet = new Outlet(
        client,
        settings.outlet,
        {
          problem: (cause) => {
            const text = troubleText(RED, cause);
            this.error(text);
            tell({ event: 'problem', code: cause.code, text });
            log.event('stream', { event: 'problem', code: cause.code });
            show();
          },
          recovered: () => {
            this.log(words(RED, 'sentences.kafka-recovered'));
            tell({ event: 'recovered' });
            show();
          },
        },
        systemTimers,
        Math.random,
      );
      /** Results for exact readers: in the hands of a transaction; of a repetition; of a partition that is no longer ours. */
      const counts = { kept: 0, rerun: 0, gone: 0 };
      const perSecond = (): number => rate(outlet.state.sent + counts.kept);
      const show = (): void => status.show(() => outletStatus(RED, outlet.state, perSecond()));
      const metrics = (): object => outletMetrics(RED, outlet.state, perSecond(), counts);

      const write = async (message: Loose): Promise<void> => {
        const receipt = kafkaReceipt(message);
        try {
          const topic = settings.topic || topicOf(readText(message.topic));
          const record = outgoing(message, propertyOf(RED, message as never, settings.key), settings.form);
          if (isExactReceipt(receipt)) {
            outlet.check(topic, record);
            const outcome = putResult(receipt, topic, record, settings.outlet.gzip);
            counts[outcome] += 1;
            if (outcome !== 'kept') return;
          } else {
            await outlet.send(topic, record);
            settleReceipt(receipt);
          }
          this.send([message, null, null]);
        } catch (cause) {
          const error = worded(RED, cause);
          // What was still waiting when the node closed comes again: its receipt stays open.
          if (error.code !== 'kafka-closed' && cause instanceof SwatError) refuseReceipt(receipt, cause);
          const refused: Loose = { ...message, error: { code: error.code, message: error.message } };
          this.send([null, refused, null]);
          throw cause;
        }
      };

      onInput(this, RED, status, (message) => {
        const command = commandOf(message);
        if (command === undefined) return write(message);
        const name = commandName(command, COMMANDS);
        const answer: Loose = { ...message, payload: { ok: true, command: name, ...metrics() } };
        delete answer.swat;
        this.send([null, null, answer]);
        return undefined;
      });

      nodeMetrics(this, { figures: () => outletFigures(outlet.state), waitsFor: () => outlet.state.problem?.code });
      outlet.start();
      const timers = [setInterval(show, 1000)];
      if (settings.metricsMs > 0) {
        timers.push(setInterval(() => tell({ event: 'metrics', ...metrics() }), settings.metricsMs));
      }
      show();
      this.on('close', (done: () => void) => {
        for (const timer of timers) clearInterval(timer);
        void outlet.close(PATIENCE_MS).then(() => {
          status.close();
          done();
        });
      });
    } catch (cause) {
      refuse(this, RED, cause);
    }
  });
};
