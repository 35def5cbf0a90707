import { stateWord, unitWord } from '../alarm/wording';
import type { TagTrace } from '../history/reader';
import type { Picture } from './blocks';
import { EXPECTED, INK, label, svgOf } from './drawing';
import { curve, expectedCurve, ground, HEAD, paceOf, scalesOf, shades, SIDES, WIDTH, type Marks, type Shaded, type Span } from './picture-ground'; // prettier-ignore
import type { Voice } from './voice';

const HEIGHT = 118;

/** How a tag went, with what was expected of it. @param step of its buckets, ms */
export function tracePicture(
  trace: TagTrace,
  step: number,
  span: Span,
  voice: Voice,
  episodes: readonly Shaded[],
): Picture {
  const { tag, unit, values, states, expected = [] } = trace;
  const frame = { ...SIDES, height: HEIGHT, top: HEAD, bottom: 22 };
  const all = [...values, ...expected].flatMap(([, low, high]) => [low, high]);
  // Of an actuator all states that lie between, and at least two.
  if (states !== undefined) all.push(...Object.keys(states).map(Number).slice(0, 3));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const scales = scalesOf(frame, span, low - room, high + room);
  const pace = paceOf(values, step);
  const isStep = states !== undefined;
  const last = expected.at(-1);
  const caption = `picture.${isStep ? 'states' : 'trace'}${expected.length === 0 ? '' : '-expected'}`;
  return {
    type: 'picture',
    width: WIDTH,
    height: HEIGHT,
    caption: voice.text(caption, { tag }),
    svg: svgOf(frame, [
      ...shades(episodes, span, scales.x, frame),
      ...ground(frame, scales, span, voice, states && stateAxis(states, voice)),
      ...expectedCurve(expected, pace, scales, isStep),
      ...curve(values, pace, scales, { through: 'last', isStep }),
      label(0, 9, unit === '' ? tag : `${tag}, ${unitWord(unit)}`, { colour: INK, bold: true }),
      last === undefined
        ? ''
        : label(
            frame.width - frame.right + 5,
            scales.y.at((last[1] + last[2]) / 2) + 3,
            voice.text('picture.expected'),
            { colour: EXPECTED },
          ),
    ]),
  };
}

/** The states of an actuator by their words. */
function stateAxis(states: Readonly<Record<string, string>>, { speak }: Voice): Marks {
  return { ticks: Object.keys(states).map(Number), word: (value) => stateWord(speak, states[String(value)]) };
}
