import { together } from '../alarm/together';
import type { DataQuality, Trend } from '../history/reader';
import type { Block, ReportDocument } from './blocks';
import type { Report } from './report';
import { alarmBlocks } from './section-alarms';
import { dataBlocks } from './section-data';
import { episodeBlocks } from './section-episodes';
import { actionBlocks, modelBlocks } from './section-records';
import { overviewBlocks, summaryOf } from './section-summary';
import type { Voice } from './voice';

/** What a history has of the span, as far as one is kept. */
export interface Past {
  /** Of each asset, over the whole span. */
  readonly assets: readonly Trend[];
  /** Around an episode, by its place in the report. */
  readonly episodes: ReadonlyMap<number, Trend>;
  /** How the tags of assets fared in the span. */
  readonly quality: readonly DataQuality[];
}

/** A report as a document: the same blocks for every form. `past` is `undefined` where no history is kept. */
export function documentOf(report: Report, voice: Voice, past: Past | undefined): ReportDocument {
  const { request, source } = report;
  const { kind, from, to, plant, timeZone, made, product, language } = request;
  const { text } = voice;
  const blocks: Block[] = [
    ...overviewBlocks(report, voice, past),
    ...episodeBlocks(report, voice, past),
    ...alarmBlocks(report, voice),
    ...dataBlocks(report, voice, past),
    ...modelBlocks(report, voice),
    ...actionBlocks(report, voice),
    { type: 'text', tone: 'note', text: originOf(report, voice) },
    { type: 'signatures', lines: [text('sign.made'), text('sign.checked')], when: text('sign.when') },
  ];
  const about = report.assets.length === 0 ? [] : [text('head.assets', { assets: shortList(report.assets, voice) })];
  return {
    language,
    title: plant === '' ? text(`title.${kind}`) : text('title.of', { title: text(`title.${kind}`), plant }),
    head: [
      text('head.span', { from: voice.minute(from), to: voice.minute(to), zone: timeZone }),
      ...about,
      text('head.made', { made: voice.minute(made), product }),
    ],
    summary: summaryOf(report, voice),
    blocks,
    foot: text('foot', {
      title: text(`title.${kind}`),
      from: voice.minute(from),
      to: voice.minute(to),
      record: source.last?.n ?? 0,
    }),
    page: (page, pages) => text('page', { page, pages }),
  };
}

/** So many names are told, then how many more there are. */
const MOST_NAMES = 8;

/** Names for a line of text. */
export function shortList(names: readonly string[], { text }: Voice): string {
  const told = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length - MOST_NAMES;
  return more > 0 ? text('more-names', { names: told, more }) : told;
}

function originOf({ source }: Report, { text }: Voice): string {
  const { last, records, isCut, notWhole } = source;
  const told = [
    last === undefined ? text('origin.none') : text('origin.records', { records, n: last.n, hash: last.hash }),
    ...(isCut ? [text('origin.cut', { records })] : []),
    ...(notWhole > 0 ? [text('origin.not-whole', { count: notWhole })] : []),
  ];
  return together(told);
}
