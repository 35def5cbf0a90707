/** So long the status tells of late messages, ms. */
const SHOWN_MS = 60_000;
/** The log tells of them once in so long, ms. */
const AGAIN_MS = 3_600_000;

/** Keeps what was left out because of its time from going unseen: in the status, and in the log where no wire takes it. */
export class LateNotice {
  #counted = 0;
  #at = -Infinity;
  #since = 0;
  #told = -Infinity;
  #untold = 0;

  /** @param wired whether someone takes the messages that were not used */
  constructor(private readonly wired: boolean) {}

  /**
   * Takes the count so far; gives how many are to be told in the log now.
   * @param now ms, on a clock that never goes back
   */
  note(counted: number, now: number): number {
    const more = counted - this.#counted;
    this.#counted = counted;
    if (more === 0) return 0;
    if (now - this.#at > SHOWN_MS) this.#since = 0;
    this.#at = now;
    this.#since += more;
    this.#untold += more;
    if (this.wired || now - this.#told < AGAIN_MS) return 0;
    const untold = this.#untold;
    this.#told = now;
    this.#untold = 0;
    return untold;
  }

  /** How many there were of late; 0 a minute after the last one. */
  recent(now: number): number {
    return now - this.#at > SHOWN_MS ? 0 : this.#since;
  }
}
