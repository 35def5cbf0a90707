import type { TrendQuery } from '../history/reader';
import { MOST_SPAN } from './read-request';
import { MOST_DRAWN, toldInFull } from './section-episodes';
import type { Report } from './report';

/** Assets whose whole span is drawn, at most. */
const MOST_ASSETS = 6;
const POINTS = 500;
/** So much before and after an episode is drawn: a third of it, within these limits, ms. */
const LEAST_AROUND = 10 * 60_000;
const MOST_AROUND = 2 * 3_600_000;

/** What a report wants of a history. */
export interface PastQueries {
  readonly assets: readonly TrendQuery[];
  /** `place`: of the episode in the report. */
  readonly episodes: readonly { readonly place: number; readonly query: TrendQuery }[];
}

/** Of assets those that a report shows whole: at most six, or the one that it is about. */
export function shownAssets(kept: readonly string[], asset: string | undefined): string[] {
  const wanted = asset === undefined ? kept : kept.filter((each) => each === asset);
  return [...new Set(wanted)].slice(0, MOST_ASSETS);
}

/** The trends that the pictures of a report need. @param kept the assets that the history knows */
export function pastQueries({ request, until, assets, episodes }: Report, kept: readonly string[]): PastQueries {
  const { from, to, asset } = request;
  // A report in which nothing happened still shows how the score went.
  const shown = shownAssets([...assets.filter((each) => kept.includes(each)), ...kept], asset);
  return {
    assets: shown.map((each) => ({ asset: each, from, to, points: POINTS, tags: [] })),
    episodes: toldInFull(episodes).flatMap((place) => {
      const episode = episodes[place];
      if (episode.kind !== 'process' || !kept.includes(episode.asset)) return [];
      const end = episode.to ?? until;
      const around = Math.min(MOST_AROUND, Math.max(LEAST_AROUND, (end - episode.from) / 3));
      const tags = episode.tags.slice(0, MOST_DRAWN).map(({ tag }) => tag);
      const last = episode.to === undefined ? end : end + around;
      // Of one that has stood for long, as much before the report as the report is of; never more than a report may be of.
      const first = Math.max(episode.from - around, from - Math.max(MOST_AROUND, to - from), last - MOST_SPAN);
      const span = { from: Math.min(first, last - LEAST_AROUND), to: last };
      return [{ place, query: { asset: episode.asset, ...span, points: POINTS, tags } }];
    }),
  };
}
