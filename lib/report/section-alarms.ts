import { PRIORITIES } from '../alarm/settings';
import type { Block, Cell } from './blocks';
import { barsPicture } from './picture-bars';
import type { Report } from './report';
import { MOST_FLOOD_SHARE, MOST_PER_10_MIN, MOST_PER_HOUR } from './section-summary';
import type { Voice } from './voice';

/** Rows of the list of bad actors, at most. */
const MOST_ACTORS = 10;

/** The metrics of ISA-18.2 with what they are held against, when alarms came, and which came most often. */
export function alarmBlocks({ figures, request }: Report, voice: Voice): Block[] {
  const { text } = voice;
  const { metrics, acknowledge, bars } = figures;
  const row = (name: string, value: string, target = '', isBad = false): Cell[] => [
    text(`metric.${name}`),
    value,
    target,
    target === '' ? '' : text(isBad ? 'metric.beyond' : 'metric.within'),
  ];
  const most = (count: number): string => text('metric.most', { most: voice.number(count) });
  const blocks: Block[] = [
    { type: 'heading', level: 1, text: text('alarms.title') },
    {
      type: 'table',
      isShort: true,
      columns: [
        { head: text('column.metric'), grow: 1 },
        { head: text('column.value'), isNumber: true },
        { head: text('column.target'), isNumber: true },
        { head: text('column.verdict') },
      ],
      rows: [
        row('alarms', String(metrics.alarms)),
        row('per-hour', voice.number(figures.perHour, 1), most(MOST_PER_HOUR), figures.perHour > MOST_PER_HOUR),
        row('peak-10', String(figures.peak10Min), most(MOST_PER_10_MIN), figures.peak10Min > MOST_PER_10_MIN),
        row(
          'flood',
          `${figures.floods} · ${voice.percent(figures.floodShare)}`,
          text('metric.most', { most: voice.percent(MOST_FLOOD_SHARE) }),
          figures.floodShare > MOST_FLOOD_SHARE,
        ),
        row('chattering', String(figures.chattering), most(0), figures.chattering > 0),
        row('fleeting', String(figures.fleeting), most(0), figures.fleeting > 0),
        row('standing', String(figures.standing)),
        row('stale', String(figures.stale), most(0), figures.stale > 0),
        row('acknowledge-mean', acknowledge.meanS === null ? '–' : voice.duration(acknowledge.meanS * 1000)),
        row('acknowledge-longest', acknowledge.longestS === null ? '–' : voice.duration(acknowledge.longestS * 1000)),
        row('unanswered', String(figures.unanswered), most(0), figures.unanswered > 0),
        row(
          'priorities',
          PRIORITIES.map((each) => `${voice.speak(`alarm.priority.${each}`)} ${metrics.priorities[each].count}`).join(
            ' · ',
          ),
        ),
      ],
    },
    { type: 'text', tone: 'note', text: text('alarms.note') },
  ];
  if (metrics.alarms === 0) return blocks;
  blocks.push(
    barsPicture(bars.counts, bars.ms, request, voice, text('picture.bars', { span: voice.duration(bars.ms) })),
    {
      type: 'table',
      isShort: true,
      columns: [
        { head: text('column.actor'), grow: 1 },
        { head: text('column.asset'), grow: 1 },
        { head: text('column.count'), isNumber: true },
        { head: text('column.share'), isNumber: true },
      ],
      rows: metrics.badActors
        .slice(0, MOST_ACTORS)
        .map(({ tag, asset, count, share }) => [
          tag === '' ? text('alarms.no-tag') : tag,
          asset,
          String(count),
          voice.percent(share),
        ]),
    },
  );
  return blocks;
}
