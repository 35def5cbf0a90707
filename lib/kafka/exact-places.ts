import type { SwatError } from '../errors';
import { Backoff } from '../platform/backoff';
import { pauseOf } from '../platform/timers';
import type { LaneAround, LanePast } from './exact-around';
import { ExactLane } from './exact-lane';

/** A partition that is ours: its lane now, and what outlives it. */
interface Place {
  lane: ExactLane;
  readonly past: LanePast;
  readonly backoff: Backoff;
  failures: number;
  /** Over once the lane has ended and all of it is forgotten. */
  work: Promise<void>;
}

/** After somebody else has taken a partition over, they may be right: word of that comes first, ms. */
const FENCED_MS = 1000;
/** A lane that has run for so long is well, ms. */
const WELL_MS = 5000;

/** The lanes of a reader: one for each partition that is its own, and a new one after each that has failed. */
export class ExactPlaces {
  readonly #places = new Map<number, Place>();
  readonly #byName = new Map<string, ExactLane>();
  /** Lanes that are ending, by partition: the next one there begins when they are over. */
  readonly #leaving = new Map<number, Promise<void>>();
  #n = 0;

  /**
   * @param name that all lanes' begin with
   * @param around of a lane; asked for when one is made
   * @param failed a lane has failed, for the so many-th time in a row; another one follows
   */
  constructor(
    private readonly name: string,
    private readonly around: () => Omit<LaneAround, 'elsewhere'>,
    private readonly failed: (cause: SwatError, failures: number) => void,
    private readonly random: () => number,
  ) {}

  get partitions(): number[] {
    return [...this.#places.keys()];
  }

  get lanes(): ExactLane[] {
    return [...this.#places.values()].map(({ lane }) => lane);
  }

  at(partition: number): ExactLane | undefined {
    return this.#places.get(partition)?.lane;
  }

  named(name: string): ExactLane | undefined {
    return this.#byName.get(name);
  }

  /** The running lane that has an asset. */
  of(asset: string): ExactLane | undefined {
    return this.lanes.find((lane) => lane.phase === 'running' && lane.has(asset));
  }

  /** Begins lanes for partitions that have none. @param paused they hand nothing out yet */
  take(partitions: readonly number[], paused: () => boolean): void {
    for (const partition of partitions) {
      if (this.#places.has(partition)) continue;
      const past: LanePast = { careful: 0, refused: undefined };
      const lane = this.#lane(partition, past, paused());
      const backoff = new Backoff(500, 30_000, this.random);
      const place: Place = { lane, past, backoff, failures: 0, work: Promise.resolve() };
      this.#places.set(partition, place);
      place.work = this.#keep(partition, place, paused);
    }
  }

  /**
   * Ends lanes. Resolves once they write nothing more.
   * @param atOnce the nodes behind are about to be closed
   */
  async letGo(partitions: readonly number[], atOnce: boolean): Promise<void> {
    const endings = partitions.flatMap((partition) => {
      const place = this.#places.get(partition);
      if (place === undefined) return [];
      this.#places.delete(partition);
      const ending = place.lane.end(atOnce);
      const over = Promise.all([ending, place.work]).then(() => {
        if (this.#leaving.get(partition) === over) this.#leaving.delete(partition);
      });
      this.#leaving.set(partition, over);
      return [ending];
    });
    await Promise.all(endings);
  }

  /** Whether all lanes have run for a while; then what failed before is forgotten. */
  well(now: number): boolean {
    if (this.lanes.some((lane) => lane.runningSince > now - WELL_MS)) return false;
    for (const place of this.#places.values()) {
      place.failures = 0;
      place.backoff.reset();
    }
    return true;
  }

  /** A lane after the other, until the partition is let go. Never rejects. */
  async #keep(partition: number, place: Place, paused: () => boolean): Promise<void> {
    await this.#leaving.get(partition);
    const isOurs = (): boolean => this.#places.get(partition) === place;
    while (isOurs()) {
      const { lane } = place;
      this.#byName.set(lane.name, lane);
      const cause = await lane.run();
      await lane.forget();
      this.#byName.delete(lane.name);
      if (cause === undefined || !isOurs()) return;
      place.failures += 1;
      this.failed(cause, place.failures);
      const ms = (cause.code === 'kafka-fenced' ? FENCED_MS : 0) + place.backoff.next();
      await pauseOf(this.around().timers, ms).over;
      if (isOurs()) place.lane = this.#lane(partition, place.past, paused());
    }
  }

  #lane(partition: number, past: LanePast, paused: boolean): ExactLane {
    this.#n += 1;
    const elsewhere = (asset: string): boolean => this.lanes.some((lane) => lane.partition !== partition && lane.has(asset)); // prettier-ignore
    const lane = new ExactLane(`${this.name}/${this.#n}`, partition, { ...this.around(), elsewhere }, past);
    if (paused) lane.checkpoint();
    return lane;
  }
}
