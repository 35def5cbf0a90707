import { h } from './render.js';
import { part, pipe } from './plant-parts.js';
import { saidOf } from './plant-tag.js';
import { text } from './texts.js';

const WIDTH = 360;
const HEIGHT = 234;
/** So much of the drawing has to be in a plant, for it to be this plant. */
const ENOUGH = 0.8;

const value = (tag, x, y, lead) => ['value', { tag, x, y, lead }];
const pump = (tag, x, y) => ['pump', { tag, x, y }];
const valve = (tag, x, y) => ['valve', { tag, x, y }];
const says = (key, x, y, at) => ['words', { key, x, y, at }];
const names = (name, x, y) => ['words', { name, x, y, at: 'middle' }];

/**
 * The six stages of the SWaT preset, after the published descriptions of the testbed: pipes, with the tags that tell whether
 * something flows, and what stands on them. Numbers are places in a drawing of 360 by 234.
 */
const STAGES = {
  P1: {
    pipes: [
      { d: 'M0 60H200V76', by: ['FIT101'] },
      { d: 'M250 160H268V120H332V160H360', by: ['P101'] },
      { d: 'M268 160V204H332V160', by: ['P102'] },
    ],
    parts: [
      says('rawWater', 4, 78),
      value('FIT101', 6, 26, 'M24 44V60'),
      valve('MV101', 112, 60),
      ['tank', { tag: 'LIT101', x: 150, y: 76, w: 100, h: 124, name: 'T-101' }],
      pump('P101', 300, 120),
      pump('P102', 300, 204),
    ],
  },
  P2: {
    pipes: [
      { d: 'M45 75V100H65V150', by: ['P201'] },
      { d: 'M85 75V100H65V150', by: ['P202'] },
      { d: 'M140 75V100H160V150', by: ['P203'] },
      { d: 'M180 75V100H160V150', by: ['P204'] },
      { d: 'M235 75V100H255V150', by: ['P205'] },
      { d: 'M275 75V100H255V150', by: ['P206'] },
      { d: 'M0 150H360', by: ['FIT201'] },
    ],
    parts: [
      names('NaCl', 65, 18),
      names('HCl', 160, 18),
      names('NaOCl', 255, 18),
      pump('P201', 45, 66),
      pump('P202', 85, 66),
      pump('P203', 140, 66),
      pump('P204', 180, 66),
      pump('P205', 235, 66),
      pump('P206', 275, 66),
      value('AIT201', 8, 182, 'M24 150V170'),
      value('AIT202', 102, 182, 'M118 150V170'),
      value('AIT203', 190, 182, 'M206 150V170'),
      value('FIT201', 278, 182, 'M294 150V170'),
      valve('MV201', 328, 150),
    ],
  },
  P3: {
    pipes: [
      { d: 'M0 34H55V60', by: ['FIT201'] },
      { d: 'M98 150H112V112H158V150H205', by: ['P302'] },
      { d: 'M112 150V196H158V150H205', by: ['P301'] },
      { d: 'M255 72H360', by: ['MV302'] },
      { d: 'M360 122H255', by: ['MV301'] },
      { d: 'M255 172H360', by: ['MV303'] },
      { d: 'M230 180V222H360', by: ['MV304'] },
    ],
    parts: [
      ['tank', { tag: 'LIT301', x: 12, y: 60, w: 86, h: 120, name: 'T-301' }],
      pump('P302', 135, 112),
      pump('P301', 135, 196),
      value('FIT301', 116, 30, 'M180 48V150'),
      ['box', { x: 205, y: 60, w: 50, h: 120, key: 'uf' }],
      value('DPIT301', 206, 34),
      valve('MV302', 326, 72),
      valve('MV301', 326, 122),
      valve('MV303', 326, 172),
      valve('MV304', 326, 222),
      says('drain', 259, 166),
      says('drain', 238, 216),
    ],
  },
  P4: {
    pipes: [
      { d: 'M0 34H55V60', by: ['MV302'] },
      { d: 'M98 150H112V112H158V150', by: ['P402'] },
      { d: 'M112 150V196H158V150', by: ['P401'] },
      { d: 'M278 83V110H299V150', by: ['P403'] },
      { d: 'M320 83V110H299V150', by: ['P404'] },
      { d: 'M158 150H360', by: ['FIT401'] },
    ],
    parts: [
      ['tank', { tag: 'LIT401', x: 12, y: 60, w: 86, h: 120, name: 'T-401' }],
      value('AIT401', 12, 204),
      pump('P402', 135, 112),
      pump('P401', 135, 196),
      value('FIT401', 116, 30, 'M180 48V150'),
      ['lamp', { tag: 'UV401', x: 226, y: 150 }],
      names('NaHSO₃', 299, 22),
      pump('P403', 278, 72),
      pump('P404', 320, 72),
      value('AIT402', 280, 184, 'M330 150V176'),
    ],
  },
  P5: {
    pipes: [
      { d: 'M0 132H20V92H90V132', by: ['P501'] },
      { d: 'M20 132V180H90V132', by: ['P502'] },
      { d: 'M90 132H170', by: ['FIT501'] },
      { d: 'M210 102V76H360', by: ['FIT502'] },
      { d: 'M250 142H360', by: ['FIT503'] },
      { d: 'M230 162V216H100V132', by: ['FIT504'] },
    ],
    parts: [
      value('AIT501', 6, 20),
      value('AIT502', 88, 20),
      value('AIT503', 170, 20),
      pump('P501', 55, 92),
      pump('P502', 55, 180),
      value('FIT501', 100, 104),
      value('PIT501', 108, 152),
      ['box', { x: 170, y: 102, w: 80, h: 60, key: 'ro' }],
      value('FIT502', 196, 53),
      value('AIT504', 272, 53),
      value('PIT502', 290, 95),
      says('permeate', 222, 92),
      value('FIT503', 262, 162),
      value('PIT503', 262, 200),
      says('reject', 356, 136, 'end'),
      value('FIT504', 122, 190),
    ],
  },
  P6: {
    pipes: [
      { d: 'M92 74H360', by: ['P601'] },
      { d: 'M92 160H360', by: ['P602'] },
      { d: 'M112 160V214H196', by: ['P603'] },
    ],
    parts: [
      ['box', { x: 12, y: 44, w: 80, h: 60, key: 'permeateTank' }],
      ['box', { x: 12, y: 130, w: 80, h: 60, key: 'backwashTank' }],
      pump('P601', 150, 74),
      says('toRawWater', 356, 66, 'end'),
      pump('P602', 150, 160),
      value('FIT601', 206, 134, 'M222 152V160'),
      says('toBackwash', 356, 178, 'end'),
      pump('P603', 150, 214),
      says('cleaning', 202, 218),
    ],
  },
};

