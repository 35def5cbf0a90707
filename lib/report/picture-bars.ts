import type { Picture } from './blocks';
import { axes, box, scaleOf, svgOf, ticksOf, timeTicksOf, TRACE } from './drawing';
import { timeWord, WIDTH, type Span } from './picture-ground';
import type { Voice } from './voice';

/** How many alarms came when. */
export function barsPicture(counts: readonly number[], ms: number, span: Span, voice: Voice, caption: string): Picture {
  const height = 110;
  const frame = { width: WIDTH, height, left: 38, right: 20, top: 10, bottom: 22 };
  const most = Math.max(1, ...counts);
  const x = scaleOf(span.from, span.to, frame.left, frame.width - frame.right);
  const y = scaleOf(0, most * 1.1, height - frame.bottom, frame.top);
  const bars = counts.map((count, place) => {
    const from = span.from + place * ms;
    const left = x.at(from) + 0.5;
    const right = x.at(Math.min(span.to, from + ms)) - 0.5;
    return count === 0 ? '' : box(left, y.at(count), right - left, y.at(0) - y.at(count), TRACE);
  });
  const whole = ticksOf(0, most, 4).filter(Number.isInteger);
  return {
    type: 'picture',
    width: WIDTH,
    height,
    caption,
    svg: svgOf(frame, [
      ...axes(
        frame,
        { ticks: timeTicksOf(span.from, span.to, 8, voice.ahead(span.from)), scale: x, word: timeWord(span, voice) },
        { ticks: whole, scale: y, word: (value) => voice.number(value) },
      ),
      ...bars,
    ]),
  };
}
