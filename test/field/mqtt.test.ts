import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { SparkplugHost } from '../../lib/sparkplug/host';
import { sparkplugTopic } from '../../lib/sparkplug/topic';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, removeUserDir } from '../harness/user-dir';
import { fieldExample, fieldUserDir, until } from './shared';
import { Mosquitto } from './mosquitto';

const SWAT = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
const FORMS = ['json', 'reading', 'sparkplug'] as const;

describe('example 25: samples in and alarms out over a real Mosquitto', function () {
  this.timeout(120_000);
  let broker: Mosquitto;
  let nodeRed: RunningNodeRed;
  let userDir: string;
  let client: MqttClient;
  const producers: ChildProcess[] = [];
  /** Alarms as JSON, and as metrics of Sparkplug by asset and name: each value that there was, the latest last. */
  const told: { topic: string; event: string; asset: string; text: string; onset: number }[] = [];
  const metrics = new Map<string, unknown[]>();
  const topics: string[] = [];
  const rebirths: unknown[] = [];

  before(async () => {
    broker = await Mosquitto.start();
    userDir = fieldUserDir();
    client = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`);
    const host = new SparkplugHost();
    client.on('message', (topic, payload) => {
      topics.push(topic);
      if (topic.startsWith('swat/alarms/')) {
        const { event, asset, text, onset } = JSON.parse(String(payload)) as { event: string; asset: string; text: string; onset?: { time: number } }; // prettier-ignore
        told.push({ topic, event, asset, text, onset: onset?.time ?? 0 });
        return;
      }
      const parsed = sparkplugTopic(topic);
      const heard = parsed && host.take(parsed, payload, Date.now());
      if (heard?.kind !== 'metrics') return;
      if (heard.rebirth !== undefined) rebirths.push(heard.rebirth);
      for (const { name, value } of heard.metrics) metrics.set(name, [...(metrics.get(name) ?? []), value]);
    });
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    await client.subscribeAsync(['swat/alarms/#', 'spBv1.0/swat/#'], { qos: 1 });
    const flows = fieldExample('25-mqtt.json', { 'mqtt-broker': { port: String(broker.port) } });
    nodeRed = await startNodeRed({ userDir, flows });
    await nodeRed.waitForLog(/Connected to broker/);
  });
  after(async () => {
    for (const child of producers) child.kill('SIGKILL');
    await client.endAsync(true);
    await nodeRed.stop();
    await broker.remove();
    removeUserDir(userDir);
  });

  const simulate = (form: (typeof FORMS)[number], ...more: string[]): ChildProcess => {
    const to = ['--to', `mqtt://127.0.0.1:${broker.port}/plant`, '--format', form, '--asset', form];
    const child = spawn(process.execPath, [SWAT, 'simulate', ...to, ...more], { stdio: ['ignore', 'ignore', 'pipe'] });
    producers.push(child);
    return child;
  };
  const raised = (asset: string): (typeof told)[number] | undefined =>
    told.find((each) => each.asset === asset && each.event === 'raised');

  it('the same attack is found in JSON, single readings and Sparkplug alike, and told in both forms', async () => {
    for (const form of FORMS) simulate(form, '--speed', '40x', '--attack', '16', '--after', '200', '--seed', '2041');
    await until('an alarm of each', () => FORMS.every((form) => raised(form) !== undefined), 80_000);
    const alarms = FORMS.map((form) => raised(form));
    for (const alarm of alarms) {
      assert.match(alarm?.topic ?? '', /^swat\/alarms\/(json|reading|sparkplug)\/(WARNING|CRITICAL)$/);
      assert.match(alarm?.text ?? '', /P3: LIT301/);
    }
    const [first, ...others] = alarms.map((alarm) => alarm?.text.replaceAll(/json|reading|sparkplug/g, 'it'));
    assert.deepEqual(others, [first, first], 'the same values, the same verdict');
    for (const form of FORMS) {
      // That of the first may have cleared before the last one is raised.
      await until(`${form} as Sparkplug`, () => metrics.get(`${form}/alarm/process/Active`)?.includes(true) === true);
      assert.ok(metrics.get(`${form}/alarm/process/Tag`)?.includes('LIT301'));
      assert.ok(topics.includes(`spBv1.0/swat/DBIRTH/alarms/${form}`));
    }
    assert.ok(topics.includes('spBv1.0/swat/NBIRTH/alarms'));
    assert.deepEqual(rebirths, [], 'births came before data, in their order');
  });

  it('the death of an edge node is lost communication at once, and no anomaly', async () => {
    const before = told.length;
    producers[2].kill('SIGKILL');
    await until('the death is told', () => told.slice(before).some(({ asset, text }) => asset === 'sparkplug' && /No data|no data|communication/i.test(text)), 30_000); // prettier-ignore
    await until('and as Sparkplug', () => metrics.get('sparkplug/alarm/communication/Active')?.at(-1) === true);
  });

  it('after a restart of Node-RED, which has heard no birth, the edge node is asked for one and all goes on', async () => {
    simulate('sparkplug', '--speed', '40x', '--seed', '2041', '--asset', 'again');
    await nodeRed.stop();
    nodeRed = await startNodeRed({ userDir });
    await nodeRed.waitForLog(/names metrics by alias/, 20_000);
    await until('a birth is asked for, and answered', () => nodeRed.log().includes('names metrics by alias'));
    const asked = nodeRed.log().match(/names metrics by alias/g)?.length;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(nodeRed.log().match(/names metrics by alias/g)?.length, asked, 'once');
    assert.doesNotMatch(nodeRed.log(), /\[error\]|uncaught/i);
  });
});
