import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../harness/admin';
import type { TestKafka } from '../harness/kafka';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { sharedKafka } from './shared';

interface Verdict {
  readonly asset: string;
  readonly time: number;
  readonly level: string;
}

describe('example 21, with a real Node-RED and a real broker', function () {
  this.timeout(170_000);
  let kafka: TestKafka;
  let userDir: string;
  let nodeRed: RunningNodeRed;
  const flow = (JSON.parse(readFileSync(join(checkout, 'examples', '21-kafka.json'), 'utf8')) as FlowNode[]).map(
    (node): FlowNode => ({
      ...node,
      ...(node.type === 'debug' ? { console: true } : {}),
      ...(node.type === 'swat-source' ? { factor: 40 } : {}),
    }),
  );
  const press = async (name: string): Promise<void> => {
    const button = flow.find((node) => node.type === 'inject' && node.name === name);
    assert.ok(button, name);
    await nodeRed.admin.inject(button.id);
  };
  const start = async (): Promise<void> => {
    nodeRed = await startNodeRed({ userDir, flows: flow, env: { SWAT_KAFKA_BROKERS: kafka.address } });
  };

  before(async () => {
    kafka = await sharedKafka();
    userDir = createUserDir();
    linkModule(userDir);
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('creates its topics, judges what comes through Kafka, tells the alarm, and goes on after a kill', async () => {
    const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
    const init = (partitions = '3'): string => {
      const args = ['kafka', 'init', '--brokers', kafka.address, '--partitions', partitions];
      const { stdout, stderr, status } = spawnSync(process.execPath, [swat, ...args], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return stdout + stderr;
    };
    assert.match(init(), /created\s+swat-sensor-data\s+3 partitions, 1 replicas, retention\.ms=604800000/);
    assert.match(init(), /^(is there .*\n){6}$/);
    assert.match(init('4'), /swat kafka: swat-state has 3 partitions, not 4: at most 3 processes/);

    await start();
    await nodeRed.waitForLog(/\[debug:figures\] lag \d+, [\d.]+\/s, 3 partitions/, 60_000);
    await press('No JSON');
    await nodeRed.waitForLog(/\[debug:dead letters\] A record is no JSON/, 20_000);
    await press('Start attack: LIT301 falls');
    await nodeRed.waitForLog(/\[debug:alarms\].*alarm in SWaT\. P3: LIT301/, 60_000);
    await nodeRed.kill();
    await start();
    await nodeRed.waitForLog(/\[debug:figures\] lag \d+, [\d.]+\/s, 3 partitions/, 60_000);
    await nodeRed.stop();
    assert.doesNotMatch(nodeRed.log(), /uncaught/i);

    const samples = await kafka.read('swat-sensor-data', Infinity, 4000);
    const verdicts = (await kafka.read('swat-anomalies', Infinity, 4000)).map(({ value, key }) => {
      assert.equal(String(key), 'SWaT');
      return JSON.parse(String(value)) as Verdict;
    });
    const times = samples
      .filter(({ headers }) => Object.hasOwn(headers, 'swat-time'))
      .map(({ headers }) => Number(headers['swat-time']));
    const judged = new Set(verdicts.map(({ time }) => time));
    // The group begins with what is newest then; the first window ends with its 60th sample.
    const first = Math.min(...judged);
    const last = Math.max(...judged);
    const missing = times.filter((time) => time > first && time < last && !judged.has(time));
    // At 40 times the speed of a plant, the saved window can be further back than what is committed, and is filled anew.
    assert.ok(missing.length <= 100, `${missing.length} samples without a verdict`);
    assert.ok(times.filter((time) => time < first).length > 59);
    assert.ok(verdicts.some(({ level }) => level === 'CRITICAL' || level === 'WARNING'));
    const alarms = (await kafka.read('swat-alerts', 1)).map(({ value }) => String(value));
    assert.ok(alarms.some((text) => text.includes('LIT301')));
    const [dead] = await kafka.read('swat-dead-letters', 1);
    assert.deepEqual([dead.headers['swat-error'], String(dead.value)], ['kafka-json', '{"LIT101": ']);
    process.stdout.write(`      ${times.length} samples, ${verdicts.length} verdicts, ${missing.length} without\n`);
  });
});
