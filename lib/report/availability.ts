import type { DataQuality } from '../history/reader';
import type { ReportEpisode } from './episodes';

/** A stretch of time, ms since the epoch. */
export interface Stretch {
  readonly asset: string;
  readonly from: number;
  readonly to: number;
}

/** How much of a span an asset was watched. */
export interface AssetAvailability {
  readonly asset: string;
  /** Share of the span in which communication stood, 0 … 1, by the communication alarms. */
  readonly communication: number;
}

export interface Availability {
  readonly assets: readonly AssetAvailability[];
  /** Times without communication, longest first. */
  readonly outages: readonly Stretch[];
}

/** @param assets all that the report is about */
export function availabilityOf(
  episodes: readonly ReportEpisode[],
  assets: readonly string[],
  { from, to }: { from: number; to: number },
): Availability {
  const outages = episodes
    .filter(({ kind }) => kind === 'communication')
    .map(({ asset, ...episode }) => ({
      asset,
      from: Math.max(from, episode.from),
      to: Math.min(to, episode.to ?? to),
    }))
    .filter((each) => each.to > each.from);
  return {
    assets: assets.map((asset) => ({
      asset,
      communication: 1 - lengthOf(outages.filter((each) => each.asset === asset)) / (to - from),
    })),
    outages: [...outages].sort((a, b) => b.to - b.from - (a.to - a.from)),
  };
}

/** How long stretches are together, what overlaps counted once. */
export function lengthOf(stretches: readonly Pick<Stretch, 'from' | 'to'>[]): number {
  let length = 0;
  let end = -Infinity;
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    length += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return length;
}

/** A length of time as a share of a span. */
export function shareOf(length: number, { from, to }: { from: number; to: number }): number {
  return Math.min(1, length / (to - from));
}

/** The assets that a report tells of, and those that only a history knows: of these no loss of communication was alarmed. */
export function watchedAssets(
  { assets }: Availability,
  quality: readonly Pick<DataQuality, 'asset'>[],
): AssetAvailability[] {
  const known = new Set(assets.map(({ asset }) => asset));
  const others = quality.filter(({ asset }) => !known.has(asset));
  return [...assets, ...others.map(({ asset }) => ({ asset, communication: 1 }))];
}
