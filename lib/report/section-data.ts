import type { DataQuality } from '../history/reader';
import { shareOf, watchedAssets } from './availability';
import type { Block } from './blocks';
import type { Past } from './document';
import type { Report } from './report';
import type { Voice } from './voice';

const MOST_ASSETS = 50;
const MOST_OUTAGES = 10;

/** How much of the span was watched, and when it was not. */
export function dataBlocks({ availability, request }: Report, voice: Voice, past: Past | undefined): Block[] {
  const { text } = voice;
  const { outages } = availability;
  const quality = past?.quality ?? [];
  const assets = watchedAssets(availability, quality);
  const blocks: Block[] = [{ type: 'heading', level: 1, text: text('data.title') }];
  if (assets.length === 0) blocks.push({ type: 'text', text: text('data.no-assets') });
  else {
    const share = (length: number | undefined): string =>
      length === undefined ? '–' : voice.percent(shareOf(length, request));
    blocks.push({
      type: 'table',
      columns: [
        { head: text('column.asset'), grow: 1 },
        { head: text('column.communication'), isNumber: true },
        ...(past === undefined
          ? []
          : [
              { head: text('column.came'), isNumber: true },
              { head: text('column.scored'), isNumber: true },
            ]),
      ],
      rows: assets.slice(0, MOST_ASSETS).map(({ asset, communication }) => {
        const known = quality.find((each) => each.asset === asset);
        return [
          asset,
          voice.percent(communication),
          ...(past === undefined ? [] : [share(known?.came), share(known?.judged)]),
        ];
      }),
    });
  }
  if (outages.length > 0) {
    blocks.push({
      type: 'table',
      isShort: true,
      columns: [
        { head: text('column.outage'), grow: 1 },
        { head: text('column.from') },
        { head: text('column.to') },
        { head: text('column.length'), isNumber: true },
      ],
      rows: outages
        .slice(0, MOST_OUTAGES)
        .map(({ asset, from, to }) => [asset, voice.time(from), voice.time(to), voice.duration(to - from)]),
    });
  } else if (assets.length > 0) blocks.push({ type: 'text', text: text('data.no-outage') });
  blocks.push(...tagBlocks(quality, request, voice));
  blocks.push({
    type: 'text',
    tone: 'note',
    text: text(past === undefined ? 'data.note-journal' : 'data.note-history'),
  });
  return blocks;
}

/** Which tags were bad, or did not come. */
function tagBlocks(quality: readonly DataQuality[], { from, to }: Report['request'], voice: Voice): Block[] {
  const { text } = voice;
  return quality
    .filter(({ known }) => known > 0)
    .flatMap(({ asset, heard, came: length, known, faulty, tags, step }): Block[] => {
      if (heard === 0) return [{ type: 'text', text: text('data.tags-none', { asset }) }];
      const came = voice.duration(Math.min(length, to - from));
      if (faulty === 0) {
        const all = voice.duration(to - from);
        return [{ type: 'text', text: text('data.tags-good', { asset, came, all, count: known }) }];
      }
      const share = (part: number): string => (part === 0 ? '–' : voice.percent(Math.min(1, part / heard)));
      const params = { asset, count: faulty, all: known, told: tags.length, came, step: voice.duration(step) };
      return [
        { type: 'text', text: text(faulty > tags.length ? 'data.tags-worst' : 'data.tags-bad', params) },
        {
          type: 'table',
          isShort: true,
          columns: [
            { head: text('column.tag') },
            { head: text('column.stage'), grow: 1 },
            { head: text('column.bad'), isNumber: true },
            { head: text('column.missing'), isNumber: true },
          ],
          rows: tags.map(({ tag, stage, bad, missing }) => [tag, stage, share(bad), share(missing)]),
        },
      ];
    });
}
