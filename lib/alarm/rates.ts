import { isCount, isTime } from './restore';
import { isRecord } from '../record';

const TEN_MINUTES = 600_000;
const BUCKET_MS = 10_000;
const SHORT = TEN_MINUTES / BUCKET_MS;
const LONG = 6 * SHORT;
/** A flood begins with more than ten alarms in ten minutes and ends with fewer than five: ISA-18.2, EEMUA 191. */
const FLOOD_BEGINS = 11;
const FLOOD_ENDS = 5;

/** Alarms in the last 10 minutes or hour, on the average, and at most so far. */
export interface Rate {
  readonly now: number;
  readonly mean: number;
  readonly peak: number;
}

export interface Flood {
  readonly now: boolean;
  /** How many there were, how long in all (ms), and the share of the time since counting began. */
  readonly count: number;
  readonly ms: number;
  readonly share: number;
}

/** So many alarms came in one stretch of ten seconds. */
interface Bucket {
  /** Its number, counted from the epoch. */
  readonly bucket: number;
  readonly count: number;
}

/**
 * How often alarms come, in bounded memory: counts to ten seconds of the last hour, and the exact times of the last eleven
 * alarms, by which floods begin and end. Times are of the clock, ms.
 *
 * The state is plain data in parts: {@link saved}, and one count for each of 360 slots, of which an alarm changes one.
 */
export class Rates {
  /** The count of each slot, and of which bucket it is; what is none of the last hour counts no more. */
  private readonly ring: readonly { bucket: number; count: number }[] = Array.from({ length: LONG }, () => ({
    bucket: 0,
    count: 0,
  }));
  private readonly sums = { short: 0, long: 0 };
  private readonly peaks = { short: 0, long: 0 };
  private readonly flood = { since: null as number | null, count: 0, ms: 0 };
  private head = 0;
  /** What was taken back may be of another time. */
  private isRestored = false;
  private recent: number[] = [];
  private total = 0;
  private since: number | null = null;

  /** @param changed is told each slot whose count is another one now */
  constructor(private readonly changed: (slot: number) => void) {}

  /** How many alarms there were since {@link began}. */
  get alarms(): number {
    return this.total;
  }

  /** When counting began. */
  get began(): number | null {
    return this.since;
  }

  /** Counting begins, where it has not; true when it does. */
  begin(now: number): boolean {
    const begins = this.since === null || this.since > now;
    if (begins) this.since = now;
    return begins;
  }

  /** An alarm has come. */
  add(now: number): void {
    this.begin(now);
    this.advance(now);
    this.total += 1;
    const slot = this.head % LONG;
    const { bucket, count } = this.ring[slot];
    this.ring[slot].bucket = this.head;
    this.ring[slot].count = bucket === this.head ? count + 1 : 1;
    this.changed(slot);
    this.sums.short += 1;
    this.sums.long += 1;
    this.peaks.short = Math.max(this.peaks.short, this.sums.short);
    this.peaks.long = Math.max(this.peaks.long, this.sums.long);
    this.recent = [...this.recent, now].slice(-FLOOD_BEGINS);
    const many = this.recent.length === FLOOD_BEGINS && now - this.recent[0] < TEN_MINUTES;
    if (!many || this.flood.since !== null) return;
    this.flood.since = now;
    this.flood.count += 1;
  }

