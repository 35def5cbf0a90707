import { together } from '../alarm/together';
import { LEVELS } from '../alarm/verdict';
import { stateWord, unitWord } from '../alarm/wording';
import type { Contribution } from '../detect/detector';
import type { Block, Cell } from './blocks';
import type { Past } from './document';
import type { ReportEpisode } from './episodes';
import { guidanceIn } from './guidance';
import { peakOf, whyOf } from './why';
import { endOf } from './trend-end';
import { evidencePicture } from './picture-evidence';
import { shadedUntil } from './picture-ground';
import { scorePicture } from './picture-score';
import { tracePicture } from './picture-trace';
import type { Report } from './report';
import type { Voice } from './voice';

/** Episodes that are told one by one, and rows of the list of all, at most. */
export const MOST_TOLD = 12;
const MOST_ROWS = 200;
/** Steps of an episode that are told, and culprits that are drawn, at most. */
const MOST_STEPS = 12;
export const MOST_DRAWN = 3;

/** Which episodes are told with pictures: the worst ones, by their places in the report. */
export function toldInFull(episodes: readonly ReportEpisode[]): number[] {
  const rank = ({ isAlarm, level, peak }: ReportEpisode): number =>
    (isAlarm ? 100 : 0) + LEVELS.indexOf(level) * 10 + Math.min(peak.ratio, 9.9);
  return episodes
    .map((each, place) => ({ place, rank: rank(each) }))
    .sort((a, b) => b.rank - a.rank || a.place - b.place)
    .slice(0, MOST_TOLD)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
}

/** The list of all episodes, and the worst of them with their course, their culprits and pictures. */
export function episodeBlocks({ episodes, until }: Report, voice: Voice, past: Past | undefined): Block[] {
  const { text } = voice;
  if (episodes.length === 0) {
    return [
      { type: 'heading', level: 1, text: text('episodes.title') },
      { type: 'text', text: text('episodes.none') },
    ];
  }
  const told = toldInFull(episodes);
  const notes = [
    ...(episodes.length > MOST_ROWS ? [text('episodes.more-rows', { rows: MOST_ROWS, all: episodes.length })] : []),
    ...(episodes.length > told.length ? [text('episodes.more-told', { told: told.length })] : []),
    ...(past === undefined ? [text('episodes.no-history')] : []),
  ];
  return [
    { type: 'heading', level: 1, text: text('episodes.title') },
    {
      type: 'table',
      columns: [
        { head: text('column.no') },
        { head: text('column.level') },
        { head: text('column.asset') },
        { head: text('column.from') },
        { head: text('column.length'), isNumber: true },
        { head: text('column.peak'), isNumber: true },
        { head: text('column.why'), grow: 1 },
      ],
      rows: episodes.slice(0, MOST_ROWS).map((each, place) => rowOf(each, place, voice, until)),
    },
    ...(notes.length === 0 ? [] : [{ type: 'text', tone: 'note', text: together(notes) } as const]),
    ...told.flatMap((place) => oneEpisode(episodes[place], place, voice, until, past?.episodes.get(place))),
  ];
}

function rowOf(episode: ReportEpisode, place: number, voice: Voice, end: number): Cell[] {
  const { level, asset, from, to, kind, peak } = episode;
  const length = voice.duration((to ?? end) - from);
  return [
    String(place + 1),
    levelCell(episode, voice),
    asset,
    voice.time(from),
    to === undefined ? voice.text('episodes.stands', { length }) : length,
    kind === 'process' && level !== 'NONE' ? voice.number(peak.ratio) : '–',
    whyOf(episode, voice),
  ];
}

function levelCell({ level, isAlarm }: ReportEpisode, voice: Voice): Cell {
  const word = voice.speak(`sentences.level.${level}`);
  return { level, text: isAlarm || level === 'INFO' ? word : voice.text('episodes.no-alarm', { level: word }) };
}

