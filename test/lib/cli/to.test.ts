import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { readPace } from '../../../lib/cli/to/pump';
import { assetNames } from '../../../lib/cli/to/run';
import { readTarget } from '../../../lib/cli/to/target';
import { SwatError } from '../../../lib/errors';
import { PACKAGE_FOLDER } from '../../../lib/platform/product';
import { decodePayload } from '../../../lib/sparkplug/decode';
import { mqttEndpoint } from '../../harness/endpoints';
import { eventually } from '../../harness/eventually';
import { withFolder } from '../model/sample';

const SWAT_COMMAND = join(PACKAGE_FOLDER, 'dist', 'lib', 'cli', 'swat.js');

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stderr(): string;
}

function swat(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [SWAT_COMMAND, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, ended: once(child, 'close').then(([code]) => code as number | null), stderr: () => stderr };
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (cause) {
    if (cause instanceof SwatError) return `${cause.code} ${JSON.stringify(cause.details)}`;
    throw cause;
  }
  return 'taken';
};

describe('where samples are sent to', () => {
  for (const [text, expected] of [
    ['kafka://a:9093,b/topic', { scheme: 'kafka', addresses: [{ host: 'a', port: 9093 }, { host: 'b', port: 9092 }], path: 'topic', user: '', password: '' }],
    ['MQTT://localhost', { scheme: 'mqtt', addresses: [{ host: 'localhost', port: 1883 }], path: '', user: '', password: '' }],
    ['mqtts://ann:p%40ss:word@h/a/b', { scheme: 'mqtts', addresses: [{ host: 'h', port: 8883 }], path: 'a/b', user: 'ann', password: 'p@ss:word' }],
    ['modbus://[::1]:1502', { scheme: 'modbus', addresses: [{ host: '::1', port: 1502 }], path: '', user: '', password: '' }],
  ] as const) {
    it(`reads ${text}, and shows no password`, () => {
      const { shown, ...target } = readTarget(text);
      assert.deepEqual(target, expected);
      assert.doesNotMatch(shown, /ann|p@ss|p%40ss/);
    });
  } // prettier-ignore

  for (const text of ['', 'localhost:1883', 'mqtt://', 'mqtt://a:b:c', 'mqtt://h:0', 'mqtt://h:70000', 'mqtt://a,b', 'mqtt://u:secret@', 'mqtt://u:se@cret@h:x/t', 'mqtt://h/%zz', 'mqtt://h/t?q']) {
    it(`refuses "${text}" without telling a password`, () => {
      const said = codeOf(() => readTarget(text));
      assert.match(said, /^to-url /);
      assert.doesNotMatch(said, /secret|cret/);
    });
  } // prettier-ignore
  it('refuses a scheme that it does not know', () =>
    assert.match(
      codeOf(() => readTarget('amqp://h')),
      /^to-scheme /,
    ));
  it('refuses a pace that is none', () => {
    assert.deepEqual([readPace('10', undefined), readPace(undefined, '2.5x'), readPace(undefined, undefined)], [{ rate: 10 }, { speed: 2.5 }, { speed: 1 }]); // prettier-ignore
    assert.deepEqual(readPace('max', undefined), { rate: Infinity });
    for (const [rate, speed] of [['0', undefined], ['fast', undefined], [undefined, '-1x'], ['1', '1'], ['', undefined]]) {
      assert.match(codeOf(() => readPace(rate, speed)), /^to-pace /);
    } // prettier-ignore
  });
  it('numbers several assets', () => {
    assert.deepEqual(assetNames('a', 1), ['a']);
    assert.deepEqual(assetNames('a', 10).slice(8), ['a-09', 'a-10']);
  });
});