  /**
   * Time has passed; true when something of {@link saved} is another than before. What follows depends on the counts alone, not
   * on when it was looked at before: after a crash it is the same. A clock that was set back to before the newest alarm begins
   * with an empty hour.
   */
  advance(now: number): boolean {
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket !== this.head || this.isRestored) {
      const isBack = this.ring.some(({ bucket: counted, count }) => count > 0 && counted > bucket);
      this.head = bucket;
      this.isRestored = false;
      for (const [slot, each] of this.ring.entries()) {
        if (each.count === 0 || (!isBack && bucket - each.bucket < LONG)) continue;
        Object.assign(each, { bucket: 0, count: 0 });
        this.changed(slot);
      }
      this.sum();
    }
    return this.endFlood(now);
  }

  perTenMinutes(now: number): Rate {
    return { now: this.sums.short, mean: this.mean(TEN_MINUTES, now), peak: this.peaks.short };
  }

  perHour(now: number): Rate {
    return { now: this.sums.long, mean: this.mean(6 * TEN_MINUTES, now), peak: this.peaks.long };
  }

  floods(now: number): Flood {
    const { since, count, ms } = this.flood;
    const inAll = ms + (since === null ? 0 : Math.max(0, now - since));
    const elapsed = Math.max(1, now - (this.since ?? now));
    return { now: since !== null, count, ms: inAll, share: Math.min(1, inAll / elapsed) };
  }

  /** The state but for the counts: plain data. */
  saved(): object {
    const { head, recent, total, since, peaks, flood } = this;
    return { head, recent, total, since, peaks, flood };
  }

  /** The slots that count now. */
  slots(): number[] {
    return [...this.ring.keys()].filter((slot) => this.slot(slot) !== undefined);
  }

  /** What is in a slot: plain data; `undefined` when it is nothing of the last hour. */
  slot(slot: number): Bucket | undefined {
    const { bucket, count } = this.ring[slot];
    return this.countOf(bucket) === 0 ? undefined : { bucket, count };
  }

  /** Takes back the state; false when it is none. A version before slots kept all counts in it. */
  restore(saved: unknown): boolean {
    if (!isRecord(saved) || !isRecord(saved.peaks) || !isRecord(saved.flood)) return false;
    const { head, counts = [], recent, total, since, peaks, flood } = saved;
    const times = Array.isArray(recent) && recent.every(isTime);
    if (!isCount(head) || !Array.isArray(counts) || !times || !isCount(total)) return false;
    if (!(since === null || isTime(since)) || !isCount(peaks.short) || !isCount(peaks.long)) return false;
    if (!(flood.since === null || isTime(flood.since)) || !isCount(flood.count) || !isTime(flood.ms)) return false;
    this.head = head;
    this.isRestored = true;
    for (const each of counts as unknown[]) {
      const [bucket, count] = Array.isArray(each) ? (each as unknown[]) : [];
      if (!isCount(bucket) || !this.restoreSlot(bucket % LONG, { bucket, count })) return false;
      this.changed(bucket % LONG);
    }
    this.recent = recent.slice(-FLOOD_BEGINS);
    this.total = total;
    this.since = since;
    Object.assign(this.peaks, { short: peaks.short, long: peaks.long });
    Object.assign(this.flood, { since: flood.since, count: flood.count, ms: flood.ms });
    return true;
  }

  /** Takes back what was in a slot, before the rest or after it; false when that is none. */
  restoreSlot(slot: number, saved: unknown): boolean {
    if (!isRecord(saved) || !isCount(saved.bucket) || !isCount(saved.count)) return false;
    if (saved.bucket % LONG !== slot) return false;
    this.ring[slot].bucket = saved.bucket;
    this.ring[slot].count = saved.count;
    this.isRestored = true;
    return true;
  }

  /** How many alarms came in a bucket of the last hour. */
  private countOf(number: number): number {
    const { bucket, count } = this.ring[((number % LONG) + LONG) % LONG];
    return bucket === number && number <= this.head && this.head - number < LONG ? count : 0;
  }

  private sum(): void {
    this.sums.short = 0;
    this.sums.long = 0;
    for (const { bucket } of this.ring) {
      this.sums.long += this.countOf(bucket);
      if (this.head - bucket < SHORT) this.sums.short += this.countOf(bucket);
    }
  }

  /** A flood is over when the fifth last alarm is ten minutes ago. */
  private endFlood(now: number): boolean {
    const { since } = this.flood;
    const back = this.recent.some((time) => time > now);
    if (back) this.recent = [];
    if (since === null) return back;
    const end = back ? now : (this.recent.at(-FLOOD_ENDS) ?? 0) + TEN_MINUTES;
    if (end > now) return back;
    this.flood.ms += Math.max(0, end - since);
    this.flood.since = null;
    return true;
  }

  private mean(ms: number, now: number): number {
    return this.total === 0 ? 0 : (this.total * ms) / Math.max(ms, now - (this.since ?? now));
  }
}
