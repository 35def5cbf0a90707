import type { NodeAPI, NodeStatus } from 'node-red';
import { steadyClock, systemClock } from '../../lib/platform/clock';
import { words } from './words';

/** Silence shorter than this is none, ms. */
const SHORTEST = 30_000;
/** So many times the usual gap between windows is silence. */
const GAPS = 10;
/** The usual gap is the middle one of so many; windows of one batch, within a second, have none between them, ms. */
const KEPT = 9;
const BATCH = 1000;
const LOOK_MS = 5000;

export interface Silence {
  /** To be told of every window, and when it came: on {@link steadyClock} and {@link systemClock}, ms. */
  heard(steady: number, wall: number): void;
  /** Stops the timer; call on close. */
  close(): void;
}

/** Shows that no window comes any more, until one does: what was shown last would pass for how it stands now. */
export function watchSilence(RED: Pick<NodeAPI, '_'>, show: (status: NodeStatus) => void): Silence {
  const gaps: number[] = [];
  let lastSteady: number | undefined;
  let lastWall = 0;
  let mark = -Infinity;

  const timer = setInterval(() => {
    if (lastSteady === undefined) return;
    const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
    if (steadyClock() - lastSteady < Math.max(SHORTEST, GAPS * usual)) return;
    show({ fill: 'grey', shape: 'ring', text: words(RED, 'status.no-data', { time: momentOf(lastWall) }) });
  }, LOOK_MS);
  timer.unref();

  return {
    heard(steady, wall) {
      lastSteady = steady;
      lastWall = wall;
      if (steady - mark < BATCH) return;
      if (mark !== -Infinity) gaps.push(steady - mark);
      if (gaps.length > KEPT) gaps.shift();
      mark = steady;
    },
    close: () => clearInterval(timer),
  };
}

/** `16:35` in local time, with the day where it is not today. */
function momentOf(time: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = new Date(time);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(systemClock()).toDateString()) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}
