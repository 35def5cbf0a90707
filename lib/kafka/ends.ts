import { placeKey, type Assignment, type RunningConsumer } from './broker';

/** Asked for so often, ms: what is not fetched tells nothing of its end. */
const LOOK_MS = 5000;

/** Where the partitions end that a feed reads, and so how far it lags behind. */
export class Ends {
  #assignment: Assignment = {};
  #ends = new Map<string, number>();
  #lookedAt = 0;

  assigned(assignment: Assignment): void {
    this.#assignment = assignment;
    const kept = new Set(
      Object.entries(assignment).flatMap(([topic, all]) => all.map((each) => placeKey(topic, each))),
    );
    this.#ends = new Map([...this.#ends].filter(([key]) => kept.has(key)));
    this.#lookedAt = 0;
  }

  /** What a fetch has told. */
  set(topic: string, partition: number, end: number): void {
    this.#ends.set(placeKey(topic, partition), end);
  }

  /** Asks the broker, unless it did so just now. Never rejects. */
  async look(consumer: RunningConsumer, now: number): Promise<void> {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    for (const [topic, partitions] of Object.entries(this.#assignment)) {
      try {
        const ends = await consumer.ends(topic);
        for (const partition of partitions) {
          const end = ends.get(partition);
          if (end !== undefined) this.set(topic, partition, end);
        }
      } catch {
        // The lag is as old as the last fetch, then; what keeps from reading is told by reading.
      }
    }
  }

  /** Records that are not settled, by `topic/partition`; `undefined` while nothing is known. */
  lag(
    settledTo: (topic: string, partition: number) => number | undefined,
  ): Readonly<Record<string, number>> | undefined {
    const found: Record<string, number> = {};
    for (const [topic, partitions] of Object.entries(this.#assignment)) {
      for (const partition of partitions) {
        const end = this.#ends.get(placeKey(topic, partition));
        const settled = settledTo(topic, partition);
        if (end !== undefined && settled !== undefined) found[placeKey(topic, partition)] = Math.max(0, end - settled);
      }
    }
    return Object.keys(found).length === 0 ? undefined : found;
  }
}
