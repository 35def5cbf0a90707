import type { Family } from '../../lib/metrics/families';

/** For the environment of a Node-RED that is asked for its metrics. */
export const METRICS_ENV = { SWAT_METRICS: '1' } as const;

/** Values of a scrape, by the series as it is written. */
export function seriesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The sum of a family over all its series, or over those of one node. */
export type FigureOf = (family: Family, node?: string) => number;

/** The metrics of a Node-RED that was started with {@link METRICS_ENV}, as they are now. */
export async function figuresOf(url: string): Promise<FigureOf> {
  const series = [...seriesOf(await (await fetch(new URL('/swat/metrics', url))).text())];
  return (family, node) =>
    series
      .filter(([name]) => name.startsWith(`${family}{`) && (node === undefined || name.includes(`{node="${node}"`)))
      .reduce((sum, [, value]) => sum + value, 0);
}
