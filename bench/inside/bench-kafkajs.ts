import { CompressionTypes, Kafka } from 'kafkajs';
import type { Node, NodeAPI, NodeDef } from 'node-red';

interface Settings extends NodeDef {
  readonly brokers: string;
  readonly topic: string;
  /** Reads the topic with this group; empty: writes it. */
  readonly group: string;
}

interface Passed {
  readonly payload?: unknown;
  readonly timestamp?: number;
  readonly asset?: string;
}

/** Kafka as it is put into a function node by the book: `eachMessage`, offsets committed by themselves, a `send` for each message. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType('bench-kafkajs', function (this: Node, settings: Settings) {
    RED.nodes.createNode(this, settings);
    const { brokers, topic, group } = settings;
    const kafka = new Kafka({ brokers: brokers.split(','), logCreator: () => () => undefined });
    const fail = (cause: unknown): void => this.error(String(cause));
    if (group !== '') {
      const consumer = kafka.consumer({ groupId: group });
      consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
      const run = async (): Promise<void> => {
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({
          eachMessage: ({ message: { key, value, headers } }) => {
            const payload: unknown = JSON.parse(String(value));
            const message = { payload, asset: String(key), timestamp: Number(String(headers?.['swat-time'])) };
            this.send(message);
            return Promise.resolve();
          },
        });
      };
      run().catch(fail);
      this.on('close', (done: () => void) => void consumer.disconnect().then(done, done));
      return;
    }
    const producer = kafka.producer();
    const connected = producer.connect();
    connected.catch(fail);
    this.on('input', (message, _send, done) => {
      const { payload, timestamp, asset = null } = message as Passed;
      const headers = { 'swat-time': String(timestamp) };
      const messages = [{ key: asset, value: JSON.stringify(payload), headers }];
      connected
        .then(() => producer.send({ topic, compression: CompressionTypes.None, messages }))
        .then(() => done(), done);
    });
    this.on('close', (done: () => void) => void producer.disconnect().then(done, done));
  });
};
