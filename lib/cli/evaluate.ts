import { join } from 'node:path';
import { type DetectorKind } from '../detect/detector';
import { PRESET_NAMES, PRESETS, presetSettings, type PresetName } from '../detect/presets';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { PACKAGE_FOLDER } from '../platform/product';
import { readArguments, type Given, type Options } from './arguments';
import { evaluatePlant } from './evaluate-plant';
import { csvSeries } from './labelled/csv-series';
import { evaluateLabelled } from './labelled/evaluate-labelled';
import { packSeries } from './labelled/pack-series';
import type { LabelledSeries } from './labelled/series';
import { swatSeries } from './labelled/swat-series';
import { kindsOf } from './learn';
import type { Command, Measured, Terminal } from './terminal';

const FORMATS = ['pack', 'swat', 'csv'] as const;

/** The seed of the simulated plant; on labelled data 1 is meant by it. */
const SEED = 7_310_000;

/** What `swat evaluate` can be told. */
export const EVALUATE_OPTIONS = {
  hours: { kind: 'number', fallback: 24, min: 0.1, max: 10_000 },
  runs: { kind: 'number', whole: true, fallback: 3, min: 1, max: 1000 },
  seed: { kind: 'number', min: 0, max: 2 ** 32 - 1, whole: true, fallback: SEED },
  model: { kind: 'text', fallback: join(PACKAGE_FOLDER, 'models') },
  attacks: { kind: 'text', fallback: 'all' },
  drill: { kind: 'number', fallback: 0, min: 0, max: 1000, whole: true },
  data: { kind: 'text' },
  format: { kind: 'text', fallback: 'pack' },
  preset: { kind: 'text', fallback: 'recommended' },
  kinds: { kind: 'text', fallback: '' },
  only: { kind: 'text', fallback: '' },
  // 0: as the preset says.
  length: { kind: 'number', fallback: 0, min: 0, max: 3600, whole: true },
  stride: { kind: 'number', fallback: 0, min: 0, max: 3600, whole: true },
  persistence: { kind: 'number', fallback: 0, min: 0, max: 1000, whole: true },
  'train-until': { kind: 'text', fallback: '0.5' },
  labels: { kind: 'text' },
  'time-zone': { kind: 'text', fallback: 'UTC' },
  'time-column': { kind: 'text', fallback: '' },
  'label-column': { kind: 'text', fallback: '' },
  out: { kind: 'text' },
  json: { kind: 'flag' },
} as const satisfies Options;

/** `swat evaluate`: a model on the simulated plant, or freshly trained detectors on labelled data. */
export const evaluate: Command = async (args, terminal) => {
  const given = readArguments(args, EVALUATE_OPTIONS);
  const data = given.text('data');
  const lacking = data === undefined ? OF_DATA.find((name) => given.has(name)) : undefined;
  if (lacking !== undefined) throw new SwatError('cli-needs-data', { name: lacking });
  const measured =
    data === undefined
      ? await evaluatePlant(
          {
            hours: given.number('hours'),
            runs: given.number('runs'),
            seed: given.number('seed'),
            folder: given.text('model') ?? '',
            attacks: given.text('attacks') ?? 'all',
            drill: given.number('drill'),
          },
          terminal,
        )
      : await evaluateData(data, given, terminal);
  if (given.flag('json')) terminal.result(JSON.stringify(measured.json, null, 2));
  else for (const line of measured.lines) terminal.result(line);
  return 0;
};

/** Options that say nothing where there is no data. */
const OF_DATA = ['format', 'train-until', 'labels', 'out', 'only'] as const;

/** What a preset judges by, unless `--kinds` says otherwise. */
const PRESET_KINDS: Readonly<Record<PresetName, readonly DetectorKind[]>> = {
  classic: ['autoencoder', 'iforest'],
  recommended: ['pca'],
};
/** Windows running over the threshold that make an alarm. */
const PRESET_PERSISTENCE: Readonly<Record<PresetName, number>> = { classic: 1, recommended: 2 };

async function evaluateData(data: string, given: Given, terminal: Terminal): Promise<Measured> {
  const preset = choice('preset', given.text('preset') ?? '', PRESET_NAMES);
  const { lengths, lags, stride, ratioKind } = PRESETS[preset];
  const seed = given.number('seed') === SEED ? 1 : given.number('seed');
  const length = given.number('length');
  const names = given.text('kinds') ?? '';
  const { series, labelled } = await seriesOf(data, given);
  return evaluateLabelled(
    series,
    labelled,
    {
      preset,
      kinds: names === '' ? PRESET_KINDS[preset] : kindsOf(names),
      settings: (kind) => readFitSettings(kind, { ...presetSettings(preset, kind), seed }),
      ratioKind,
      persistence: given.number('persistence') || PRESET_PERSISTENCE[preset],
      cut: { lengths: length === 0 ? lengths : [length], lags, stride: given.number('stride') || stride },
      seed,
      out: given.text('out'),
    },
    terminal,
  );
}

async function seriesOf(
  data: string,
  given: Given,
): Promise<{ readonly series: readonly LabelledSeries[]; readonly labelled: boolean }> {
  const only = given.text('only') ?? '';
  const reading = {
    timeZone: given.text('time-zone') ?? 'UTC',
    columns: { time: given.text('time-column') ?? '', label: given.text('label-column') ?? '' },
  };
  switch (choice('format', given.text('format') ?? '', FORMATS)) {
    case 'pack':
      return packSeries(data, only);
    case 'swat':
      return { series: await swatSeries(data, reading), labelled: true };
    case 'csv':
      return csvSeries(data, {
        ...reading,
        only,
        until: given.text('train-until') ?? '',
        untilAssumed: !given.has('train-until'),
        labels: given.text('labels'),
      });
  }
}

function choice<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const chosen = choices.find((each) => each === value);
  if (chosen === undefined)
    throw new SwatError('setting-choice', { name, value: value.slice(0, 40), choices: choices.join(', ') });
  return chosen;
}
