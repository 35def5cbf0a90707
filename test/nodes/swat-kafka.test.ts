import assert from 'node:assert/strict';
import { KafkaFlow, type Loose } from '../kafka/flow';

/** What needs no broker, on every version; the rest is in test/kafka. */
describe('swat-kafka-in and swat-kafka-out without a broker', function () {
  this.timeout(30_000);
  const flow = new KafkaFlow();
  const nobody = '127.0.0.1:1';
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  before(() => process.on('warning', onWarning));
  after(() => {
    process.removeListener('warning', onWarning);
    flow.remove();
  });
  afterEach(async () => {
    await flow.unload();
    flow.clear();
  });
  const until = async (what: string, ready: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 2000 && !ready(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(ready(), what);
  };
  const codes = (): unknown[] => flow.got.refused.map(({ error }) => (error as Loose).code);

  it('tell it once, in the status and the log, keep what waits up to their bound, and close at once', async () => {
    await flow.load({ brokers: nobody, in: {}, out: { queue: 2 } });
    for (const n of [1, 2, 3]) flow.send('out', { payload: { n } });
    await until('both tell', () => Object.values(flow.told).every(({ errors }) => errors.some((text) => text.includes('No Kafka broker')))); // prettier-ignore
    await until('both show it', () => Object.values(flow.told).every(({ statuses }) => statuses.some(({ fill, text }) => fill === 'red' && text?.startsWith('no broker')))); // prettier-ignore
    assert.deepEqual(codes(), ['kafka-full']);
    assert.match(flow.told.out.errors[0], /^2 records wait for swat-anomalies already/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal(flow.told.in.errors.length, 1);
    assert.equal(flow.told.out.errors.length, 2);
    assert.match(flow.told.in.errors[0], /^No Kafka broker answers at 127\.0\.0\.1:1\. Start it.*Tried again/);
    assert.equal(flow.events('problem').length, 2);
    assert.deepEqual(warnings, [], 'no timers of a negative time');
  });

  it('answer with figures, and refuse what is no command or has no receipt', async () => {
    await flow.load({ brokers: nobody, in: {}, out: {} });
    flow.send('out', { swat: { command: 'metrics' }, topic: 'desk' });
    flow.send('in', { swat: { command: 'metrics' } });
    flow.send('in', { swat: { command: 'fly' } });
    flow.send('in', { payload: 1 });
    flow.send('in', { kafka: { receipt: 'another/1/2' } });
    await until('all are settled', () => flow.got.figures.length === 1 && flow.told.in.errors.length >= 2);
    const { payload, topic } = flow.got.figures[0];
    const { ok, queued, sent } = payload as Loose;
    assert.deepEqual([topic, ok, queued, sent], ['desk', true, 0, 0]);
    assert.match(flow.told.in.errors.join('\n'), /commit, reject, pause, resume, metrics[^]*has no receipt/);
  });

  it('say what is wrong with their settings, and answer each message with it', async () => {
    await flow.load({ brokers: 'http://somewhere', in: {}, out: { topic: 'no name!' } });
    flow.send('out', { payload: 1 });
    flow.send('in', { payload: 1 });
    // What is wrong is told by the connection: theirs are the messages alone.
    await until('both are errors', () => Object.values(flow.told).every(({ errors }) => errors.length === 1));
    for (const { errors } of Object.values(flow.told))
      assert.match(errors[0], /settings of the Kafka connection "SWaT Kafka" cannot work\. .* is in the log/);
    await flow.unload();
    flow.clear();
    await flow.load({ brokers: nobody, in: { broker: '' } });
    flow.send('in', { payload: 1 });
    await until('none is chosen', () => flow.told.in.errors.length === 2);
    assert.match(flow.told.in.errors[0], /No Kafka connection is chosen/);
    await flow.unload();
    flow.clear();
    await flow.load({ brokers: nobody, in: { settle: 'sometimes' }, out: { topic: 'no name!' } });
    flow.send('out', { payload: 1 });
    flow.send('in', { payload: 1 });
    await until('both are errors', () => Object.values(flow.told).every(({ errors }) => errors.length === 2));
    assert.match(flow.told.out.errors[0], /"no name!" is no name of a topic/);
    assert.match(flow.told.in.errors[0], /handed, each, upto/);
  });
});
