import type { DataQuality, TrendQuery, Trend } from '../history/reader';
import type { JournalRecord } from '../journal/journal';
import { detailOf, SwatError } from '../errors';
import { threadInput } from '../platform/threads';
import type { Past } from './document';
import type { FromReport, ToReport } from './protocol';
import { rendered } from './render';
import { reportOf, type Report } from './report';
import { pastQueries } from './past';

/** Entry of a report's thread: takes records in, works the report out, asks for the past that its pictures need, renders. */
const thread = threadInput();
const say = (message: FromReport): void => thread.post(message);

const records: JournalRecord[] = [];
let answered: ((trends: readonly (Trend | null)[]) => void) | undefined;

async function make({ request, material, kept, quality }: Extract<ToReport, { say: 'make' }>): Promise<void> {
  const report = reportOf(request, { ...material, records });
  const past = kept === undefined ? undefined : await pastOf(report, kept, quality);
  say({ say: 'finished', report: await rendered(report, past) });
}

async function pastOf(
  report: Report,
  kept: readonly string[],
  quality: readonly DataQuality[],
): Promise<Past | undefined> {
  const { assets, episodes } = pastQueries(report, kept);
  const queries: TrendQuery[] = [...assets, ...episodes.map(({ query }) => query)];
  if (queries.length === 0) return undefined;
  const trends = await new Promise<readonly (Trend | null)[]>((resolve) => {
    answered = resolve;
    say({ say: 'ask', queries });
  });
  const whole = (trend: Trend | null | undefined): trend is Trend =>
    trend?.score !== undefined && trend.score.length > 1;
  const around = episodes.flatMap(({ place }, index) => {
    const trend = trends[assets.length + index];
    return whole(trend) ? [[place, trend] as const] : [];
  });
  // Of an asset of which nothing came only where the report is about it: it may be gone for good.
  const told = quality.filter(({ asset, heard }) => heard > 0 || report.assets.includes(asset));
  return { assets: trends.slice(0, assets.length).filter(whole), episodes: new Map(around), quality: told };
}

thread.listen((value) => {
  const message = value as ToReport;
  switch (message.say) {
    case 'records':
      records.push(...message.records);
      break;
    case 'trends':
      answered?.(message.trends);
      break;
    case 'make':
      make(message)
        .catch((cause: unknown) => {
          const { code, details } =
            cause instanceof SwatError ? cause : new SwatError('report-failed', { detail: detailOf(cause) });
          say({ say: 'failed', code, details });
        })
        .finally(() => thread.close());
  }
});
