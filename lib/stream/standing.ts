import { GridLine } from './grid-line';
import type { Kept } from './kept';
import { reasonOf, type Unusable } from './reason';

/** How the window of one asset stands: its frames, the share of good values, how many tags are bad in it, and the first. */
export interface WindowHealth {
  readonly filled: number;
  readonly good: number;
  readonly bad: number;
  readonly first?: { readonly tag: string; readonly reason: Unusable };
}

/** The time of one asset: greatest event time and watermark, frames that wait or are put aside, and its latest arrival, ms. */
export interface AssetTimes {
  readonly last: number | undefined;
  readonly watermark: number;
  readonly waiting: number;
  readonly putAside: number;
  readonly seen: number;
  readonly lost: boolean;
}

/** How the window of an asset stands. */
export function healthOf<C>({ line: { window } }: Kept<C>): WindowHealth {
  const { plant, length } = window.context;
  const { good, bad } = window.quality;
  const filled = Math.min(window.frames, length);
  if (bad === 0) return { filled, good, bad };
  const [first] = window.quality.badTags();
  return { filled, good, bad, first: { tag: plant.tags[first].name, reason: reasonOf(window.why[first]) } };
}

/** Tags for which an earlier value stands in the newest frame of an asset, by the reason why. */
export function standInsOf<C>({ line: { window } }: Kept<C>): Record<string, Unusable> {
  const { tags } = window.context.plant;
  return Object.fromEntries(window.standIns().map(([tag, reason]) => [tags[tag].name, reason]));
}

/** How the time of an asset stands. */
export function timesOf<C>({ line, guard, seen, lost }: Kept<C>): AssetTimes {
  const { last, watermark } = line;
  const waiting = line instanceof GridLine ? line.cells.open.length : 0;
  return { last, watermark, waiting, putAside: guard.aside.length, seen, lost };
}