describe('swat replay and swat simulate, to an MQTT broker', function () {
  this.timeout(60_000);
  let broker: Awaited<ReturnType<typeof mqttEndpoint>>;
  beforeEach(async () => (broker = await mqttEndpoint()));
  afterEach(() => broker.stop());
  const to = (): string[] => ['--to', `mqtt://127.0.0.1:${broker.port}`];
  const frames = (): Record<string, number>[] =>
    broker.got.map(({ payload }) => JSON.parse(payload) as Record<string, number>);

  it('sends every line of a file, tells the broken ones, and goes on where the broker was gone', () =>
    withFolder(async (folder) => {
      const lines = Array.from({ length: 300 }, (_, at) => `2026-01-01T00:${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}Z,${at},2`); // prettier-ignore
      lines.splice(100, 0, 'no time,1,2', '2026-01-01T00:00:00Z');
      const path = join(folder, 'a.csv');
      writeFileSync(path, `Timestamp,LIT1,P1\n${lines.join('\n')}\n`);
      const run = swat(['replay', path, ...to(), '--rate', '100', '--asset', 'line/1']);
      await eventually(() => broker.got.length >= 50, 'it begins', 20_000);
      await broker.stop();
      await new Promise((resolve) => setTimeout(resolve, 1200));
      await broker.start();
      assert.equal(await run.ended, 0, run.stderr());
      const values = frames().map(({ LIT1 }) => LIT1);
      assert.deepEqual(
        [...new Set(values)],
        Array.from({ length: 300 }, (_, at) => at),
        'each, in its order',
      );
      assert.equal(frames()[0].timestamp, Date.UTC(2026, 0, 1));
      assert.deepEqual([...new Set(broker.got.map(({ topic, qos }) => `${topic} ${qos}`))], ['swat/line_1 1']);
      for (const line of [
        /^Line 102 has no readable time: "no time"\.$/m,
        /^sent \d+, [\d.]+\/s, behind [\d.]+ s, \d+ unacknowledged, left [1-9]\d* %$/m,
        /^(The connection to mqtt:\S+ is lost|No MQTT broker answers at)/m,
        /^sent 300 samples in [\d.]+ s, [\d.]+\/s$/m,
        /^2 lines of the file could not be read/m,
      ]) {
        assert.match(run.stderr(), line);
      }
    }));

  it('ends in order when it is interrupted, with what is acknowledged', async () => {
    const run = swat(['simulate', ...to(), '--rate', '50', '--assets', '2', '--now']);
    const start = Date.now();
    await eventually(() => broker.got.length >= 40, 'it runs', 20_000);
    run.child.kill('SIGINT');
    assert.equal(await run.ended, 0, run.stderr());
    const [, sent] = /sent (\d+) samples in/.exec(run.stderr()) ?? [];
    assert.equal(broker.got.length, Number(sent));
    assert.deepEqual([...new Set(broker.got.map(({ topic }) => topic))], ['swat/SWaT-1', 'swat/SWaT-2']);
    const first = frames()[0].timestamp;
    assert.ok(first >= start && first <= Date.now(), 'the first is of now');
    assert.equal(frames()[2].timestamp - first, 1000);
  });

  it('repeats a file with times that go on, a message a tag', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'a.csv');
      writeFileSync(path, 'Timestamp,LIT1\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:10Z,2\n');
      const run = swat(['replay', path, ...to(), '--repeat', '--rate', '100', '--format', 'reading']);
      await eventually(() => broker.got.length >= 6, 'three times', 20_000);
      run.child.kill('SIGINT');
      assert.equal(await run.ended, 0, run.stderr());
      const times = frames().slice(0, 6).map(({ timestamp }) => (timestamp - Date.UTC(2026, 0, 1)) / 1000); // prettier-ignore
      assert.deepEqual(times, [0, 10, 20, 30, 40, 50]);
      assert.deepEqual(broker.got[0].topic, 'swat/SWaT/LIT1');
      assert.deepEqual(frames()[1], { tag: 'LIT1', value: 2, timestamp: Date.UTC(2026, 0, 1, 0, 0, 10), quality: 192 });
    }));

  for (const [name, args] of [
    ['simulate', ['simulate']],
    ['replay', ['replay', 'a.csv', '--repeat']],
  ] as const) {
    it(`an edge node of Sparkplug that is interrupted tells its own death last: ${name}`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'a.csv');
        writeFileSync(path, 'Timestamp,LIT1\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,2\n');
        const heard: { topic: string; payload: Buffer }[] = [];
        const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
        client.on('message', (topic, payload) => void heard.push({ topic: topic.split('/').slice(2, 3).join(), payload }));
        await client.subscribeAsync('spBv1.0/#', { qos: 1 });
        const given = args.map((each) => (each === 'a.csv' ? path : each));
        const run = swat([...given, ...to(), '--format', 'sparkplug', '--rate', '100']);
        try {
          await eventually(() => heard.length >= 20, 'it runs', 20_000);
          run.child.kill('SIGINT');
          assert.equal(await run.ended, 0, run.stderr());
          await eventually(() => heard.at(-1)?.topic === 'NDEATH', 'its death, at the end', 3000);
          assert.deepEqual(heard.filter(({ topic }) => topic.startsWith('N')).map(({ topic, payload }) => {
            const { name, value } = decodePayload(payload).metrics[0];
            return `${topic} ${name} ${String(value)}`;
          }), ['NBIRTH bdSeq 0', 'NDEATH bdSeq 0']);
        } finally {
          await client.endAsync(true);
        }
      }));
  } // prettier-ignore

  for (const [name, args, line] of [
    ['no broker', ['--to', 'mqtt://ann:secret@127.0.0.1:1'], /No MQTT broker answers at mqtt:\/\/127\.0\.0\.1:1\. Start it/],
    ['an unknown host', ['--to', 'mqtt://no-such-host.invalid'], /The host of mqtt:\/\/no-such-host\.invalid is not known/],
    ['no address', ['--to', 'somewhere'], /"somewhere" is no address/],
    ['a form of another', ['--to', 'kafka://h', '--format', 'sparkplug'], /"format" is sparkplug; it must be one of: json, reading, csv/],
    ['both ends', ['--to', 'mqtt://h', '--out', 'a.csv'], /either --to or --out/],
    ['a pace for a file', ['--rate', '3'], /--rate needs --to/],
  ] as const) {
    it(`says in one line what is wrong: ${name}`, async () => {
      const run = swat(['simulate', ...args]);
      assert.equal(await run.ended, 1);
      assert.match(run.stderr(), line);
      assert.match(run.stderr(), /^swat simulate: [^\n]+\n$/);
      assert.doesNotMatch(run.stderr(), /secret|__\w+__/);
    });
  } // prettier-ignore

  it('says in one line that there is no such file, and connects to nothing', async () => {
    const run = swat(['replay', 'none.csv', ...to()]);
    assert.equal(await run.ended, 1);
    assert.equal(run.stderr(), 'swat replay: There is no file none.csv.\n');
  });
});
