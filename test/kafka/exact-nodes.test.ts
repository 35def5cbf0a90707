import assert from 'node:assert/strict';
import type { FlowNode } from '../harness/admin';
import type { TestKafka } from '../harness/kafka';
import { sharedKafka, until } from './shared';
import { WorkerProcess } from './workers';

const z = 'exact-tab';

/** A reader that reads exactly once, a function that stumbles over number 7, and a writer; what is caught goes back to the reader. */
function flowOf(topic: string, target: string, letters: string, n: number): FlowNode[] {
  const func = 'if (msg.payload.n === 7) throw new Error("unlucky"); return msg;';
  return [
    { id: z, type: 'tab', label: 'exact' },
    { id: 'kafka-config', type: 'swat-kafka', name: '', brokers: '' },
    { id: 'kafka-reader', z, x: 100, y: 100, type: 'swat-kafka-in', name: 'reader', broker: 'kafka-config', topics: topic, group: `g-${topic}`, from: 'oldest', settle: 'exact', stateTopic: `${topic}-state`, stateEvery: 0, letters, metrics: 1, wires: [['stumbles'], [], ['figures']] }, // prettier-ignore
    { id: 'stumbles', z, x: 200, y: 100, type: 'function', name: `round ${n}`, func, outputs: 1, wires: [['kafka-writer']] }, // prettier-ignore
    { id: 'kafka-writer', z, x: 300, y: 100, type: 'swat-kafka-out', name: '', broker: 'kafka-config', topic: target, key: 'key', maxKb: 2, wires: [[], [], []] }, // prettier-ignore
    { id: 'catches', z, x: 100, y: 200, type: 'catch', name: '', scope: ['stumbles'], wires: [['kafka-reader']] },
    { id: 'figures', z, x: 200, y: 200, type: 'debug', name: 'figures', active: true, console: true, complete: 'payload.state & " " & payload.partitions', targetType: 'jsonata', wires: [] }, // prettier-ignore
  ];
}

describe('nodes that read and write exactly once, in a real Node-RED', function () {
  this.timeout(120_000);
  let kafka: TestKafka;
  let worker: WorkerProcess | undefined;
  before(async () => {
    kafka = await sharedKafka();
  });
  after(() => worker?.end('stop'));

  it('write each result once over deploys in mid-batch, and what cannot be used with the letters, once', async () => {
    const topic = await kafka.topic(2);
    await kafka.create(`${topic}-state`, 2, { 'cleanup.policy': 'compact' });
    const [target, letters] = [await kafka.topic(2), await kafka.topic()];
    const values = Array.from({ length: 50 }, (_, n) => `{"n":${n}}`);
    await kafka.write(topic, [...values, 'no JSON', `{"large":"${'x'.repeat(3000)}"}`]);
    worker = await WorkerProcess.start(kafka, flowOf(topic, target, letters, 0));
    await worker.red.waitForLog(/running 2/, 60_000);
    for (const round of [1, 2, 3]) {
      await kafka.write(
        topic,
        Array.from({ length: 100 }, (_, n) => `{"n":${round * 100 + n}}`),
      );
      // All of it, or only the node in the middle: the reader stays, then.
      await worker.red.admin.deploy(flowOf(topic, target, letters, round), round === 2 ? 'nodes' : 'full');
    }
    const expected = [...values, ...Array.from({ length: 300 }, (_, n) => `{"n":${100 + n}}`)]
      .filter((value) => value !== '{"n":7}')
      .sort();
    const all = await kafka.read(target, expected.length, 60_000);
    assert.equal(all.length, expected.length);
    const written = (await kafka.read(target, Infinity, 3000)).map(({ value }) => String(value)).sort();
    assert.deepEqual(written, expected);
    const told = await kafka.read(letters, Infinity, 3000);
    assert.deepEqual(told.map(({ headers }) => headers['swat-error']).sort(), [
      'kafka-json',
      'kafka-refused',
      'kafka-too-large',
    ]);
    assert.ok(told.some(({ headers }) => headers['swat-text'].includes('unlucky')));
    const red = worker.red;
    await until('it is well', () => red.log().includes('running 2'));
    assert.doesNotMatch(red.log(), /uncaught|Unexpected error/i);

    const metrics = await (await fetch(`${red.url}/swat/metrics`)).text();
    const figure = (name: string, label = ''): number => {
      const line = metrics.split('\n').find((each) => each.startsWith(`swat_kafka_${name}{`) && each.includes(label));
      return Number(line?.slice(line.lastIndexOf(' ') + 1));
    };
    assert.equal(figure('lanes', 'state="running"'), 2);
    assert.equal(figure('lanes', 'state="restoring"'), 0);
    assert.equal(figure('partitions'), 2);
    // Of the reader since the last deploy.
    for (const name of ['received_records_total', 'results_total', 'states_total', 'commits_total'])
      assert.ok(figure(name) > 0, `${name} is ${figure(name)}`);
    assert.equal(figure('fenced_total'), 0);
    assert.equal((await fetch(`${red.url}/swat/ready`)).status, 200);
  });
});
