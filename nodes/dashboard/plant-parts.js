import { shape } from './level.js';
import { blameOf, doubtOf, fillOf, isActive, saidOf, unitOf, valueOf } from './plant-tag.js';
import { h } from './render.js';

const PUMP = 'M-6-7.5 9.5 0-6 7.5z';
const VALVE = 'M-12-8V8L12-8V8z';

/** A pipe of a stage: darker, with an arrow, while something flows in it. `by` names the tags that tell, any of them. */
export function pipe({ d, by }, tags) {
  const flows = by.some((name) => isActive(tags.get(name)) === true);
  const stream = flows && h('path', { class: 'stream', d, 'marker-end': 'url(#arrow)' });
  return { flows, shapes: [h('path', { class: 'pipe', d }), stream] };
}

/** One part of a drawing by its kind; without its tag in the plant it is drawn pale. */
export function part([kind, given], tags, level) {
  const tag = given.tag === undefined ? undefined : tags.get(given.tag);
  const drawn = KINDS[kind](given, tag);
  if (given.tag === undefined) return drawn;
  if (tag === undefined) return h('g', { key: given.tag, class: 'absent' }, drawn);
  return h(
    'g',
    { key: given.tag, class: `tag ${tag.quality} ${blameOf(tag, level)}` },
    h('title', {}, saidOf(tag, level)),
    blameOf(tag, level) !== '' && frame(given, kind, tag.leads ? level : undefined),
    drawn,
  );
}

const KINDS = {
  tank({ x, y, w, h: height, name }, tag) {
    const level = tag === undefined ? undefined : fillOf(tag);
    const filled = level === undefined ? 0 : level * height;
    return [
      h('rect', { class: 'tank', x, y, width: w, height }),
      h('rect', { class: 'water', x: x + 1, y: y + height - filled, width: w - 2, height: filled }),
      words('equipment', x + w / 2, y + 15, name, 'middle'),
      ...(tag === undefined ? [] : lines(tag, x + w / 2, y + height / 2 - 2, 'middle')),
    ];
  },
  pump({ tag: name, x, y }, tag) {
    return [
      h('circle', { class: `symbol ${activity(tag)}`, cx: x, cy: y, r: 13 }),
      h('path', { class: `sign ${activity(tag)}`, d: PUMP, transform: `translate(${x} ${y})` }),
      ...state(name, tag, x, y - 28),
    ];
  },
  valve({ tag: name, x, y }, tag) {
    return [
      h('path', { class: `symbol ${activity(tag)}`, d: VALVE, transform: `translate(${x} ${y})` }),
      ...state(name, tag, x, y - 25),
    ];
  },
  lamp({ tag: name, x, y }, tag) {
    return [
      h('rect', { class: `symbol ${activity(tag)}`, x: x - 18, y: y - 18, width: 36, height: 36, rx: 3 }),
      h('text', { class: `inside ${activity(tag)}`, x, y: y + 4, 'text-anchor': 'middle' }, 'UV'),
      ...state(name, tag, x, y - 34),
    ];
  },
  value({ tag: name, x, y, lead }, tag) {
    return [
      lead && h('path', { class: 'lead', d: lead }),
      ...(tag === undefined ? [words('name', x, y, name, 'start')] : lines(tag, x, y, 'start')),
    ];
  },
  box({ x, y, w, h: height, name }) {
    return [
      h('rect', { class: 'tank', x, y, width: w, height, rx: 2 }),
      words('equipment', x + w / 2, y + height / 2 + 4, name, 'middle'),
    ];
  },
  words({ x, y, at = 'start', name }) {
    return words('equipment', x, y, name, at);
  },
};

/** What is drawn around a tag that is blamed: a frame; with the shape of the level at its corner, where it leads. */
function frame({ x, y, w, h: height }, kind, level) {
  const [left, top, width, tall] = {
    tank: [x - 5, y - 5, w + 10, height + 10],
    pump: [x - 22, y - 41, 44, 58],
    valve: [x - 22, y - 37, 44, 49],
    lamp: [x - 24, y - 47, 48, 68],
    value: [x - 5, y - 13, 76, 33],
  }[kind];
  const around = h('rect', { class: 'guilt', x: left, y: top, width, height: tall, rx: 4 });
  if (level === undefined) return around;
  return [
    around,
    h('circle', { class: 'behind', cx: left + width, cy: top, r: 9 }),
    shape(level, left + width, top, 0.7),
  ];
}

function activity(tag) {
  const active = isActive(tag);
  if (active === undefined) return 'between';
  return active ? 'active' : 'idle';
}

function state(name, tag, x, y) {
  return [
    words('name', x, y, name, 'middle'),
    tag !== undefined && words('state', x, y + 12, `${doubtOf(tag) === '' ? '' : '? '}${valueOf(tag)}`, 'middle'),
  ];
}

function lines(tag, x, y, at) {
  const doubt = doubtOf(tag);
  return [
    words('name', x, y, tag.tag, at),
    h(
      'text',
      { class: 'value', x, y: y + 15, 'text-anchor': at },
      doubt === '' ? null : '? ',
      valueOf(tag),
      h('tspan', { class: 'unit' }, ` ${unitOf(tag)}`),
    ),
  ];
}

function words(kind, x, y, said, at) {
  return h('text', { class: kind, x, y, 'text-anchor': at }, said);
}
