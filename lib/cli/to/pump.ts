import { SwatError } from '../../errors';
import { englishText } from '../../platform/catalogue';
import { pauseOf, type systemTimers } from '../../platform/timers';
import { errorText, type Terminal } from '../terminal';
import type { FrameFeed } from './frames';
import type { Sink } from './sink';

/** So many frames a second, or event time over the time that passes. Both infinite: as fast as they are taken. */
export type Pace = { readonly rate: number } | { readonly speed: number };

export interface PumpAround {
  readonly timers: typeof systemTimers;
  readonly terminal: Terminal;
  /** Added to event times, where they are to begin now. */
  readonly now: boolean;
  /** Ends it in order: what has been taken is waited for. */
  readonly stop: AbortSignal;
}

/** What has been done. */
export interface Pumped {
  readonly taken: number;
  readonly sent: number;
  readonly refused: number;
  readonly waiting: number;
  readonly seconds: number;
}

/** After an interruption, and at the end where the other side is gone, it is waited so long for acknowledgements, ms. */
const PATIENCE_MS = 10_000;
const LINE_MS = 1000;
const LOOK_MS = 20;

/**
 * Sends frames to a sink at a pace, with a line of progress a second. Nothing drifts: what a busy machine, or a broker that
 * was gone, has held up is caught up. At the end it waits for all to be acknowledged, for as long as it takes, unless stopped.
 * @throws SwatError what the sink or the feed throws; the sink is closed then
 */
export async function pump(feed: FrameFeed, sink: Sink, pace: Pace, around: PumpAround): Promise<Pumped> {
  const { timers, terminal, stop } = around;
  const line = new ProgressLine(feed, sink, around);
  let wake: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    wake = resolve;
    if (stop.aborted) resolve();
  });
  stop.addEventListener('abort', wake, { once: true });
  const waited = async (ms: number): Promise<void> => {
    const pause = pauseOf(timers, ms);
    await Promise.race([pause.over, stopped]);
    pause.wake();
  };

  let taken = 0;
  try {
    const ready = sink.ready();
    await Promise.race([ready, stopped]);
    if (!stop.aborted) {
      const where = sink.where?.();
      if (where !== undefined) terminal.progress(where);
      line.start();
    }
    let begin: { steady: number; date: number; at: number } | undefined;
    for await (const { frame, at } of feed) {
      if (stop.aborted) break;
      begin ??= { steady: timers.now(), date: timers.date(), at };
      const due = begin.steady + ('rate' in pace ? (taken / pace.rate) * 1000 : (at - begin.at) / pace.speed);
      const early = due - timers.now();
      line.behindMs = pace === AS_FAST ? undefined : Math.max(0, -early);
      if (early > 0) await waited(early);
      if (aborted(stop)) break;
      const time = around.now ? frame.time - begin.at + begin.date : frame.time;
      const put = sink.put({ ...frame, time: Math.round(time) });
      taken += 1;
      await Promise.race([put, stopped]);
    }
    line.reading = false;
    while (sink.state.waiting > 0 && !aborted(stop)) await waited(LOOK_MS);
  } finally {
    line.stop();
    stop.removeEventListener('abort', wake);
    await sink.close(aborted(stop) ? PATIENCE_MS : 0);
  }
  const { sent, refused, waiting } = sink.state;
  terminal.progress(line.last());
  return { taken, sent, refused, waiting, seconds: line.seconds };
}

/** As fast as the other side takes it. */
export const AS_FAST: Pace = { rate: Infinity };

/**
 * Reads `--rate` and `--speed`.
 * @throws SwatError `to-pace`
 */
export function readPace(rate: string | undefined, speed: string | undefined): Pace {
  if (rate !== undefined && speed !== undefined)
    throw new SwatError('to-pace', { value: `--rate ${rate} --speed ${speed}` });
  const value = (rate ?? speed ?? '1').trim().toLowerCase();
  if (value === 'max') return AS_FAST;
  const number = Number(rate === undefined ? value.replace(/x$/, '') : value);
  if (!(number > 0 && number <= 1e7)) throw new SwatError('to-pace', { value: value.slice(0, 40) });
  return rate === undefined ? { speed: number } : { rate: number };
}

/** Reads anew what may have changed meanwhile. */
function aborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** What is told once a second, and at the end. */
class ProgressLine {
  behindMs: number | undefined;
  /** Whether frames still come. */
  reading = true;
  #began = 0;
  #before = { at: 0, sent: 0 };
  #cancel: () => void = () => undefined;
  #problem: string | undefined;

  constructor(
    private readonly feed: FrameFeed,
    private readonly sink: Sink,
    private readonly around: PumpAround,
  ) {}

  start(): void {
    this.#began = this.around.timers.now();
    this.#before = { at: this.#began, sent: 0 };
    this.#next();
  }

  stop(): void {
    this.#cancel();
  }

  get seconds(): number {
    return this.#began === 0 ? 0 : (this.around.timers.now() - this.#began) / 1000;
  }

  /** How it has ended. */
  last(): string {
    const { sent, waiting, refused } = this.sink.state;
    const { seconds } = this;
    const rate = sent / Math.max(0.001, seconds);
    const parts = [said('to-sent', { sent, seconds: Number(seconds.toFixed(1)), rate: shown(rate) })];
    if (waiting > 0) parts.push(said('to-unacknowledged', { waiting }));
    if (refused > 0) parts.push(said('to-refused', { refused }));
    return parts.join(', ');
  }

  #next(): void {
    this.#cancel = this.around.timers.after(LINE_MS, () => {
      this.#tell();
      this.#next();
    });
  }

  #tell(): void {
    const { terminal, timers } = this.around;
    const { sent, waiting, refused, problem, note } = this.sink.state;
    const now = timers.now();
    const rate = ((sent - this.#before.sent) * 1000) / (now - this.#before.at);
    this.#before = { at: now, sent };
    const left = this.feed.left();
    const parts = [said('to-now', { sent, rate: shown(rate) })];
    if (this.behindMs !== undefined) parts.push(said('to-behind', { seconds: (this.behindMs / 1000).toFixed(1) }));
    if (waiting > 0) parts.push(said('to-waiting', { waiting }));
    if (refused > 0) parts.push(said('to-refused', { refused }));
    if (left !== undefined) parts.push(said('to-left', { percent: this.reading ? Math.ceil(100 * left) : 0 }));
    if (note !== '') parts.push(note);
    terminal.progress(parts.join(', '));
    const text = problem === undefined ? undefined : errorText(problem);
    if (text !== undefined && text !== this.#problem) terminal.progress(text);
    if (text === undefined && this.#problem !== undefined) terminal.progress(said('to-recovered', {}));
    this.#problem = text;
  }
}

function shown(rate: number): string {
  return rate >= 100 ? String(Math.round(rate)) : rate.toFixed(1);
}

function said(code: string, params: Readonly<Record<string, string | number>>): string {
  return englishText(`cli.${code}`, params) ?? code;
}
