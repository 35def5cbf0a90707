import { SwatError } from '../errors';
import type { LineSink, OpenSink, RotationLimits } from '../platform/rotating';

/** Who wants to know how the log fares. */
export interface LogWatcher {
  /** The log cannot be written; called once per outage, with `log-write`. */
  failed(error: SwatError): void;
  /** It can again, and says in a line of its own how many lines are missing. */
  recovered(lost: number): void;
}

/** After a failure, lines are dropped for this long before the file is tried again, ms. */
export const RETRY_MS = 30_000;
/** Lines are dropped while this many bytes wait for a disk that does not answer. */
export const MOST_PENDING = 1_000_000;

/**
 * The alarm log: one JSON object per line, rotated by size. A disk that is full, missing or read-only costs lines, never
 * an alarm: writing throws nothing, the watcher is told once, and the gap is noted when writing works again.
 */
export class AlarmLog {
  private sink: LineSink | undefined;
  private failedAt: number | undefined;
  private lost = 0;

  constructor(
    private readonly path: string,
    private readonly limits: RotationLimits,
    private readonly open: OpenSink,
    private readonly watcher: LogWatcher,
  ) {}

  /**
   * Appends one entry with the wall-clock time `logged` put before it.
   * @param now wall-clock time, ms
   */
  write(entry: object, now: number): void {
    const waits = this.failedAt !== undefined && now - this.failedAt < RETRY_MS && now >= this.failedAt;
    if ((waits && this.sink === undefined) || (this.sink?.pending ?? 0) > MOST_PENDING) {
      this.lost += 1;
      return;
    }
    const sink = this.sink ?? this.opened(now);
    if (this.lost > 0) {
      const { lost } = this;
      this.lost = 0;
      this.append(sink, { event: 'log-gap', lost }, lost, now);
    }
    this.append(sink, entry, 1, now);
  }

  /** Writes what is pending and closes the file. The log can be written again afterwards. */
  async close(): Promise<void> {
    const { sink } = this;
    this.sink = undefined;
    await sink?.close();
  }

  private opened(now: number): LineSink {
    const sink = this.open(this.path, this.limits, (cause) => {
      if (this.sink === sink) this.sink = undefined;
      const first = this.failedAt === undefined;
      this.failedAt = now;
      if (first) this.watcher.failed(new SwatError('log-write', { path: this.path, detail: cause.message }, { cause }));
    });
    this.sink = sink;
    return sink;
  }

  /** @param stands for so many lines, if it is lost */
  private append(sink: LineSink, entry: object, stands: number, now: number): void {
    const line = JSON.stringify({ logged: new Date(now).toISOString(), ...entry });
    sink.write(`${line}\n`, (failure) => {
      if (failure) {
        this.lost += stands;
      } else if (this.failedAt !== undefined && this.sink === sink) {
        this.failedAt = undefined;
        this.watcher.recovered(stands);
      }
    });
  }
}
