import { PRESETS, type Preset } from '../../lib/detect/presets';
import { DETECTOR_KINDS, type DetectorKind } from '../../lib/detect/detector';

type Fields = Readonly<Record<string, string | number>>;

/** A preset as the dialogs' fields hold it: of the window, and of each detector. */
export type PresetFields = Readonly<Record<'window' | DetectorKind, Fields>>;

/** Settings that the dialogs show in per cent. */
const PERCENT: Readonly<Record<string, string>> = {
  quantile: 'quantilePercent',
  variance: 'variancePercent',
  scaleTail: 'scaleTailPercent',
};
/** Settings that have no field. */
const HIDDEN = new Set(['learningRate', 'seed', 'engine']);

/** Every preset by name, for the dialogs. */
export function presetFields(): Readonly<Record<string, PresetFields>> {
  return Object.fromEntries(Object.entries(PRESETS).map(([name, preset]) => [name, fieldsOf(preset)]));
}

function fieldsOf({ lengths, lags, stride, ratioKind, detectors }: Preset): PresetFields {
  const kinds = DETECTOR_KINDS.map((kind): [DetectorKind, Fields] => [
    kind,
    { ratioKind, stride, ...Object.fromEntries(Object.entries(detectors[kind]).flatMap(fieldOf)) },
  ]);
  const byKind = Object.fromEntries(kinds) as Record<DetectorKind, Fields>;
  return { window: { length: lengths.join(', '), lags }, ...byKind };
}

function fieldOf([name, value]: [string, unknown]): [string, string | number][] {
  if (HIDDEN.has(name)) return [];
  if (Object.hasOwn(PERCENT, name)) return [[PERCENT[name], Number((100 * Number(value)).toPrecision(8))]];
  return [[name, typeof value === 'number' ? value : Array.isArray(value) ? value.join(',') : String(value)]];
}
