import type { DetectorScore } from '../detect/detector';

/** A stretch in which only one of both versions was over its threshold. */
export interface ShadowDifference {
  readonly event: 'shadow-difference';
  readonly asset: string;
  /** Event time of its first and last window, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** The version that was over its threshold. */
  readonly which: 'active' | 'candidate';
  readonly windows: number;
  /** Highest ratio of each. */
  readonly ratios: { readonly active: number; readonly candidate: number };
  /** Most to blame, by the version that was over: at most five. */
  readonly tags: readonly string[];
  /** Differences that were not told since the last one, so that there is at most one a minute. */
  readonly suppressed: number;
}

/** How both versions have done side by side. */
export interface ShadowSummary {
  readonly windows: number;
  readonly both: number;
  readonly onlyActive: number;
  readonly onlyCandidate: number;
  /** Share of windows where both say the same; `null` before the first. */
  readonly agreement: number | null;
  /** Alarms that each would have raised by itself, with 8 of 10 windows over, and that many a day of windows seen: `null` in the first hour. */
  readonly alarms: { readonly active: number; readonly candidate: number };
  readonly perDay: { readonly active: number | null; readonly candidate: number | null };
  /** Differences of at least {@link LEAST_WINDOWS} windows. */
  readonly differences: number;
  readonly from: number | null;
  readonly to: number | null;
  /** Windows that were left out because the candidate was too slow. */
  readonly dropped: number;
}

/** A shorter difference is none to tell. */
export const LEAST_WINDOWS = 3;
/** A longer one is told in parts. */
export const MOST_WINDOWS = 300;
const APART_MS = 60_000;
const MOST_ASSETS = 1000;
/** An alarm: 8 of the last 10 windows; it is over when none is. */
const SPAN = 10;
const NEEDED = 8;
/** Time between two windows of an asset that counts as seen, at most. */
const MOST_STEP_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A rate of less time would say nothing. */
const LEAST_MS = 3_600_000;

interface Side {
  bits: number;
  alarm: boolean;
}
interface Run {
  which: ShadowDifference['which'];
  from: number;
  to: number;
  windows: number;
  active: number;
  candidate: number;
  tags: string[];
}
interface Follow {
  last: number;
  active: Side;
  candidate: Side;
  run: Run | undefined;
}

/**
 * Holds a candidate's scores against those of the active version. Assets are followed one by one, at most 1000; the one seen
 * longest ago is forgotten first.
 */
export class ShadowRun {
  readonly #assets = new Map<string, Follow>();
  #counts = { windows: 0, both: 0, onlyActive: 0, onlyCandidate: 0, differences: 0, dropped: 0 };
  #alarms = { active: 0, candidate: 0 };
  #seenMs = 0;
  #from: number | null = null;
  #to: number | null = null;
  #told = -Infinity;
  #suppressed = 0;

  /** Notes that a window was not scored by the candidate. */
  drop(): void {
    this.#counts.dropped += 1;
  }

  /**
   * Notes the scores of one window; one that is not ready in both counts for nothing.
   * @param now time that never goes back, ms
   * @returns a difference that is over
   */
  add(
    { asset, time }: { readonly asset: string; readonly time: number },
    active: DetectorScore,
    candidate: DetectorScore,
    now: number,
  ): ShadowDifference | undefined {
    if (!active.ready || !candidate.ready) return undefined;
    const follow = this.#follow(asset, time);
    const [one, other] = [active.ratio >= 1, candidate.ratio >= 1];
    const counts = this.#counts;
    counts.windows += 1;
    if (one && other) counts.both += 1;
    else if (one) counts.onlyActive += 1;
    else if (other) counts.onlyCandidate += 1;
    if (rises(follow.active, one)) this.#alarms.active += 1;
    if (rises(follow.candidate, other)) this.#alarms.candidate += 1;

    const which = one === other ? undefined : one ? 'active' : 'candidate';
    let ended: Run | undefined;
    if (follow.run !== undefined && (follow.run.which !== which || follow.run.windows >= MOST_WINDOWS)) {
      ended = follow.run;
      follow.run = undefined;
    }
    if (which !== undefined) follow.run = grown(follow.run, which, time, active, candidate);
    return ended === undefined || ended.windows < LEAST_WINDOWS ? undefined : this.#tell(asset, ended, now);
  }

  get summary(): ShadowSummary {
    const { windows, both, onlyActive, onlyCandidate, differences, dropped } = this.#counts;
    const days = this.#seenMs / DAY_MS;
    const perDay = (alarms: number): number | null => (this.#seenMs >= LEAST_MS ? alarms / days : null);
    const alarms = { ...this.#alarms };
    return {
      windows,
      both,
      onlyActive,
      onlyCandidate,
      agreement: windows === 0 ? null : (windows - onlyActive - onlyCandidate) / windows,
      alarms,
      perDay: { active: perDay(alarms.active), candidate: perDay(alarms.candidate) },
      differences,
      from: this.#from,
      to: this.#to,
      dropped,
    };
  }

  #follow(asset: string, time: number): Follow {
    const side = (): Side => ({ bits: 0, alarm: false });
    const follow = this.#assets.get(asset) ?? { last: time, active: side(), candidate: side(), run: undefined };
    this.#assets.delete(asset);
    this.#assets.set(asset, follow);
    const idlest = this.#assets.keys().next();
    if (this.#assets.size > MOST_ASSETS && idlest.done !== true) this.#assets.delete(idlest.value);
    this.#seenMs += Math.min(Math.max(time - follow.last, 0), MOST_STEP_MS);
    follow.last = time;
    this.#from = Math.min(this.#from ?? time, time);
    this.#to = Math.max(this.#to ?? time, time);
    return follow;
  }

  #tell(asset: string, run: Run, now: number): ShadowDifference | undefined {
    this.#counts.differences += 1;
    if (now - this.#told < APART_MS) {
      this.#suppressed += 1;
      return undefined;
    }
    const { which, from, to, windows, active, candidate, tags } = run;
    const suppressed = this.#suppressed;
    [this.#told, this.#suppressed] = [now, 0];
    return {
      event: 'shadow-difference',
      asset,
      from,
      to,
      which,
      windows,
      ratios: { active, candidate },
      tags,
      suppressed,
    };
  }
}

/** Notes whether a window was over; says whether an alarm begins with it. */
function rises(side: Side, over: boolean): boolean {
  side.bits = ((side.bits << 1) | (over ? 1 : 0)) & ((1 << SPAN) - 1);
  let count = 0;
  for (let bits = side.bits; bits !== 0; bits &= bits - 1) count += 1;
  if (count === 0) side.alarm = false;
  if (side.alarm || count < NEEDED) return false;
  side.alarm = true;
  return true;
}

function grown(
  run: Run | undefined,
  which: Run['which'],
  time: number,
  active: DetectorScore,
  candidate: DetectorScore,
): Run {
  const grow = run ?? { which, from: time, to: time, windows: 0, active: 0, candidate: 0, tags: [] };
  const over = which === 'active' ? active : candidate;
  if (over.ratio >= grow[which]) grow.tags = (over.contributions ?? []).map(({ tag }) => tag).slice(0, 5);
  grow.active = Math.max(grow.active, active.ratio);
  grow.candidate = Math.max(grow.candidate, candidate.ratio);
  grow.to = time;
  grow.windows += 1;
  return grow;
}
