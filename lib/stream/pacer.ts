/** Waiting as a value: what the pacer takes where it would otherwise look at the machine. */
export interface Timers {
  /** A clock that nobody can set, ms: how long something takes. */
  now(): number;
  /** The machine's clock, ms since the epoch: what time it is. It may be set, forward or back, at any moment. */
  date(): number;
  /** Calls back after so many ms; gives the way to call it off. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back once what is already waiting on the event loop has had its turn. */
  soon(callback: () => void): () => void;
}

/** Where frames come from, in the order of their event time. */
export interface FrameSource<T extends { readonly time: number }> {
  /** The next frame, `undefined` after the last one. */
  next(): T | undefined | Promise<T | undefined>;
  /** Lets go of files and the like; nothing is asked for afterwards. */
  close(): void;
}

/** What a pacer tells. `failed` and `finished` come last, and only one of them. */
export interface PacerEvents<T> {
  frame(frame: T): void;
  finished(): void;
  failed(cause: unknown): void;
}

export interface Pace {
  /** Event time over the time that passes; infinite for as fast as the flow takes it. */
  readonly factor: number;
  /** Sends only as many frames as were asked for by {@link Pacer.grant}. */
  readonly credit: boolean;
}

/** What a pacer has in hand. */
export interface InHand<T> {
  /** It was taken from the source and waits for its time. */
  readonly frame: T | undefined;
  /** Frames that were asked for and not yet sent. */
  readonly credits: number;
}

/** Frames sent in one go, and the turns of the event loop that the flow then gets to work them off. */
const BURST = 8;
const TURNS = 4;
/** Frames that may be asked for in advance. */
const MAX_CREDIT = 1_000_000;
/** A gap in the record is not waited for longer than this, in ms. */
const LONGEST_WAIT = 300_000;

/**
 * Sends the frames of a source at the pace of their event time. Timers only wake it: what is due follows from the event
 * time since the start, so nothing drifts and what a busy machine delayed is caught up. At any pace it sends at most 8
 * frames before the event loop gets 4 turns, since Node-RED delivers asynchronously and would queue without bound.
 */
export class Pacer<T extends { readonly time: number }> {
  private waiting: (() => void) | undefined;
  private state: 'idle' | 'running' | 'paused' | 'closed' = 'idle';
  /** Event time and steady time that belong together; none before the first frame and after a pause. */
  private anchor: { event: number; steady: number } | undefined;
  private held: T | undefined;
  private asking = false;
  private sent = 0;
  private credits = 0;

  constructor(
    private readonly source: FrameSource<T>,
    private readonly events: PacerEvents<T>,
    private readonly timers: Timers,
    private pace: Pace,
    { frame, credits }: InHand<T> = { frame: undefined, credits: 0 },
  ) {
    this.held = frame;
    this.credits = credits;
  }

  get paused(): boolean {
    return this.state === 'paused';
  }

  /** To begin another pacer with. */
  get inHand(): InHand<T> {
    return { frame: this.held, credits: this.credits };
  }

  /** Starts, or goes on after {@link pause}. */
  run(): void {
    if (this.state === 'running' || this.state === 'closed') return;
    this.state = 'running';
    this.anchor = undefined;
    this.wake();
  }

  /** Stands still; event time stands still too. */
  pause(): void {
    if (this.state !== 'running') return;
    this.state = 'paused';
    this.callOff();
  }

  setFactor(factor: number): void {
    this.pace = { ...this.pace, factor };
    this.anchor = undefined;
    if (this.state === 'running') this.wake();
  }

  /** Allows so many further frames, where credit is asked for. At most a million are kept. */
  grant(frames: number): void {
    this.credits = Math.min(MAX_CREDIT, this.credits + frames);
    if (this.state === 'running') this.wake();
  }

  /** Stops for good and closes the source. */
  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.held = undefined;
    this.callOff();
    this.source.close();
  }

  private callOff(): void {
    this.waiting?.();
    this.waiting = undefined;
  }

  private wake(): void {
    this.callOff();
    this.waiting = this.timers.soon(() => this.turn());
  }

  /** Sends what is due, then waits for whatever comes first: the next frame's time, the flow, the file, or credit. */
  private turn(): void {
    this.waiting = undefined;
    try {
      for (let burst = 0; this.state === 'running'; burst += 1) {
        if (this.pace.credit && this.credits === 0) return;
        if (burst === BURST) {
          this.giveWay(TURNS);
          return;
        }
        const frame = this.held ?? this.ask();
        if (frame === undefined) return;
        this.held = frame;
        const wait = this.waitFor(frame.time);
        if (wait >= 1) {
          this.waiting = this.timers.after(wait, () => this.turn());
          return;
        }
        this.held = undefined;
        this.sent += 1;
        if (this.pace.credit) this.credits -= 1;
        this.events.frame(frame);
      }
    } catch (cause) {
      this.fail(cause);
    }
  }

  private giveWay(turns: number): void {
    this.waiting = this.timers.soon(() => (turns > 1 ? this.giveWay(turns - 1) : this.turn()));
  }

  /** The next frame if it is there now; otherwise goes on once it is. */
  private ask(): T | undefined {
    if (this.asking) return undefined;
    const next = this.source.next();
    if (!(next instanceof Promise)) {
      if (next === undefined) this.finish();
      return next;
    }
    this.asking = true;
    next.then(
      (frame) => {
        this.asking = false;
        if (this.state === 'closed') return;
        if (frame === undefined) this.finish();
        else {
          this.held = frame;
          // Straight on, but not without end: every eighth frame goes through the event loop.
          if (this.state === 'running' && this.waiting === undefined) {
            if (this.sent % BURST === 0) this.giveWay(TURNS);
            else this.turn();
          }
        }
      },
      (cause: unknown) => {
        this.asking = false;
        this.fail(cause);
      },
    );
    return undefined;
  }

  /** Milliseconds until a frame is due. A step back in time (the file starts again) or a long gap starts a new count. */
  private waitFor(event: number): number {
    if (!Number.isFinite(this.pace.factor)) return 0;
    const steady = this.timers.now();
    if (this.anchor === undefined || event < this.anchor.event) this.anchor = { event, steady };
    const wait = this.anchor.steady + (event - this.anchor.event) / this.pace.factor - steady;
    if (wait <= LONGEST_WAIT) return wait;
    this.anchor = { event, steady };
    return 0;
  }

  private finish(): void {
    this.close();
    this.events.finished();
  }

  private fail(cause: unknown): void {
    if (this.state === 'closed') return;
    this.close();
    this.events.failed(cause);
  }
}
