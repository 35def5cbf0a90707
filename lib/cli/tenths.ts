import { steadyClock, type Clock } from '../platform/clock';
import type { Terminal } from './terminal';

/** Hears how much of a work is done, 0 to 1; `more` is told beside it. */
export type Tenths = (fraction: number, more?: string) => void;

/** Tells of a work a line for each tenth that is done, with the time that is left: at most ten lines, each another. */
export function tenths(name: string, terminal: Terminal, clock: Clock = steadyClock): Tenths {
  const started = clock();
  let told = 0;
  return (fraction, more = '') => {
    const tenth = Math.floor(fraction * 10 + 1e-9);
    if (!(tenth > told)) return;
    told = tenth;
    const seconds = (clock() - started) / 1000;
    const time = fraction >= 1 ? `done in ${shown(seconds)}` : `${shown((seconds / fraction) * (1 - fraction))} left`;
    terminal.progress(`${name}: ${tenth * 10} %, ${time}${more}`);
  };
}

function shown(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
