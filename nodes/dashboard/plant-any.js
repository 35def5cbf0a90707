import { mark } from './level.js';
import { blameOf, doubtOf, fillOf, saidOf, unitOf, valueOf } from './plant-tag.js';
import { h } from './render.js';
import { text } from './texts.js';

/** Tags that are drawn of one stage; all others are in the table. */
const MOST = 40;

/** The drawing of a stage of any plant: its tags, each with how it stands between the ends of its range. */
export function anyStage(tags, level) {
  const shown = [...tags].sort((left, right) => (right.share ?? 0) - (left.share ?? 0)).slice(0, MOST);
  // In the order of the plant again.
  const rows = tags.filter((tag) => shown.includes(tag)).map((tag) => row(tag, level));
  const rest = tags.length - shown.length;
  return h('ul', { class: 'tags' }, rows, rest > 0 && h('li', { class: 'quiet' }, text('overview.more', { n: rest })));
}

function row(tag, level) {
  const fill = tag.kind === 'sensor' ? fillOf(tag) : undefined;
  const doubt = doubtOf(tag);
  return h(
    'li',
    { key: tag.tag, class: blameOf(tag, level), title: saidOf(tag, level) },
    h('span', { class: 'name' }, tag.leads && mark(level), tag.tag),
    h(
      'span',
      { class: 'reading' },
      doubt !== '' && h('em', {}, `? ${doubt} `),
      valueOf(tag),
      tag.state === undefined && h('small', {}, ` ${unitOf(tag)}`),
    ),
    h('span', { class: 'range' }, fill !== undefined && h('i', { style: `left: ${(fill * 100).toFixed(1)}%` })),
  );
}
