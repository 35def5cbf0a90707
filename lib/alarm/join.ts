import type { DetectorKind } from '../detect/detector';
import type { ScoredWindow, Scores } from './scores';

/** The scores of one window, from all branches that have spoken, and what carried them (first come first). */
export interface Joined<Carrier> {
  window: ScoredWindow;
  scores: Scores;
  carriers: Carrier[];
}

/** What became of a message: it is `held` for other branches, or it came too `late` and takes no part, or it is among
 * the `released`. */
export interface Joining<Carrier> {
  outcome: 'held' | 'late' | 'released';
  released: Joined<Carrier>[];
}

interface Waiting<Carrier> extends Joined<Carrier> {
  deadline: number;
}

/** At most this many windows wait; beyond it the oldest goes on as it is. */
export const MOST_WAITING = 1000;
const LATE_FOR_MS = 60_000;

/**
 * Joins the branches of detectors that stand side by side, by asset and window end. A message that carries all expected
 * detectors passes at once; others wait for the missing ones, at most `maxWaitMs`, then go on as they are. Verdicts stay
 * in order: a window that is complete takes older ones of its asset along, since a branch keeps its order. A detector
 * that speaks twice of a window ends the wait of the first: a window holds one message per detector at most.
 * Times are wall-clock times, passed in, ms.
 */
export class Join<Carrier> {
  /** In the order in which the first part arrived, so also of the deadlines. */
  private readonly waiting = new Map<string, Waiting<Carrier>>();
  /** Windows that went on incomplete, so that a straggler of theirs is known. At most {@link MOST_WAITING}. */
  private readonly gone = new Map<string, { until: number; scores: Scores }>();

  constructor(
    private readonly expected: readonly DetectorKind[],
    private readonly maxWaitMs: number,
  ) {}

  /** How many windows wait. */
  get size(): number {
    return this.waiting.size;
  }

  /** When the next window stops waiting, or `undefined` when none waits. */
  get deadline(): number | undefined {
    return first(this.waiting.values())?.deadline;
  }

  /** Takes one message's scores. */
  add(window: ScoredWindow, scores: Scores, carrier: Carrier, now: number): Joining<Carrier> {
    const complete = this.isComplete(scores);
    // Detectors in a row: nothing waits, and nothing has.
    if (complete && this.waiting.size === 0 && this.gone.size === 0)
      return { outcome: 'released', released: [{ window, scores, carriers: [carrier] }] };
    const key = `${window.end} ${window.asset}`;
    const waiting = this.waiting.get(key);
    const twice = waiting !== undefined && this.expected.some((kind) => waiting.scores[kind] && scores[kind]);
    const released = twice ? [this.release(waiting, now)] : [];
    const before = twice ? undefined : waiting;
    const joined: Waiting<Carrier> = {
      window,
      scores: { ...before?.scores, ...scores },
      carriers: [...(before?.carriers ?? []), carrier],
      deadline: before?.deadline ?? now + this.maxWaitMs,
    };
    if (complete || this.isComplete(joined.scores)) {
      this.waiting.delete(key);
      this.gone.delete(key);
      return { outcome: 'released', released: [...released, ...this.older(window, now), joined] };
    }
    if (before === undefined && this.isLate(key, scores, now)) return { outcome: 'late', released: [] };
    this.waiting.set(key, joined);
    const oldest = this.waiting.size > MOST_WAITING ? first(this.waiting.values()) : undefined;
    if (oldest !== undefined) released.push(this.release(oldest, now));
    return { outcome: 'held', released };
  }

  /** The windows that have waited long enough, oldest first. */
  due(now: number): Joined<Carrier>[] {
    return [...this.waiting.values()].filter((each) => each.deadline <= now).map((each) => this.release(each, now));
  }

  /** Gives up waiting for one asset, or for all; returns what was held, which takes no further part. */
  reset(asset?: string): Joined<Carrier>[] {
    const dropped = [...this.waiting].filter(([, { window }]) => asset === undefined || window.asset === asset);
    for (const [key] of dropped) this.waiting.delete(key);
    for (const key of this.gone.keys()) {
      if (asset === undefined || key.slice(key.indexOf(' ') + 1) === asset) this.gone.delete(key);
    }
    return dropped.map(([, joined]) => joined);
  }

  private isComplete(scores: Scores): boolean {
    return this.expected.every((kind) => scores[kind] !== undefined);
  }

  /** Late is what was missing when its window went on; a detector that speaks twice is another run of the same time. */
  private isLate(key: string, scores: Scores, now: number): boolean {
    const gone = this.gone.get(key);
    return (
      gone !== undefined && now < gone.until && this.expected.every((kind) => !(scores[kind] && gone.scores[kind]))
    );
  }

  private older({ asset, end }: ScoredWindow, now: number): Joined<Carrier>[] {
    if (this.waiting.size === 0) return [];
    return [...this.waiting.values()]
      .filter(({ window }) => window.asset === asset && window.end < end)
      .sort((a, b) => a.window.end - b.window.end)
      .map((each) => this.release(each, now));
  }

  private release(joined: Waiting<Carrier>, now: number): Joined<Carrier> {
    const key = `${joined.window.end} ${joined.window.asset}`;
    this.waiting.delete(key);
    this.gone.delete(key);
    this.gone.set(key, { until: now + LATE_FOR_MS, scores: joined.scores });
    const oldest = this.gone.size > MOST_WAITING ? first(this.gone.keys()) : undefined;
    if (oldest !== undefined) this.gone.delete(oldest);
    return joined;
  }
}

function first<T>(values: Iterator<T>): T | undefined {
  const next = values.next();
  return next.done === true ? undefined : next.value;
}
