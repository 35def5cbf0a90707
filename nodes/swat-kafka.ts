import { readFileSync } from 'node:fs';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { readBrokerSettings } from '../lib/kafka/broker-settings';
import { kafkajsClient } from '../lib/kafka/kafkajs-client';
import { systemTimers } from '../lib/platform/timers';
import type { KafkaNode } from './runtime/kafka-node';
import { nodeLog } from './runtime/logs';
import { registerNode } from './runtime/register';
import { readText } from './runtime/settings';
import { settingsEnv } from './runtime/settings-file';
import { worded } from './runtime/words';

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
        this.error(worded(RED, cause).message);
      }
    },
    { credentials: { user: { type: 'text' }, password: { type: 'password' } } },
  );
};
