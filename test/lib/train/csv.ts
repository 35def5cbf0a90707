import { gaussian, seeded } from '../../../lib/kernels/random';
import type { Tag } from '../../../lib/plant/dictionary';
import type { WindowSettings } from '../../../lib/stream/settings';
import type { FileSource } from '../../../lib/train/file-source';

/** Tags of a small plant: a level, the flow that fills it, and a valve. */
export const TAGS: readonly Tag[] = [
  { name: 'LIT1', stage: 'P1', kind: 'sensor', unit: 'mm', low: 0, high: 1000 },
  { name: 'FIT1', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: 0, high: 10 },
  { name: 'MV1', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 2, states: { 1: 'shut', 2: 'open' } },
];
/** Event time of the first line. */
export const START = Date.UTC(2026, 0, 1);

/** How its file is cut in tests. */
export const WINDOWS: WindowSettings = { lengths: [5], stride: 1, maxAgeMs: 3000, maxAssets: 1, idleMs: 60_000 };

/** Values of one second, by tag. */
export type Second = Record<string, number | string>;

/** Seconds of normal operation; `change` may spoil one. */
export function seconds(count: number, seed = 1, change?: (values: Second, second: number) => void): Second[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, second) => {
    const wave = Math.sin(second / 20);
    const values: Second = {
      LIT1: 500 + 100 * wave + gaussian(random),
      FIT1: 5 + 2 * wave + 0.05 * gaussian(random),
      MV1: wave > 0 ? 2 : 1,
    };
    change?.(values, second);
    return values;
  });
}

/** A historian's file of these seconds. */
export function csvOf(rows: readonly Second[], label?: (second: number) => string): string {
  const names = Object.keys(rows[0]);
  const head = ['Timestamp', ...names, ...(label ? ['Normal/Attack'] : [])].join();
  const lines = rows.map((values, second) => {
    const time = new Date(START + second * 1000).toISOString();
    return [time, ...names.map((name) => String(values[name])), ...(label ? [label(second)] : [])].join();
  });
  return [head, ...lines, ''].join('\n');
}

/** A file to read, by its path. */
export function sourceOf(path: string, more: Partial<FileSource> = {}): FileSource {
  const columns = { time: '', label: '' };
  return {
    path,
    name: 'a.csv',
    tags: TAGS,
    windows: WINDOWS,
    timeZone: 'UTC',
    columns,
    stride: 1,
    rows: 50_000,
    ...more,
  };
}
