import { HOUR } from './resolutions';

/** What becomes of a message by its time: it is kept, left out, or the record is replayed from there. */
export type Judgement = 'keep' | 'leave' | 'rewind';

/** Time that is so far ahead of the rest is believed only when others say so, too; ms. */
const AHEAD_MS = HOUR;
const AHEAD_TIMES = 3;
/** What is older than this may be late, or a record that is replayed, ms. */
const BEHIND_MS = 600_000;
const BEHIND_TIMES = 60;
/** A replay that begins so shortly before the newest time is late data, ms. */
const LEAST_REWIND_MS = 60_000;

/**
 * Decides over the times of an asset, so that one wrong time stamp cannot push the past out, and a clock that goes back does
 * not leave the present standing in the future.
 *
 * - Up to an hour ahead, and up to ten minutes behind: kept. Late values widen the buckets of their time.
 * - More than an hour ahead: left out, until three messages in a row agree to within an hour.
 * - More than ten minutes behind: kept as late; after sixty in a row, none older than the one before, the record is replayed.
 * - `rewind` said by the message itself (`msg.restarted` of windows and verdicts): replayed at once.
 */
export class TimeGuard {
  #newest: number | undefined;
  #ahead = { at: 0, times: 0 };
  #behind = { at: 0, times: 0 };

  constructor(newest?: number) {
    this.#newest = newest;
  }

  /** The newest time that is believed, ms; `undefined` before the first. */
  get newest(): number | undefined {
    return this.#newest;
  }

  judge(time: number, rewound = false): Judgement {
    const newest = this.#newest;
    if (newest === undefined) return this.#take(time);
    if (time > newest + AHEAD_MS) {
      const agrees = this.#ahead.times > 0 && Math.abs(time - this.#ahead.at) <= AHEAD_MS;
      this.#ahead = { at: time, times: agrees ? this.#ahead.times + 1 : 1 };
      return this.#ahead.times < AHEAD_TIMES ? 'leave' : this.#take(time);
    }
    if (rewound && time < newest - LEAST_REWIND_MS) return this.#rewind(time);
    if (time >= newest - BEHIND_MS) return this.#take(Math.max(time, newest));
    this.#ahead = { at: 0, times: 0 };
    this.#behind = { at: time, times: time >= this.#behind.at ? this.#behind.times + 1 : 1 };
    return this.#behind.times < BEHIND_TIMES ? 'keep' : this.#rewind(time);
  }

  #take(newest: number): Judgement {
    this.#newest = newest;
    this.#ahead = { at: 0, times: 0 };
    this.#behind = { at: -Infinity, times: 0 };
    return 'keep';
  }

  #rewind(time: number): Judgement {
    this.#take(time);
    return 'rewind';
  }
}
