import { SwatError } from '../../../lib/errors';
import type {
  Assignment,
  BrokerClient,
  ConsumeSettings,
  ConsumeWatcher,
  KafkaRecord,
  OutRecord,
  Position,
  RunningConsumer,
  Transaction,
  Transactor,
} from '../../../lib/kafka/broker';

interface Written {
  readonly record: OutRecord | undefined;
  /** `undefined` outside of a transaction. */
  readonly part: { state: 'open' | 'committed' | 'aborted' } | undefined;
}

interface Committed {
  readonly offset: number;
  readonly note: string;
}

/** What a transaction may meet: lost before anything, left open in the middle, or committed without a word of it. */
export type Fault = 'before' | 'open' | 'after';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Brokers in memory that obey transactions and fencing; how a real one does it is tested against one, in test/kafka. */
export class MemoryCluster {
  readonly #topics = new Map<string, Written[][]>();
  readonly #epochs = new Map<string, number>();
  readonly #open = new Map<string, { state: 'open' | 'committed' | 'aborted'; places: Set<string> }>();
  readonly #groups = new Map<string, Map<string, Committed>>();
  readonly #members: Member[] = [];
  /** For the next transactions of any process. */
  readonly faults: Fault[] = [];

  topic(name: string, partitions: number): void {
    this.#topics.set(
      name,
      Array.from({ length: partitions }, () => []),
    );
  }

  /** As a producer outside of this product would. */
  append(topic: string, partition: number, record: OutRecord): number {
    const log = this.#log(topic, partition);
    log.push({ record, part: undefined });
    this.#pump();
    return log.length - 1;
  }

  /** Everything that a reader of committed records sees. */
  committed(topic: string): OutRecord[] {
    return (this.#topics.get(topic) ?? []).flatMap((log) =>
      log.flatMap(({ record, part }) =>
        record !== undefined && part?.state !== 'aborted' && part?.state !== 'open' ? [record] : [],
      ),
    );
  }

  position(group: string, topic: string, partition: number): Committed | undefined {
    return this.#groups.get(group)?.get(`${topic}/${partition}`);
  }

  setPosition(group: string, topic: string, partition: number, committed: Committed): void {
    const positions = this.#groups.get(group) ?? new Map<string, Committed>();
    this.#groups.set(group, positions.set(`${topic}/${partition}`, committed));
  }

  client(): MemoryProcess {
    return new MemoryProcess(this);
  }

  /** Takes a name over: what was open under it is aborted. */
  take(id: string): number {
    const epoch = (this.#epochs.get(id) ?? 0) + 1;
    this.#epochs.set(id, epoch);
    this.#end(id, 'aborted');
    return epoch;
  }

  async commit(id: string, epoch: number, { records, position }: Transaction): Promise<void> {
    const fault = this.faults.shift();
    if (fault === 'before') throw new SwatError('kafka-no-answer', { broker: 'memory' });
    this.#fence(id, epoch);
    const part: { state: 'open' | 'committed' | 'aborted'; places: Set<string> } = { state: 'open', places: new Set() };
    this.#open.set(id, part);
    for (const { topic, record } of records) {
      const logs = this.#topics.get(topic);
      if (logs === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
      if (topic === 'results' && String(record.value).startsWith('POISON'))
        throw new SwatError('kafka-record', { topics: topic });
      const partition = record.partition ?? String(record.key).length % logs.length;
      this.#log(topic, partition).push({ record, part });
      part.places.add(`${topic}/${partition}`);
    }
    await turn();
    if (fault === 'open') throw new SwatError('kafka-closed-by-broker', { broker: 'memory' });
    this.#fence(id, epoch);
    if (position !== undefined) {
      const { group, topic, partition, offset, note } = position;
      this.setPosition(group, topic, partition, { offset, note });
    }
    this.#end(id, 'committed');
    if (fault === 'after') throw new SwatError('kafka-no-answer', { broker: 'memory' });
    await turn();
  }

  join(member: Member): void {
    this.#members.push(member);
    this.share(member.settings.group);
  }

  leave(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    this.share(member.settings.group);
  }

  /** Shares the partitions of a group out anew. */
  share(group: string): void {
    const members = this.#members.filter(({ settings }) => settings.group === group);
    for (const each of members) each.watcher.revoking();
    members.forEach((member, index) => {
      const [topic] = member.settings.topics;
      const count = this.#topics.get(topic)?.length ?? 0;
      const mine = Array.from({ length: count }, (_, partition) => partition).filter(
        (partition) => partition % members.length === index,
      );
      member.assign({ [topic]: mine });
    });
  }

  /** Records from an offset on, as far as no open transaction is in the way; and the next offset. */
  read(topic: string, partition: number, from: number, most: number): { records: KafkaRecord[]; next: number } {
    const log = this.#log(topic, partition);
    const records: KafkaRecord[] = [];
    let next = from;
    for (; next < log.length && records.length < most; next += 1) {
      const { record, part } = log[next];
      if (part?.state === 'open') break;
      if (record !== undefined && part?.state !== 'aborted') records.push(recordOf(topic, partition, next, record));
    }
    return { records, next };
  }

  end(topic: string, partition: number): number {
    return this.#log(topic, partition).length;
  }

  get sizes(): ReadonlyMap<string, number> {
    return new Map([...this.#topics].map(([name, { length }]) => [name, length]));
  }

  #fence(id: string, epoch: number): void {
    if (this.#epochs.get(id) !== epoch) throw new SwatError('kafka-fenced', { transaction: id });
  }

  #end(id: string, state: 'committed' | 'aborted'): void {
    const part = this.#open.get(id);
    if (part?.state === 'open') {
      part.state = state;
      for (const place of part.places) {
        const [topic, partition] = place.split('/');
        this.#log(topic, Number(partition)).push({ record: undefined, part });
      }
    }
    this.#open.delete(id);
    this.#pump();
  }

  #log(topic: string, partition: number): Written[] {
    const log = this.#topics.get(topic)?.[partition];
    if (log === undefined) throw new SwatError('kafka-topic-missing', { topics: topic });
    return log;
  }

  #pump(): void {
    for (const member of this.#members) member.pump();
  }
}

/** The client of one process, which can end without a word. */
export class MemoryProcess implements BrokerClient {
  #dead = false;
  readonly members: Member[] = [];

  constructor(readonly cluster: MemoryCluster) {}

  /** As by kill -9: nothing it waits for comes any more. The group notices by itself. */
  kill(): void {
    this.#dead = true;
    for (const member of this.members) member.kill();
  }

  async consume(settings: ConsumeSettings, watcher: ConsumeWatcher): Promise<RunningConsumer> {
    await this.alive();
    const member = new Member(this, settings, watcher);
    this.members.push(member);
    this.cluster.join(member);
    return member;
  }

  async transact(id: string): Promise<Transactor> {
    await this.alive();
    const epoch = this.cluster.take(id);
    await this.alive();
    return {
      commit: async (transaction) => {
        await this.alive();
        await this.cluster.commit(id, epoch, transaction);
        await this.alive();
      },
      close: () => Promise.resolve(),
    };
  }

  produce(): never {
    throw new Error('not here');
  }

  admin(): ReturnType<BrokerClient['admin']> {
    return Promise.resolve({
      topics: () => Promise.resolve(this.cluster.sizes),
      create: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  }

  async alive(): Promise<void> {
    await turn();
    if (this.#dead) await new Promise(() => undefined);
  }
}

class Member implements RunningConsumer {
  #assignment: Assignment = {};
  readonly #next = new Map<string, number>();
  #pumping = false;
  #dead = false;

  constructor(
    private readonly process: MemoryProcess,
    readonly settings: ConsumeSettings,
    readonly watcher: ConsumeWatcher,
  ) {}

  kill(): void {
    this.#dead = true;
  }

  assign(assignment: Assignment): void {
    if (this.#dead) return;
    for (const key of [...this.#next.keys()]) {
      const [topic, partition] = key.split('/');
      if (!(assignment[topic] ?? []).includes(Number(partition))) this.#next.delete(key);
    }
    this.#assignment = assignment;
    this.watcher.assigned(assignment);
  }

  begin({ topic, partition, offset }: Position): void {
    if (!(this.#assignment[topic] ?? []).includes(partition)) return;
    this.#next.set(`${topic}/${partition}`, offset);
    this.pump();
  }

  hold(topic: string, partition: number): void {
    this.#next.delete(`${topic}/${partition}`);
  }

  pump(): void {
    if (this.#pumping || this.#dead) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      let more = false;
      for (const [key, from] of [...this.#next]) {
        const [topic, text] = key.split('/');
        const partition = Number(text);
        const { records, next } = this.process.cluster.read(topic, partition, from, 7);
        if (next === from || this.#dead) continue;
        more = true;
        this.#next.set(key, next);
        if (records.length > 0) this.watcher.records(records, this.process.cluster.end(topic, partition));
      }
      if (more) this.pump();
    });
  }

  async stands(topic: string): ReturnType<RunningConsumer['stands']> {
    await this.process.alive();
    const count = this.process.cluster.sizes.get(topic) ?? 0;
    return new Map(
      Array.from({ length: count }, (_, partition) => [
        partition,
        {
          low: 0,
          high: this.process.cluster.end(topic, partition),
          committed: this.process.cluster.position(this.settings.group, topic, partition),
        },
      ]),
    );
  }

  async ends(topic: string): Promise<Map<number, number>> {
    return new Map([...(await this.stands(topic))].map(([partition, { high }]) => [partition, high]));
  }

  commit(): never {
    throw new Error('an exact reader commits in transactions');
  }

  pause(): void {
    throw new Error('an exact reader holds');
  }

  resume(): void {
    throw new Error('an exact reader holds');
  }

  close(): Promise<void> {
    this.#dead = true;
    this.process.cluster.leave(this);
    return Promise.resolve();
  }
}

function recordOf(
  topic: string,
  partition: number,
  offset: number,
  { key, value, headers, timestamp }: OutRecord,
): KafkaRecord {
  const bytes = (given: string | Buffer | null): Buffer | null => (given === null ? null : Buffer.from(given));
  return {
    topic,
    partition,
    offset,
    key: bytes(key),
    value: bytes(value),
    headers: { ...headers },
    timestamp: timestamp ?? 0,
  };
}
