import type { KafkaRecord, RunningConsumer } from './broker';

/** Records of a partition that were fetched and wait for the flow, in their order. Nothing more is fetched while there are many. */
export class ExactQueue {
  #waiting: KafkaRecord[] = [];
  #head = 0;
  #held = true;
  /** The next record to hand out. */
  #next = 0;

  /** @param most records that wait, beside one fetch */
  constructor(
    private readonly topic: string,
    private readonly partition: number,
    private readonly most: number,
  ) {}

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** Everything before it has been handed out. */
  get next(): number {
    return this.#next;
  }

  begin(consumer: RunningConsumer, offset: number): void {
    this.#next = offset;
    this.#held = false;
    consumer.begin({ topic: this.topic, partition: this.partition, offset });
  }

  add(consumer: RunningConsumer, records: readonly KafkaRecord[]): void {
    for (const record of records) this.#waiting.push(record);
    if (this.length < this.most || this.#held) return;
    this.#held = true;
    consumer.hold(this.topic, this.partition);
  }

  /** The next records, as long as they are alike; at most so many. */
  take(
    consumer: RunningConsumer,
    most: number,
    alike: (one: KafkaRecord, other: KafkaRecord) => boolean,
  ): KafkaRecord[] {
    const found: KafkaRecord[] = [];
    while (this.length > 0 && found.length < most) {
      const record = this.#waiting[this.#head];
      if (found.length > 0 && !alike(found[0], record)) break;
      this.#head += 1;
      // Fetched twice around a pause.
      if (record.offset < this.#next) continue;
      this.#next = record.offset + 1;
      found.push(record);
    }
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    if (this.#held && this.length * 2 <= this.most) this.#goOn(consumer);
    return found;
  }

  #goOn(consumer: RunningConsumer): void {
    this.#held = false;
    const last = this.#waiting.at(-1)?.offset ?? -1;
    consumer.begin({ topic: this.topic, partition: this.partition, offset: Math.max(this.#next, last + 1) });
  }
}
