import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SwatError } from '../../lib/errors';
import type {
  BrokerClient,
  BrokerSettings,
  ConsumeWatcher,
  KafkaRecord,
  RunningConsumer,
} from '../../lib/kafka/broker';
import { kafkajsClient } from '../../lib/kafka/kafkajs-client';
import { systemTimers } from '../../lib/platform/timers';
import { checkout } from './user-dir';

interface Ready {
  readonly pid: number;
  readonly plain: number;
  readonly tls: number;
  readonly sasl: number;
  readonly saslTls: number;
}

/** A real Apache Kafka of a test, on loopback; see scripts/kafka.mjs. Its ports stay the same over a restart. */
export class TestKafka {
  readonly folder = mkdtempSync(join(tmpdir(), 'swat-kafka-'));
  #child: ChildProcess | undefined;
  #ready: Ready | undefined;

  get ports(): Ready {
    if (this.#ready === undefined) throw new Error('Kafka was never started');
    return this.#ready;
  }

  /** The plain listener. */
  get address(): string {
    return `127.0.0.1:${this.ports.plain}`;
  }

  /** The CA that has signed the broker's certificate, and a client's. */
  pem(name: 'ca.pem' | 'client.crt' | 'client.key'): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  async start(): Promise<void> {
    const args = [join(checkout, 'scripts', 'kafka.mjs'), 'serve', '--port', '0', '--secure', '--dir', this.folder];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    this.#ready = await new Promise<Ready>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`Kafka ended (${String(code)}): ${text}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /^ready (.*)$/m.exec(text);
        if (found !== null) resolve(JSON.parse(found[1]) as Ready);
      });
    });
  }

  /** Ends it as its owner would. */
  stop(): Promise<void> {
    return this.#end(() => this.#child?.kill('SIGTERM'));
  }

  /** Ends it at once, as a power cut does. */
  kill(): Promise<void> {
    return this.#end(() => process.kill(this.ports.pid, 'SIGKILL'));
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(how: () => unknown): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    how();
    await gone;
    this.#child = undefined;
  }

  client(more: Partial<BrokerSettings> = {}): BrokerClient {
    const settings = { brokers: [this.address], clientId: 'test', connectMs: 3000, answerMs: 10_000, ...more };
    return kafkajsClient(settings, systemTimers);
  }

  /** Creates a topic of a name of its own. */
  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = `t${Math.random().toString(36).slice(2)}`;
    await this.create(topic, partitions, config);
    return topic;
  }

  async create(topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const admin = await this.client().admin();
    await admin.create([{ topic, partitions, replicas: 1, config }]);
    await admin.close();
  }

  /** Writes values, each with its number as key unless told otherwise. */
  async write(topic: string, values: readonly (string | Buffer)[], key?: string): Promise<void> {
    const producer = await this.client().produce({ idempotent: true, gzip: false });
    const records = values.map((value, index) => ({ key: key ?? String(index), value }));
    if (records.length > 0) await producer.send(topic, records);
    await producer.close();
  }

  /** All that a topic holds, by partition and offset. */
  async read(topic: string, count: number, patienceMs = 15_000): Promise<KafkaRecord[]> {
    const found: KafkaRecord[] = [];
    let enough: () => void = () => undefined;
    const got = new Promise<void>((resolve) => {
      enough = resolve;
      setTimeout(resolve, patienceMs);
    });
    const watcher: ConsumeWatcher = {
      assigned: () => undefined,
      begins: () => undefined,
      revoking: () => undefined,
      missed: () => undefined,
      failed: (cause) => {
        throw cause;
      },
      records: (records) => {
        found.push(...records);
        if (found.length >= count) enough();
      },
    };
    const group = `reader-${Math.random().toString(36).slice(2)}`;
    const wanted = { group, topics: [topic], sessionMs: 6000, fetchBytes: 4_000_000, settled: () => 0 };
    const begin = (): Promise<RunningConsumer> => this.client().consume({ ...wanted, from: 'oldest' }, watcher);
    // A broker that has just come up knows no coordinator of groups yet.
    const begun = async (tries: number): Promise<RunningConsumer> =>
      begin().catch(async (cause: unknown) => {
        if (tries === 0 || !(cause instanceof SwatError) || cause.code !== 'kafka-starting') throw cause;
        await pause(1000);
        return begun(tries - 1);
      });
    const consumer = await begun(20);
    await got;
    await consumer.close();
    return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  }
}