const DRAWN = Object.values(STAGES)
  .flatMap(({ parts }) => parts)
  .flatMap(([, { tag }]) => tag ?? []);

/** Whether a plant is drawn as the SWaT preset, by the names of its tags. */
export function isSwat(tags) {
  return DRAWN.filter((name) => tags.has(name)).length >= ENOUGH * DRAWN.length;
}

/** The drawing of a stage; `undefined` for one that is none of the six. */
export function swatStage(stage, tags, level) {
  const drawing = STAGES[stage];
  if (drawing === undefined) return undefined;
  const shown = drawing.parts.flatMap(([, { tag }]) => tags.get(tag) ?? []);
  const said = shown.map((tag) => saidOf(tag, level)).join('; ');
  return h(
    'svg',
    { class: 'mimic', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': said },
    h('defs', {}, arrow()),
    drawing.pipes
      .map((each) => pipe(each, tags))
      .sort((left, right) => left.flows - right.flows)
      .map(({ shapes }) => shapes),
    drawing.parts.map(([kind, given]) => part([kind, named(given)], tags, level)),
  );
}

function named(given) {
  return given.key === undefined ? given : { ...given, name: text(`plant.${given.key}`) };
}

function arrow() {
  return h(
    'marker',
    { id: 'arrow', viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto', markerUnits: 'userSpaceOnUse' }, // prettier-ignore
    h('path', { class: 'arrow', d: 'M0 0 10 5 0 10z' }),
  );
}
