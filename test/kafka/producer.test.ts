import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TIME_HEADER } from '../../lib/kafka/form';
import { TestKafka } from '../harness/kafka';
import { checkout } from '../harness/user-dir';

const SWAT = join(checkout, 'dist', 'lib', 'cli', 'swat.js');

describe('swat simulate --to kafka', function () {
  this.timeout(120_000);
  let kafka: TestKafka;
  before(async () => {
    kafka = new TestKafka();
    await kafka.start();
  });
  after(() => kafka.remove());

  const simulate = async (...args: string[]): Promise<{ code: number | null; stderr: string }> => {
    const child = spawn(process.execPath, [SWAT, 'simulate', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (/^sent [1-9]/m.test(stderr)) child.emit('running');
    });
    running = once(child, 'running');
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  };
  let running: Promise<unknown> = Promise.resolve();

  it('says that there is no such topic, and what to do', async () => {
    const { code, stderr } = await simulate('--to', `kafka://${kafka.address}/none`);
    assert.equal(code, 1);
    assert.match(stderr, /^swat simulate: There is no topic none, .*npx swat kafka init/);
  });

  it('loses no sample where the broker is killed and comes back, keyed by asset, in the order of each', async () => {
    const topic = await kafka.topic(3);
    const all = ['--hours', '0.1', '--assets', '3', '--rate', '100'];
    const run = simulate('--to', `kafka://${kafka.address}/${topic}`, ...all);
    await running;
    await kafka.kill();
    await kafka.start();
    const { code, stderr } = await run;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /sent 1080 samples in/);
    const times = new Map<string, number[]>();
    for (const { key, value, headers } of await kafka.read(topic, 1080)) {
      const list = times.get(String(key)) ?? [];
      times.set(String(key), list);
      const frame = JSON.parse(String(value)) as { timestamp: number; LIT101: number };
      assert.equal(frame.timestamp, Number(headers[TIME_HEADER]));
      assert.ok(Number.isFinite(frame.LIT101));
      list.push((frame.timestamp - Date.UTC(2026, 0, 1)) / 1000);
    }
    assert.deepEqual([...times.keys()].sort(), ['SWaT-1', 'SWaT-2', 'SWaT-3']);
    const seconds = Array.from({ length: 360 }, (_, second) => second);
    for (const list of times.values()) assert.deepEqual([...new Set(list)], seconds);
  });
});
