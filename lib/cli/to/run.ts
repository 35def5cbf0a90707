import { SwatError } from '../../errors';
import type { Plant } from '../../plant/dictionary';
import { systemTimers } from '../../platform/timers';
import type { Given, Options } from '../arguments';
import type { Terminal } from '../terminal';
import { readForm } from './form';
import type { FrameFeed } from './frames';
import { openSink } from './open';
import { pump, readPace } from './pump';
import { readTarget } from './target';

/** What every command that writes to a broker or a server can be told. */
export const TO_OPTIONS = {
  to: { kind: 'text' },
  rate: { kind: 'text' },
  speed: { kind: 'text' },
  format: { kind: 'text' },
  now: { kind: 'flag' },
} as const satisfies Options;

/** Whoever interrupts twice does not want to wait. */
const IMPATIENT = 130;

/**
 * Sends frames to where `--to` says. 0 once all are acknowledged, also after an interruption; 1 where any was refused, or was not
 * acknowledged in time.
 * @param feed makes the frames, once the command line has been understood
 * @throws SwatError `to-url`, `to-scheme`, `to-pace`, `setting-choice`; what the sink and the feed throw
 */
export async function runTo(
  given: Given,
  assets: readonly string[],
  plant: Plant,
  feed: () => Promise<FrameFeed> | FrameFeed,
  terminal: Terminal,
): Promise<number> {
  const to = given.text('to');
  if (to === undefined) throw new SwatError('to-missing');
  const target = readTarget(to);
  const pace = readPace(given.text('rate'), given.text('speed'));
  const form = readForm(given.text('format'), target.scheme);
  const sink = await openSink(target, form, { plant, assets, timers: systemTimers, env: process.env });
  const frames = await feed();
  const stop = new AbortController();
  const interrupted = (): void => {
    if (stop.signal.aborted) process.exit(IMPATIENT);
    stop.abort();
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const around = { timers: systemTimers, terminal, now: given.flag('now'), stop: stop.signal };
    const { refused, waiting } = await pump(frames, sink, pace, around);
    return refused > 0 || waiting > 0 ? 1 : 0;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/** Names of assets: as they are where there is one, else with their numbers. */
export function assetNames(name: string, count: number): string[] {
  if (count === 1) return [name];
  const width = String(count).length;
  return Array.from({ length: count }, (_, at) => `${name}-${String(at + 1).padStart(width, '0')}`);
}
