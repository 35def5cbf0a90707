import { SwatError } from '../../lib/errors';
import type { GridSettings, WindowSettings } from '../../lib/stream/settings';
import { readChoice, readNumber } from './settings';

/** The fields of the dialog of `swat-window`, as they are saved. */
export interface WindowFields {
  by?: unknown;
  length?: unknown;
  lags?: unknown;
  stride?: unknown;
  span?: unknown;
  slide?: unknown;
  lateness?: unknown;
  period?: unknown;
  hold?: unknown;
  reports?: unknown;
  lostAfter?: unknown;
  maxAssets?: unknown;
  idle?: unknown;
}

/** Raw samples that a window may hold of each tag. */
export const MOST_LAGS = 20;
/** Window lengths at once. */
const MOST_LENGTHS = 8;
/** At most so many instants may be waited for: a bound for what waits. */
const MOST_WAITING = 10_000;

/**
 * The settings of a node; absent ones are as in flows that were saved before there were windows by time.
 * @throws SwatError `setting-number`, `setting-choice`, `window-period`, `window-span`, `window-slide`, `window-lateness`
 */
export function windowSettings(fields: WindowFields): WindowSettings {
  const whole = (name: string, value: unknown, min: number, max: number, fallback: number): number =>
    readNumber(name, value, { min, max, fallback, integer: true });
  const limits = {
    maxAgeMs: readNumber('hold', fields.hold, { min: 0, max: 86_400, fallback: 10 }) * 1000,
    maxAssets: whole('maxAssets', fields.maxAssets, 1, 100_000, 1000),
    idleMs: readNumber('idle', fields.idle, { min: 1, max: 100_000, fallback: 60 }) * 60_000,
    lostAfterMs: readNumber('lostAfter', fields.lostAfter, { min: 0, max: 86_400, fallback: 30 }) * 1000,
    ...lagsOf(whole('lags', fields.lags, 0, MOST_LAGS, 0)),
  };
  if (readChoice('by', fields.by, ['samples', 'time'], 'samples') === 'time') return { ...limits, ...byTime(fields) };
  return {
    ...limits,
    lengths: listOf(fields.length).map((length) => whole('length', length, 2, 10_000, 60)),
    stride: whole('stride', fields.stride, 1, 10_000, 1),
  };
}

/** Several numbers with commas between them, or one; each once. @throws SwatError `setting-number` for too many */
function listOf(value: unknown): unknown[] {
  if (typeof value !== 'string' || !value.includes(',')) return [value];
  const list = value.split(',').map((text) => Number(text.trim() === '' ? Number.NaN : text));
  readNumber('lengths', list.length, { min: 1, max: MOST_LENGTHS, fallback: 1 });
  return [...new Set(list)];
}

function lagsOf(lags: number): { lags?: number } {
  return lags === 0 ? {} : { lags };
}

type ByTime = Pick<WindowSettings, 'lengths' | 'stride' | 'changesOnly'> & { grid: GridSettings };

function byTime(fields: WindowFields): ByTime {
  const seconds = (name: keyof WindowFields, least: number, fallback: number): number =>
    readNumber(name, fields[name], { min: least, max: 10_000_000, fallback });
  const period = seconds('period', 0.001, 1);
  const slide = seconds('slide', 0.001, 1);
  const lateness = seconds('lateness', 0, 10);
  const periodMs = period * 1000;
  if (!Number.isInteger(rounded(periodMs))) throw new SwatError('window-period', { period });
  const lengths = listOf(fields.span).map((given) => {
    const span = readNumber('span', given, { min: 0.002, max: 10_000_000, fallback: 60 });
    const length = rounded(span / period);
    if (!Number.isInteger(length) || length < 2 || length > 10_000)
      throw new SwatError('window-span', { span, period });
    return length;
  });
  const stride = rounded(slide / period);
  if (!Number.isInteger(stride) || stride < 1) throw new SwatError('window-slide', { slide, period });
  if (lateness / period > MOST_WAITING) {
    throw new SwatError('window-lateness', { lateness, most: MOST_WAITING * period });
  }
  const changes = readChoice('reports', fields.reports, ['values', 'changes'], 'values') === 'changes';
  const grid = { periodMs: rounded(periodMs), latenessMs: lateness * 1000 };
  return { lengths, stride, grid, ...(changes ? { changesOnly: true } : {}) };
}

/** 0.3 / 0.1 is not quite 3. */
function rounded(value: number): number {
  const near = Math.round(value);
  return Math.abs(value - near) < 1e-9 * Math.max(1, near) ? near : value;
}
