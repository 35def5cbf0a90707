import type { StreamCounters } from './counters';
import type { Collector, Input } from './input';
import type { Line } from './line';
import { UNSAID } from './reason';

/** So many inputs in a row confirm that time has jumped. */
const CONFIRM = 3;
/** So many in a row are no mistake, whatever their times. */
const MOST_ASIDE = 4096;

/**
 * Keeps one wrong time stamp from doing harm, and the first frames after a jump of time from being lost: an input whose time
 * jumps, ahead or behind, is put aside. Three in a row (of different times where single readings may come, and together as
 * long as may be waited for an older one) confirm the new time, and are then taken in their order; one that goes on with the
 * old time shows that they were wrong. At most 4096 are put aside for an asset.
 */
export class JumpGuard<C> {
  /** Put aside, in the order of arrival. */
  aside: Input<C>[] = [];
  /** How they stand to the line, the times that count (no more than it takes), and their least and greatest. */
  standing: 'ahead' | 'behind' = 'ahead';
  counted: number[] = [];
  low = 0;
  high = 0;

  constructor(
    private readonly line: Line<C>,
    private readonly out: Collector<C>,
    private readonly counters: StreamCounters,
    /** Whether inputs of the same time count as one. */
    private readonly distinct: boolean,
  ) {}

  /** Takes an input to where it belongs. */
  take(input: Input<C>, now: number): void {
    const step = this.line.judge(input.time);
    if (step === 'next') this.line.append(input, now);
    else if (step === 'late') this.#refuse(input, 'late');
    else {
      this.#jump(input, step, now);
      return;
    }
    if (this.aside.length > 0) this.#dismiss(now);
  }

  /** Nothing more comes for now: what is confirmed but for the time that it spans is taken. */
  settle(now: number): void {
    if (this.counted.length >= CONFIRM) this.#follow(now);
  }

  #confirmed(): boolean {
    if (this.aside.length >= MOST_ASIDE) return true;
    return this.counted.length >= CONFIRM && this.high - this.low >= this.line.latenessMs;
  }

  #jump(input: Input<C>, standing: 'ahead' | 'behind', now: number): void {
    const goesOn = standing === this.standing && input.time >= this.high - this.line.latenessMs;
    if (this.aside.length > 0 && !goesOn) {
      if (this.counted.length >= CONFIRM) {
        this.#follow(now);
        this.take(input, now);
        return;
      }
      this.#refuseAll();
    }
    this.standing = standing;
    this.#putAside(input);
    if (this.#confirmed()) this.#follow(now);
  }

  #putAside(input: Input<C>): void {
    const { time } = input;
    const first = this.aside.length === 0;
    const counts = !this.distinct || !this.counted.includes(time);
    if (counts && this.counted.length < CONFIRM) this.counted.push(time);
    this.low = first ? time : Math.min(this.low, time);
    this.high = first ? time : Math.max(this.high, time);
    this.aside.push(kept(input));
  }

  /** Time has jumped: the first is where it goes on, the others are judged from there. */
  #follow(now: number): void {
    const { aside } = this;
    this.#clear();
    if (this.standing === 'ahead') this.line.ahead();
    else this.line.behind(now);
    this.line.append(aside[0], now);
    for (let at = 1; at < aside.length; at += 1) this.take(aside[at], now);
  }

  /** The old time goes on; it may have come near enough to some of those put aside. */
  #dismiss(now: number): void {
    const { aside, standing } = this;
    this.#clear();
    for (const input of aside) {
      if (this.line.judge(input.time) === 'next') this.line.append(input, now);
      else this.#refuse(input, standing === 'ahead' ? 'time-jump' : 'late');
    }
  }

  #refuseAll(): void {
    const { aside, standing } = this;
    this.#clear();
    for (const input of aside) this.#refuse(input, standing === 'ahead' ? 'time-jump' : 'late');
  }

  #refuse(input: Input<C>, why: 'late' | 'time-jump'): void {
    const { watermark, window, last = input.time } = this.line;
    if (why === 'late') this.counters.late += 1;
    else this.counters.timeJumps += 1;
    const byMs = why === 'late' ? watermark - input.time : input.time - last;
    this.out.unused({ why, asset: window.asset, input: kept(input), byMs, watermark });
  }

  #clear(): void {
    this.aside = [];
    this.counted = [];
  }
}

/** A frame's arrays are used again for the next one; what they say of values that are usable is nothing. */
function kept<C>(input: Input<C>): Input<C> {
  if (input.kind === 'reading') return input;
  const values = input.values.slice();
  return {
    ...input,
    values,
    reasons: input.reasons.map((reason, tag) => (Number.isNaN(values[tag]) ? reason : UNSAID)),
  };
}
