import { byWorst } from './level.js';
import { h } from './render.js';
import { text } from './texts.js';
import { CUT } from './trend-chart.js';

/** How each thing is drawn, in a box of 26 by 14. */
const SAMPLES = {
  line: () => [h('path', { class: 'spread', d: 'M1 4L25 1V12L1 13Z' }), h('path', { class: 'line', d: 'M1 9L25 6' })],
  expected: () => h('path', { class: 'expected', d: 'M1 4.5H25V9.5H1Z' }),
  off: () => h('path', { class: 'off', d: 'M1 1H25V13H1Z' }),
  episode: ({ episodes }) =>
    h('path', { class: `episode ${episodes.map(({ level }) => level).sort(byWorst)[0]}`, d: 'M1 1H25V13H1Z' }),
  cut: () => h('path', { class: 'cut', d: 'M13 13V2m-4 4.5l4-4.5 4 4.5' }),
};

/** What the pictures draw, in words: each only where there is any of it. */
export function legend(trend) {
  const isExpected = trend.tags.some(({ expected = [] }) => expected.length > 0);
  const isCut = trend.score.some(([, , high]) => high > CUT);
  const shown = [
    'line',
    ...(isExpected ? ['expected', 'off'] : []),
    ...(trend.episodes.length > 0 ? ['episode'] : []),
    ...(isCut ? ['cut'] : []),
  ];
  const entries = shown.map((key) =>
    h(
      'li',
      { key },
      h('svg', { class: 'sample', viewBox: '0 0 26 14', 'aria-hidden': 'true' }, SAMPLES[key](trend)),
      text(`trend.legend.${key}`, { cut: CUT }),
    ),
  );
  return h('div', { class: 'quiet legend' }, h('ul', {}, entries), h('p', {}, text('trend.legend.hint')));
}
