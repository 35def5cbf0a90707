import { together } from '../alarm/together';
import { LEVELS } from '../alarm/verdict';
import type { DataQuality } from '../history/reader';
import { shareOf, watchedAssets } from './availability';
import type { Block, FigureItem } from './blocks';
import type { Past } from './document';
import { endOf } from './trend-end';
import type { ReportEpisode } from './episodes';
import { shadedUntil } from './picture-ground';
import { scorePicture, stretchesPicture } from './picture-score';
import type { Report } from './report';
import type { Voice } from './voice';
import { whyOf } from './why';

/** EEMUA 191 and ISA-18.2: what one operator can be asked to handle. */
export const MOST_PER_HOUR = 6;
export const MOST_PER_10_MIN = 10;
export const MOST_FLOOD_SHARE = 0.01;
/** A report of which less was judged says little of the plant. */
const LEAST_JUDGED = 0.95;

/** What matters of a report, in a sentence or two. */
export function summaryOf({ figures, episodes }: Report, voice: Voice): string {
  const { text } = voice;
  const { alarms } = figures.metrics;
  const worst = worstOf(episodes.filter(({ isAlarm }) => isAlarm));
  const watched = episodes.filter(({ isAlarm }) => !isAlarm).length;
  const told = [text(`summary.${number(alarms)}`, { count: alarms })];
  if (worst !== undefined) {
    const { level, asset, from } = worst;
    const params = { level: voice.speak(`sentences.level.${level}`), asset, time: voice.minute(from) };
    // Where none was raised it is one that stood already.
    told.push(text(alarms === 0 ? 'summary.worst-before' : 'summary.worst', { ...params, why: whyOf(worst, voice) }));
  }
  if (figures.standing > 0)
    told.push(text(`summary.standing-${number(figures.standing)}`, { count: figures.standing }));
  if (figures.unanswered > 0) {
    told.push(text(`summary.unanswered-${number(figures.unanswered)}`, { count: figures.unanswered }));
  }
  if (watched > 0) told.push(text(`summary.watched-${number(watched)}`, { count: watched }));
  return together(told);
}

/** The numbers that are to be seen at once, and the whole span in a picture. */
export function overviewBlocks(report: Report, voice: Voice, past: Past | undefined): Block[] {
  const { figures, episodes, availability } = report;
  const { text } = voice;
  const watched = watchedAssets(availability, past?.quality ?? []);
  const communication = Math.min(1, ...watched.map((each) => each.communication));
  const { meanS } = figures.acknowledge;
  const blocks: Block[] = [
    {
      type: 'figures',
      items: [
        {
          label: text('figure.alarms'),
          value: String(figures.metrics.alarms),
          note: text('figure.alarms-note', { rate: voice.number(figures.perHour, 1), most: MOST_PER_HOUR }),
          isBad: figures.perHour > MOST_PER_HOUR,
        },
        {
          label: text('figure.peak'),
          value: String(figures.peak10Min),
          note: text('figure.peak-note', { most: MOST_PER_10_MIN }),
          isBad: figures.peak10Min > MOST_PER_10_MIN,
        },
        {
          label: text('figure.acknowledge'),
          value: meanS === null ? '–' : voice.duration(meanS * 1000),
          note: text('figure.acknowledge-note', { count: figures.unanswered }),
          isBad: figures.unanswered > 0,
        },
        {
          label: text('figure.standing'),
          value: String(figures.standing),
          note: text('figure.standing-note', { count: figures.stale }),
          isBad: figures.stale > 0,
        },
        {
          label: text('figure.communication'),
          value: watched.length === 0 ? '–' : voice.percent(communication),
          note: text('figure.communication-note'),
          isBad: communication < 1,
        },
        judgedFigure(past?.quality ?? [], report.request, voice),
      ],
    },
  ];
  // Of an incident the section about it has the picture.
  const isToldBelow = report.request.kind === 'incident' && (past?.episodes.size ?? 0) > 0;
  if (isToldBelow) return blocks;
  if (past !== undefined && past.assets.length > 0) {
    for (const trend of past.assets) {
      blocks.push(
        scorePicture(
          trend,
          report.request,
          voice,
          shadedUntil(
            episodes.filter(({ asset }) => asset === trend.asset),
            Math.min(report.until, endOf(trend)),
          ),
          {
            caption: text('picture.score', { asset: trend.asset }),
          },
        ),
      );
    }
  } else if (episodes.length > 0) {
    blocks.push(
      stretchesPicture(episodes, report.request, voice, { caption: text('picture.stretches'), until: report.until }),
    );
  }
  return blocks;
}

/** How much of the time was judged, of the asset of which it was least. */
function judgedFigure(quality: readonly DataQuality[], span: Report['request'], voice: Voice): FigureItem {
  const { text } = voice;
  const label = text('figure.judged');
  if (quality.length === 0) return { label, value: '–', note: text('figure.judged-unknown') };
  const { judged, came } = quality.reduce((least, each) => (each.judged < least.judged ? each : least));
  const share = shareOf(judged, span);
  return {
    label,
    value: voice.percent(share),
    note: text('figure.judged-note', { came: voice.duration(Math.min(came, span.to - span.from)) }),
    isBad: share < LEAST_JUDGED,
  };
}

function worstOf(episodes: readonly ReportEpisode[]): ReportEpisode | undefined {
  const rank = (each: ReportEpisode): number => LEVELS.indexOf(each.level) * 1e9 + Math.min(each.peak.ratio, 1e8);
  return episodes.reduce<ReportEpisode | undefined>(
    (worst, each) => (worst === undefined || rank(each) > rank(worst) ? each : worst),
    undefined,
  );
}

function number(count: number): 'none' | 'one' | 'many' {
  return count === 0 ? 'none' : count === 1 ? 'one' : 'many';
}
