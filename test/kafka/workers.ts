import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka } from 'kafkajs';
import type { KafkaRecord, RunningProducer } from '../../lib/kafka/broker';
import { TIME_HEADER } from '../../lib/kafka/form';
import { createPlantSimulation } from '../../lib/plant/sim/plant';
import { SWAT } from '../../lib/plant/swat';
import type { FlowNode } from '../harness/admin';
import type { TestKafka } from '../harness/kafka';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** Topics of one run of the flow. */
export interface RunTopics {
  readonly data: string;
  readonly anomalies: string;
  readonly alerts: string;
  readonly state: string;
}

/** Windows have so many samples: the first verdict of an asset is about the last of them. */
export const WINDOW = 60;
const START = Date.UTC(2026, 0, 1);

/** Example 26 as it is, but for the names of topics and groups, and figures in the log. */
export function workersFlow(run: string, topics: RunTopics): FlowNode[] {
  const example = JSON.parse(readFileSync(join(checkout, 'examples', '26-kafka-workers.json'), 'utf8')) as FlowNode[];
  const names: Readonly<Record<string, string>> = {
    'swat-sensor-data': topics.data,
    'swat-anomalies': topics.anomalies,
    'swat-alerts': topics.alerts,
  };
  return example.map((node) => {
    const renamed = (name: unknown): unknown => names[String(name)] ?? name;
    if (node.type === 'swat-kafka-in') {
      return { ...node, topics: renamed(node.topics), group: `${String(node.group)}-${run}`, stateTopic: topics.state, letters: '', metrics: 1 }; // prettier-ignore
    }
    if (node.type === 'swat-kafka-out') return { ...node, topic: renamed(node.topic) };
    // Alarms clear by themselves within the test.
    if (node.type === 'swat-alert') return { ...node, offDelay: 5 };
    return node.type === 'debug' ? { ...node, console: true } : node;
  });
}

/** A headless Node-RED with the flow, in a user directory of its own. */
export class WorkerProcess {
  private constructor(
    readonly red: RunningNodeRed,
    private readonly userDir: string,
  ) {}

  static async start(kafka: TestKafka, flows: readonly FlowNode[]): Promise<WorkerProcess> {
    const userDir = createUserDir();
    linkModule(userDir);
    try {
      const env = { SWAT_KAFKA_BROKERS: kafka.address, SWAT_METRICS: '1' };
      const red = await startNodeRed({ userDir, flows, env, patience: 120_000 });
      return new WorkerProcess(red, userDir);
    } catch (cause) {
      removeUserDir(userDir);
      throw cause;
    }
  }

  async end(how: 'kill' | 'stop'): Promise<void> {
    await this.red[how]();
    removeUserDir(this.userDir);
  }
}

/** Waits until the readers of alarms have put all these verdicts into transactions. */
export async function allTaken(
  kafka: TestKafka,
  run: string,
  topic: string,
  verdicts: readonly KafkaRecord[],
): Promise<void> {
  const last = new Map<number, number>();
  for (const { partition, offset } of verdicts) last.set(partition, Math.max(offset, last.get(partition) ?? 0));
  const admin = new Kafka({ brokers: [kafka.address], logCreator: () => () => undefined }).admin();
  await admin.connect();
  try {
    for (;;) {
      const [{ partitions }] = await admin.fetchOffsets({ groupId: `swat-alarms-${run}`, topics: [topic] });
      const at = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      if ([...last].every(([partition, offset]) => (at.get(partition) ?? 0) > offset)) return;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  } finally {
    await admin.disconnect();
  }
}

/**
 * Samples of many simulated plants, each of its own seed; of every third one level sensor says nonsense for a while. What was
 * written is known: frame n of an asset is of second n.
 */
export class Plants {
  readonly names: readonly string[];
  readonly #plants: readonly ReturnType<typeof createPlantSimulation>[];
  #frame = 0;

  constructor(
    count: number,
    private readonly wrongFrom: number,
    private readonly wrongTo: number,
  ) {
    this.names = Array.from({ length: count }, (_, n) => `plant-${String(n).padStart(3, '0')}`);
    this.#plants = this.names.map((_, seed) => createPlantSimulation({ seed, startTime: START }));
  }

  get frames(): number {
    return this.#frame;
  }

  /** The next frame of every plant. */
  async write(producer: RunningProducer, topic: string): Promise<void> {
    const wrong = this.#frame >= this.wrongFrom && this.#frame < this.wrongTo;
    const records = this.#plants.map((plant, n) => {
      const { values, time } = plant.step();
      const named = Object.fromEntries(SWAT.tags.map(({ name }, index) => [name, values[index]]));
      if (wrong && n % 3 === 0) named.LIT301 = 200 + (this.#frame % 7) * 20;
      return { key: this.names[n], value: JSON.stringify(named), headers: { [TIME_HEADER]: String(time) } };
    });
    this.#frame += 1;
    for (;;) {
      try {
        await producer.send(topic, records);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
}

export interface Verdict extends Record<string, unknown> {
  readonly asset: string;
  readonly time: number;
}

/** What was read of a topic, by asset, in the order of its partition. */
export function byAsset(records: readonly KafkaRecord[]): Map<string, Verdict[]> {
  const found = new Map<string, Verdict[]>();
  for (const { key, value } of records) {
    const asset = String(key);
    const list = found.get(asset) ?? [];
    found.set(asset, list);
    list.push(JSON.parse(String(value)) as Verdict);
  }
  return found;
}
