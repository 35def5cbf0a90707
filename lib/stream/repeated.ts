import { GridLine } from './grid-line';
import type { Line } from './line';

/** The event time of the first reading of a tag where its own is too old: it is what is known of it. */
function firstAt<C>(line: Line<C>, tag: number, source: number): number | undefined {
  const first = line instanceof GridLine && Number.isNaN(line.heard[tag]) && line.sources[tag] === -Infinity;
  return first && source < line.watermark ? line.last : undefined;
}

/** The event time of a reading that only says again what the tag's last one said; `undefined` for any other. */
function repeatedAt<C>(line: Line<C>, tag: number, source: number, now: number, periodMs: number): number | undefined {
  if (!(line instanceof GridLine) || line.heard[tag] !== source) return undefined;
  const present = line.present(now);
  return present !== undefined && present - source >= periodMs ? present : undefined;
}

/**
 * The event time of a reading that tells of now, however old its time stamp: one that only says again what the tag's last one said, and
 * the first of a tag. `undefined` for any other.
 * @param source its time stamp, ms
 * @param now arrival, ms
 */
export function repeatedTime<C>(
  line: Line<C>,
  tag: number,
  source: number,
  now: number,
  periodMs: number,
): number | undefined {
  return repeatedAt(line, tag, source, now, periodMs) ?? firstAt(line, tag, source);
}
