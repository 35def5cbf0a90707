import { SwatError } from '../errors';
import type { LineSink, OpenSink, RotationLimits } from '../platform/rotating';
import type { Redactor } from './redact';

/** Who wants to know how the log fares. */
export interface LogWatcher {
  /** The log cannot be written; called once per outage, with `log-write`. */
  failed(error: SwatError): void;
  /** It can again, and says in a line of its own how many lines are missing. */
  recovered(lost: number): void;
}

/** What a line of a log looks like. */
export interface LineForm {
  /** The key of the wall-clock time, which stands first. */
  readonly stamp: 'logged' | 'time';
  /** The line that says how many are missing. */
  gap(lost: number): object;
  /** Keeps secrets out. */
  readonly redact: Redactor;
}

/** After a failure, lines are dropped for this long before the file is tried again, ms. */
export const RETRY_MS = 30_000;
/** Lines are dropped while this many bytes wait for a disk that does not answer. */
export const MOST_PENDING = 1_000_000;

/**
 * A log: one JSON object per line, rotated. A disk that is full, missing or read-only costs lines and nothing else: writing
 * throws nothing and waits for nothing, the watcher is told once, and the gap is noted when writing works again.
 */
export class JsonLog {
  private sink: LineSink | undefined;
  private failedAt: number | undefined;
  private latest = 0;
  private lost = 0;

  constructor(
    private readonly path: string,
    private readonly limits: RotationLimits,
    private readonly open: OpenSink,
    private readonly watcher: LogWatcher,
    private readonly form: LineForm,
  ) {}

  /**
   * Appends one entry, with the time put before it.
   * @param now wall-clock time, ms
   */
  write(entry: object, now: number): void {
    this.latest = now;
    if (!this.mayWrite(now)) {
      this.lost += 1;
      return;
    }
    const sink = this.sink ?? this.opened();
    if (this.lost > 0) this.appendGap(sink, now);
    this.append(sink, entry, 1, now);
  }

  /** Puts aside and removes what is old by now, in a log that is open; and tries again where lines are missing. */
  tend(now: number): void {
    this.latest = now;
    if (this.lost > 0 && this.mayWrite(now)) this.appendGap(this.sink ?? this.opened(), now);
    else this.sink?.tend(now);
  }

  /** Writes what is pending and closes the file. The log can be written again afterwards. */
  async close(): Promise<void> {
    const { sink } = this;
    this.sink = undefined;
    await sink?.close();
  }

  private mayWrite(now: number): boolean {
    if (this.sink !== undefined) return this.sink.pending <= MOST_PENDING;
    return this.failedAt === undefined || now - this.failedAt >= RETRY_MS || now < this.failedAt;
  }

  private opened(): LineSink {
    const sink = this.open(this.path, this.limits, (cause) => {
      if (this.sink === sink) this.sink = undefined;
      const first = this.failedAt === undefined;
      this.failedAt = this.latest;
      if (first) this.watcher.failed(new SwatError('log-write', { path: this.path, detail: cause.message }, { cause }));
    });
    this.sink = sink;
    return sink;
  }

  private appendGap(sink: LineSink, now: number): void {
    const { lost } = this;
    this.lost = 0;
    this.append(sink, this.form.gap(lost), lost, now);
  }

  /** @param stands for so many lines, if it is lost */
  private append(sink: LineSink, entry: object, stands: number, now: number): void {
    const line = JSON.stringify({ [this.form.stamp]: new Date(now).toISOString(), ...entry }, this.form.redact);
    sink.write(`${line}\n`, now, (failure) => {
      if (failure) {
        this.lost += stands;
      } else if (this.failedAt !== undefined && this.sink === sink) {
        this.failedAt = undefined;
        this.watcher.recovered(stands);
      }
    });
  }
}