function oneEpisode(
  episode: ReportEpisode,
  place: number,
  voice: Voice,
  end: number,
  trend: Parameters<typeof scorePicture>[0] | undefined,
): Block[] {
  const { text, speak } = voice;
  const { asset, level, from, to, tags, steps, guidance, kind } = episode;
  const atPeak = peakOf(episode, voice);
  const params = { n: place + 1, asset, level: speak(`sentences.level.${level}`), from: voice.minute(from) };
  const traces = (trend?.tags ?? []).filter(({ values }) => values.length > 1).slice(0, MOST_DRAWN);
  const blocks: Block[] = [
    { type: 'heading', level: 2, text: text('episode.title', params) },
    {
      type: 'text',
      text: together([whyOf(episode, voice), atPeak, courseOf(episode, voice, end)]),
    },
  ];
  if (kind === 'process') {
    if (trend !== undefined && trend.score.length > 1) {
      const span = { from: trend.from, to: trend.to };
      const shaded = shadedUntil([episode], Math.min(end, endOf(trend)));
      blocks.push(scorePicture(trend, span, voice, shaded, { caption: text('picture.episode-score'), height: 150 }));
      for (const trace of traces) blocks.push(tracePicture(trace, trend.step, span, voice, shaded));
    }
    const picture = traces.length === 0 ? evidencePicture(episode, voice) : undefined;
    if (picture !== undefined) blocks.push(picture);
    if (tags.length > 0) {
      if (atPeak !== '') blocks.push({ type: 'text', tone: 'note', text: text('episode.tags-peak') });
      blocks.push(culpritTable(tags, voice));
    }
  }
  if (steps.length > 1 || steps.some(({ user, comment }) => user !== '' || comment !== '')) {
    blocks.push(stepTable(episode, voice));
  }
  if (guidance !== undefined) {
    const { tag, cause, consequence, response } = guidanceIn(voice, guidance);
    blocks.push({ type: 'text', text: text('episode.guidance', { tag, cause, consequence, response }) });
  }
  return blocks.map((each) => (each.type === 'table' && to !== undefined ? { ...each, isShort: true } : each));
}

function courseOf({ from, to, acknowledgedAfter, isAlarm, state }: ReportEpisode, voice: Voice, end: number): string {
  const { text } = voice;
  const length = voice.duration((to ?? end) - from);
  const told = [
    to === undefined ? text('episode.lasts', { length }) : text('episode.lasted', { length, to: voice.time(to) }),
  ];
  if (acknowledgedAfter !== undefined) {
    told.push(text('episode.acknowledged', { length: voice.duration(acknowledgedAfter) }));
  } else if (isAlarm && state.endsWith('unacknowledged')) told.push(text('episode.unacknowledged'));
  return together(told);
}

function culpritTable(tags: readonly Contribution[], voice: Voice): Block {
  const { text } = voice;
  return {
    type: 'table',
    isShort: true,
    columns: [
      { head: text('column.tag') },
      { head: text('column.stage') },
      { head: text('column.what') },
      { head: text('column.seen'), isNumber: true },
      { head: text('column.expected'), isNumber: true },
      { head: text('column.unit') },
      { head: text('column.share'), isNumber: true },
    ],
    rows: tags.map(({ tag, stage, feature, seen, expected, seenState, expectedState, unit, share }) => [
      tag,
      stage,
      text(`statistic.${feature}`),
      seenState === undefined ? voice.number(seen) : stateWord(voice.speak, seenState),
      expectedWord(seenState, expectedState, voice) ?? voice.number(expected),
      seenState === undefined ? unitWord(unit) : '',
      voice.percent(share),
    ]),
  };
}

/** What was expected of an actuator. One that switches at other times may well stand as expected at the moment that is told of. */
function expectedWord(seen: string | undefined, expected: string | undefined, voice: Voice): string | undefined {
  if (expected === undefined) return undefined;
  return seen === expected ? voice.text('episodes.other-times') : stateWord(voice.speak, expected);
}

function stepTable({ steps }: ReportEpisode, voice: Voice): Block {
  const { text } = voice;
  const shown = steps.length > MOST_STEPS ? [...steps.slice(0, MOST_STEPS - 1), steps[steps.length - 1]] : steps;
  return {
    type: 'table',
    columns: [
      { head: text('column.time') },
      { head: text('column.event') },
      { head: text('column.level') },
      { head: text('column.state') },
      { head: text('column.user') },
      { head: text('column.comment'), grow: 1 },
    ],
    rows: shown.map(({ time, event, level, state, user, comment }) => [
      voice.time(time),
      voice.speak(`alarm.event.${event}`),
      { level, text: voice.speak(`sentences.level.${level}`) },
      voice.speak(`alarm.state.${state}`),
      user,
      comment,
    ]),
  };
}
