import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SwatError } from '../../lib/errors';
import type { Chain } from '../../lib/kafka/chain';
import { createChain } from '../../nodes/runtime/kafka-chain';
import { kafkaReceipt } from '../../nodes/runtime/kafka-receipts';
import { tracking } from '../../nodes/runtime/kafka-tracking';
import { worded } from '../../nodes/runtime/words';
import type { ExactAnswer, ExactOrder, Got } from './exact-order';

interface Probe extends Node {
  order?: (order: ExactOrder) => Promise<ExactAnswer>;
}

const got: Got[] = [];
let last = 0;

/**
 * Nodes for tests of the nodes behind an exact reader, without Kafka: `exact-probe` is such a reader, and does what it is told by
 * HTTP; `exact-sink` keeps what comes to it; `exact-mute` never says that it is done; `exact-old` takes no `done`.
 */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType('exact-probe', function (this: Probe, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const name = `probe-${this.id}`;
    const lane = `${name}/1`;
    const own = new Set<string>();
    let count = 0;
    const chain: Chain = createChain(RED, this, {
      name,
      receiptFor: (asset) => (own.has(asset) ? `${lane}/self` : undefined),
      touched: () => undefined,
    });
    const give = (message: Record<string, unknown>, rerun?: boolean): void => {
      count += 1;
      const kafka = { receipt: `${lane}/${count}`, ...(rerun === true ? { rerun } : {}) };
      this.send({ ...message, kafka });
    };
    const median = (work: () => void): number => {
      const times = Array.from({ length: 200 }, () => {
        const from = performance.now();
        work();
        return performance.now() - from;
      });
      return times.sort((a, b) => a - b)[100] * 1000;
    };
    this.order = async (order) => {
      const { asset = '', messages = [] } = order;
      await chain.ready();
      switch (order.do) {
        case 'send':
          for (const message of messages) give(message);
          return {};
        case 'run': {
          got.length = 0;
          last = performance.now();
          for (const message of messages) give(message, order.rerun);
          const { late } = await chain.quiet(lane);
          return { late, got: [...got], afterMs: performance.now() - last };
        }
        case 'quiet':
          return { ...(await chain.quiet(lane)) };
        case 'capture':
          return { state: chain.capture(asset).toString('base64') };
        case 'restore':
          chain.restore(asset, Buffer.from(order.state ?? '', 'base64'));
          return {};
        case 'forget':
          chain.forget(asset);
          return {};
        case 'assets':
          return { assets: [...chain.assets()] };
        case 'own':
          own.add(asset);
          return {};
        case 'lateMs':
          tracking.lateMs = order.value ?? 0;
          return {};
        case 'times': {
          const state = chain.capture(asset);
          const captureUs = median(() => chain.capture(asset));
          const restoreUs = median(() => {
            chain.restore(asset, state);
          });
          return { captureUs, restoreUs, bytes: state.length };
        }
      }
    };
    this.on('close', () => {
      chain.close();
    });
  });

  RED.httpAdmin.post('/exact/:id', (request, response) => {
    const node = RED.nodes.getNode(request.params.id) as Probe;
    node.order?.(request.body as ExactOrder).then(
      (answer) => void response.json(answer),
      (cause: unknown) => {
        const code = cause instanceof SwatError ? cause.code : 'unexpected';
        response.json({ error: { code, text: worded(RED, cause).message } });
      },
    );
  });
  RED.httpAdmin.get('/exact', (_request, response) => {
    response.json(got);
  });

  RED.nodes.registerType('exact-sink', function (this: Node, definition: NodeDef & { holdMs?: number }) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message, _send, done) => {
      setTimeout(() => {
        last = performance.now();
        got.push({ sink: this.id, message: { ...message, receipt: kafkaReceipt(message) } });
        done();
      }, definition.holdMs ?? 0);
    });
  });

  RED.nodes.registerType('exact-mute', function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message, send, done) => {
      if (message.payload === 'say') done();
      else send(message);
    });
  });

  RED.nodes.registerType('exact-old', function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message) => {
      this.send(message);
    });
  });
};
