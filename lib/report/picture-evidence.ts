import type { EvidenceWindow } from '../alarm/read-evidence';
import { unitWord } from '../alarm/wording';
import { COLOURS, type Picture } from './blocks';
import { BAND, box, EXPECTED, INK, label, line, PALE, scaleOf, svgOf, ticksOf, TRACE } from './drawing';
import type { ReportEpisode } from './episodes';
import { WIDTH } from './picture-ground';
import type { Voice } from './voice';

/** Culprits beside one another, at most. */
const MOST_COLUMNS = 3;

/**
 * The culprits before, at and after the change of level, from the windows that the alarm brought as evidence: the mean, its
 * standard deviation as a box, the range as a line; what was expected as a dashed line where it can stand on the same scale.
 */
export function evidencePicture({ evidence, tags }: ReportEpisode, voice: Voice): Picture | undefined {
  const windows = (['before', 'now', 'after'] as const).flatMap((part) => {
    const window = evidence[part];
    return window === undefined ? [] : [{ part, window }];
  });
  const told = tags.filter(({ tag }) => windows.some(({ window }) => Object.hasOwn(window.tags, tag)));
  const shown = told.slice(0, MOST_COLUMNS);
  if (shown.length === 0) return undefined;
  const height = 150;
  const width = WIDTH / MOST_COLUMNS;
  const parts = shown.flatMap((tag, place) => oneTag(tag, windows, { left: place * width, width, height }, voice));
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption: voice.text('picture.evidence'),
    svg: svgOf({ width: WIDTH, height }, parts),
  };
}

function oneTag(
  { tag, unit, feature, expected, expectedState }: ReportEpisode['tags'][number],
  windows: readonly { readonly part: 'before' | 'now' | 'after'; readonly window: EvidenceWindow }[],
  place: { readonly left: number; readonly width: number; readonly height: number },
  voice: Voice,
): string[] {
  const numbers = windows.flatMap(({ part, window }) => {
    const five = Object.hasOwn(window.tags, tag) ? window.tags[tag] : [];
    const [mean, std, min, max] = five;
    return five.length < 4 ? [] : [{ part, mean, std, min, max }];
  });
  const onScale = ['mean', 'min', 'max', 'last'].includes(feature) && expectedState === undefined;
  const all = [...numbers.flatMap(({ min, max }) => [min, max]), ...(onScale ? [expected] : [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  const [left, right] = [place.left + 46, place.left + place.width - 12];
  const floor = place.height - 22;
  const y = scaleOf(low - room, high + room, floor, 22);
  const wide = (right - left) / numbers.length;
  const title = unit === '' ? tag : `${tag}, ${unitWord(unit)}`;
  return [
    label(place.left + 4, 10, title, { colour: INK, bold: true }),
    ...ticksOf(y.from, y.to, 4).flatMap((value) => [
      line(left, y.at(value), right, y.at(value), '#e2e6e9', 'stroke-width="1"'),
      label(left - 4, y.at(value) + 3, voice.number(value), { anchor: 'end' }),
    ]),
    line(left, floor, right, floor, PALE, 'stroke-width="1"'),
    ...numbers.flatMap(({ part, mean, std, min, max }, index) => {
      const middle = left + wide * (index + 0.5);
      const half = Math.min(14, wide * 0.28);
      const [upper, lower] = [y.at(Math.min(max, mean + std)), y.at(Math.max(min, mean - std))];
      const colour = part === 'now' ? COLOURS.CRITICAL : TRACE;
      return [
        line(middle, y.at(max), middle, y.at(min), colour, 'stroke-width="1"'),
        box(
          middle - half,
          upper,
          2 * half,
          Math.max(1.5, lower - upper),
          part === 'now' ? '#f3d3d0' : BAND,
          `stroke="${colour}" stroke-width="0.8"`,
        ),
        line(middle - half, y.at(mean), middle + half, y.at(mean), colour, 'stroke-width="1.8"'),
        label(middle, floor + 12, voice.text(`picture.${part}`), { anchor: 'middle', colour: INK }),
      ];
    }),
    ...(onScale
      ? [
          line(left, y.at(expected), right, y.at(expected), EXPECTED, 'stroke-width="1.2" stroke-dasharray="4 3"'),
          label(right, y.at(expected) - 3, voice.text('picture.expected'), { anchor: 'end', colour: EXPECTED }),
        ]
      : []),
  ];
}
