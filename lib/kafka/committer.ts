import { SwatError } from '../errors';
import type { RunningConsumer } from './broker';
import type { Intake } from './intake';

/** After so many commits in a row that failed, the connection is made anew. */
const MOST_FAILURES = 5;

/** Commits what is settled, one commit after the other. */
export class Committer {
  #running: Promise<SwatError | undefined> | undefined;
  #failures = 0;
  #commits = 0;

  constructor(private readonly intake: Intake) {}

  get commits(): number {
    return this.#commits;
  }

  /** A new connection. */
  begin(): void {
    this.#failures = 0;
  }

  /** Resolves with why it has failed again and again; never rejects. What failed is committed with the next. */
  commit(consumer: RunningConsumer): Promise<SwatError | undefined> {
    this.#running ??= this.#now(consumer).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #now(consumer: RunningConsumer): Promise<SwatError | undefined> {
    const positions = this.intake.positions();
    if (positions.length === 0) return undefined;
    try {
      await consumer.commit(positions);
      this.intake.committed(positions);
      this.#commits += 1;
      this.#failures = 0;
      return undefined;
    } catch (cause) {
      const error = cause instanceof SwatError ? cause : new SwatError('kafka-other', { detail: String(cause) });
      if (error.code === 'kafka-rebalancing') return undefined;
      this.#failures += 1;
      return this.#failures < MOST_FAILURES ? undefined : error;
    }
  }
}
