import { readFileSync } from 'node:fs';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../lib/errors';
import { readBrokerSettings } from '../lib/kafka/broker-settings';
import { kafkajsClient } from '../lib/kafka/kafkajs-client';
import { systemTimers } from '../lib/platform/timers';
import type { KafkaNode } from './runtime/kafka-node';
import { nodeLog } from './runtime/logs';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { isOfSettingsFile, saidWhere, settingsEnv, tellFault } from './runtime/settings-file';
import { worded, words } from './runtime/words';

type Definition = NodeDef & Record<string, unknown>;
/** What the core node tls-config has for us. */
interface TlsNode {
  addTLSOptions(options: Record<string, unknown>): void;
}
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** `swat-kafka`: how to reach the brokers. It connects to nothing by itself: the nodes that use it do. */
export = (RED: NodeAPI): void => {
  registerNode(
    RED,
    'swat-kafka',
    function (this: Node, definition: Definition) {
      nodeLog(RED, this);
      const own = this as unknown as Writable<KafkaNode>;
      own.client = undefined;
      own.group = '';
      try {
        const secrets = (this as { credentials?: Record<string, unknown> }).credentials ?? {};
        const tls = readText(definition.tls);
        const tlsNode = tls === '' ? undefined : (RED.nodes.getNode(tls) as unknown as TlsNode | null);
        const settings = readBrokerSettings(
          { ...(definition as object), ...secrets },
          {
            env: settingsEnv(RED),
            readFile: (path) => readFileSync(path, 'utf8'),
            addTls: (options) => tlsNode?.addTLSOptions(options),
          },
        );
        own.group = settings.group;
        own.client = kafkajsClient(settings, systemTimers);
      } catch (cause) {
        if (isOfSettingsFile(cause)) tellFault(RED, cause);
        else this.error(withSource(RED, cause));
      }
    },
    { credentials: { user: { type: 'text' }, password: { type: 'password' } } },
  );
};

/** What is wrong, and where that stands where it is not in the dialog. */
function withSource(RED: NodeAPI, cause: unknown): string {
  const { message } = worded(RED, cause);
  const variable = cause instanceof SwatError ? cause.details.variable : undefined;
  if (typeof variable !== 'string') return message;
  return words(RED, 'sentences.kafka-said-where', { text: message, where: saidWhere(RED, variable) });
}
