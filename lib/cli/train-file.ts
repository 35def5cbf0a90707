import { basename, resolve } from 'node:path';
import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { PROMISE_DAYS } from '../detect/expected-alarms';
import { PRESET_NAMES, PRESETS, type Preset } from '../detect/presets';
import { DEFAULT_SETTINGS, readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { createStore } from '../model/store';
import type { Validation } from '../model/training-report';
import { englishText } from '../platform/catalogue';
import { systemClock } from '../platform/clock';
import { disk } from '../platform/files';
import { productVersion } from '../platform/product';
import { timeReader } from '../stream/local-time';
import { MAX_ROWS } from '../train/collector';
import { readExclusions } from '../train/exclusions';
import type { FileSource } from '../train/file-source';
import type { QualityReport } from '../train/quality/report';
import { spanOf } from '../train/span';
import { startCheck, startTraining, type Ears } from '../train/trainer';
import { readArguments, type Options } from './arguments';
import { DEFAULT_WINDOWS } from './chain';
import { noteTraining } from './note-training';
import { outFolder } from './out-folder';
import { tagsIn } from './tags-file';
import { tenths } from './tenths';
import type { Command, Terminal } from './terminal';
import { tooSmall } from './too-small';

/** What `swat train FILE` can be told. */
export const TRAIN_FILE_OPTIONS = {
  out: { kind: 'text' },
  plant: { kind: 'text' },
  kinds: { kind: 'text', fallback: DETECTOR_KINDS.join() },
  // The same by another name.
  kind: { kind: 'text' },
  preset: { kind: 'text' },
  'exclude-tags': { kind: 'text', fallback: '' },
  exclude: { kind: 'text', fallback: '' },
  'time-zone': { kind: 'text', fallback: 'UTC' },
  'time-column': { kind: 'text', fallback: '' },
  'label-column': { kind: 'text', fallback: '' },
  // 0: as the preset says, or the nodes unless set otherwise.
  stride: { kind: 'number', fallback: 0, min: 0, max: 10_000, whole: true },
  windows: { kind: 'number', fallback: MAX_ROWS, min: 10, max: MAX_ROWS, whole: true },
  seed: { kind: 'number', fallback: 1, min: 0, max: 2 ** 32 - 1, whole: true },
  epochs: { kind: 'number', fallback: 10, min: 1, max: 1000, whole: true },
  'false-alarms': { kind: 'number', fallback: 0, min: 0, max: 1000 },
  at: { kind: 'text' },
  check: { kind: 'flag' },
} as const satisfies Options;

/** What nodes are set to when they are put into a flow. */
const USUAL: Preset = {
  lengths: DEFAULT_WINDOWS.lengths,
  lags: 0,
  stride: 10,
  ratioKind: 'calibrated',
  detectors: DEFAULT_SETTINGS,
};

/** `swat train FILE`: checks a historian's CSV, trains detectors on it, and saves them as versions. The same code as in the nodes. */
export const trainFile: Command = async ([file, ...args], terminal) => {
  const given = readArguments(args, TRAIN_FILE_OPTIONS);
  const kinds = kindsOf(given.text('kind') ?? given.text('kinds') ?? '');
  const { lengths, lags, stride, ratioKind, detectors } = settingsOf(given.text('preset'));
  const at = given.text('at');
  const now = at === undefined ? systemClock() : Date.parse(at);
  if (Number.isNaN(now)) throw new SwatError('cli-time', { value: at ?? '' });
  const exclude = readExclusions({ tags: given.text('exclude-tags'), ranges: given.text('exclude') });
  const timeZone = given.text('time-zone') ?? 'UTC';
  timeReader(timeZone);
  const folder = given.flag('check') ? '' : await outFolder(given.text('out'));
  const plant = given.text('plant');
  const source: FileSource = {
    path: resolve(file),
    name: basename(file),
    tags: plant === undefined ? undefined : await tagsIn(plant),
    windows: { ...DEFAULT_WINDOWS, lengths, lags },
    timeZone,
    columns: { time: given.text('time-column') ?? '', label: given.text('label-column') ?? '' },
    stride: given.number('stride') || stride,
    rows: given.number('windows'),
  };
  const chosen = { seed: given.number('seed'), epochs: given.number('epochs') };
  const [first] = kinds;
  const ears = telling(terminal);
  if (given.flag('check')) {
    await startCheck(
      {
        kind: first,
        file: source,
        settings: readFitSettings(first, { ...detectors[first], ...chosen }),
        exclude,
      },
      ears,
    ).result;
    return 0;
  }
  const store = createStore({ files: disk, folder, product: productVersion() });
  const falseAlarmsPerDay = given.number('false-alarms');
  for (const kind of kinds) {
    const job = {
      kind,
      file: source,
      settings: readFitSettings(kind, { ...detectors[kind], ...chosen }),
      exclude,
      falseAlarmsPerDay,
      ratioKind,
    };
    let progress = tenths(kind, terminal);
    const hears: Ears = {
      // The report is the same for all of them.
      ...(kind === first && ears),
      quality(report) {
        if (kind === first) ears.quality?.(report);
        // Reading is over: its time says nothing of what is left.
        progress = tenths(kind, terminal);
      },
    };
    const training = startTraining(job, ({ fraction }) => progress(fraction), undefined, hears);
    const { artifact, report } = await training.result.catch((cause: unknown) => {
      throw tooSmall(cause, { name: source.name, stride: source.stride });
    });
    const version = await store.save(artifact, report, now);
    const { threshold } = artifact.calibration;
    await noteTraining(folder, { kind, version, rows: report.rows, threshold, file: source.name });
    terminal.result(`${kind} ${version}, threshold ${threshold.toFixed(4)}, ${report.rows} windows`);
    if (report.validation !== undefined) tellValidation(report.validation, terminal);
  }
  terminal.result(`saved to ${folder}`);
  terminal.result(englishText('cli.next', {}) ?? '');
  return 0;
};

/** Settings of a preset; without one those of the nodes. @throws SwatError `setting-choice` */
function settingsOf(preset: string | undefined): Preset {
  if (preset === undefined) return USUAL;
  const name = PRESET_NAMES.find((each) => each === preset);
  return name === undefined ? choice('preset', preset, PRESET_NAMES) : PRESETS[name];
}

function telling(terminal: Terminal): Ears {
  const progress = tenths('reading', terminal);
  return {
    reading: ({ samples, fraction }) => progress(fraction ?? 0, `, ${samples} samples`),
    quality: (report) => tellQuality(report, terminal),
  };
}

function tellQuality({ record, findings }: QualityReport, terminal: Terminal): void {
  const { samples, rows, stride, labelled, excluded } = record;
  terminal.result(
    `${samples} samples (${labelled} labelled, ${excluded} excluded), ${rows} windows, one in ${stride} learned`,
  );
  for (const { code, severity, params, tags } of findings) {
    const filled = { ...timed(params), names: tags.slice(0, 10).join(', ') };
    const text = englishText(`quality.${code}.text`, filled) ?? code;
    terminal.result(`${severity}: ${text} ${englishText(`quality.${code}.advice`, filled) ?? ''}`);
  }
}

const DAY = 86_400_000;

function tellValidation(validation: Validation, terminal: Terminal): void {
  const { days, falseAlarms, perDay, upperPerDay, suspicious, dominant, tags } = validation;
  const { unit: span, number: length } = spanOf(days * DAY);
  const long = englishText(`span.${span}`, { number: length }) ?? '';
  const rate =
    upperPerDay === null
      ? ''
      : `; as long as the plant runs as it did then, ${perDay.toPrecision(2)} a day, at most ${upperPerDay.toPrecision(2)} (95 % sure)`;
  terminal.result(`  false alarms in ${long} of held-out time: ${falseAlarms}${rate}`);
  if (upperPerDay === null) {
    const params = { long, days: PROMISE_DAYS };
    terminal.result(
      `  ${englishText('validation.short.text', params) ?? ''} ${englishText('validation.short.advice', params) ?? ''}`,
    );
  }
  for (const { from, to, peak, tags: names } of suspicious.slice(0, 5)) {
    const { unit, number } = spanOf(to - from);
    const long = englishText(`span.${unit}`, { number }) ?? '';
    const params = { ...timed({ from, to }), peak, long, names: names.join(', ') };
    terminal.result(`  ${englishText('validation.suspicious.text', params) ?? ''}`);
  }
  if (dominant === null) return;
  const percent = Math.round((tags[0]?.share ?? 0) * 100);
  terminal.result(`  ${englishText('validation.dominant.text', { tag: dominant, percent }) ?? ''}`);
}

function timed(params: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'number' && (name === 'from' || name === 'to') ? new Date(value).toISOString() : value,
    ]),
  );
}

function kindsOf(text: string): [DetectorKind, ...DetectorKind[]] {
  const kinds = text.split(',').map((word): DetectorKind => {
    const kind = DETECTOR_KINDS.find((known) => known === word.trim());
    return kind ?? choice('kind', word, DETECTOR_KINDS);
  });
  const [first, ...rest] = kinds;
  return [first, ...rest];
}

function choice(name: string, value: string, choices: readonly string[]): never {
  throw new SwatError('setting-choice', { name, value: value.slice(0, 40), choices: choices.join(', ') });
}
