import { rowsNeeded } from '../detect/checks';
import type { Dataset } from '../detect/dataset';
import { fitDetector, type FitHooks, type FitReport } from '../detect/fit';
import type { DetectorArtifact } from '../detect/artifact';
import type { Engine } from '../detect/engine';
import { SwatError } from '../errors';
import type { SourceNote, TrainingReport } from '../model/training-report';
import { NO_EXCLUSIONS } from './exclusions';
import { withoutRanges, withoutTags } from './prepare';
import type { CheckJob, TrainingJob, TrainingResult } from './protocol';
import { measureRows } from './quality/from-rows';
import type { QualityReport } from './quality/report';
import { readFileRows, type ReadingHooks } from './read-file';
import { datasetOf } from './rows';
import { calibrateFor, validate, type Held } from './validate';

/** What the work of a training thread tells and asks. */
export interface WorkHooks extends FitHooks, ReadingHooks {
  quality(report: QualityReport): void;
}

/** Measures the quality of what a training would learn from. @throws SwatError what reading throws; `training-cancelled` */
export async function checkData(job: CheckJob, hooks: WorkHooks): Promise<void> {
  const { exclude = NO_EXCLUSIONS, settings } = job;
  if (job.file !== undefined) {
    const { data, quality } = await readFileRows(job.file, exclude, settings.folds, hooks);
    checkTags(exclude.tags, data);
    hooks.quality(quality);
    return;
  }
  const { data, note } = collected(job);
  checkTags(exclude.tags, data);
  hooks.quality(
    measureRows(data).report({
      source: note,
      unreadableLines: 0,
      rows: data.count,
      stride: data.stride,
      wantedStride: data.stride,
      need: rowsNeeded(data, settings.folds),
      missingTags: [],
      unknownColumns: [],
    }),
  );
}

/** Trains on collected windows or a file, by the engine that is given, and validates on time that each fold left out. */
export async function trainOn(job: TrainingJob, hooks: WorkHooks, engine?: Engine): Promise<TrainingResult> {
  const { kind, exclude = NO_EXCLUSIONS, settings, falseAlarmsPerDay = 0, ratioKind = 'calibrated' } = job;
  const { data, note } = await rowsOf(job, hooks);
  checkTags(exclude.tags, data);
  withoutTags(data, exclude.tags);
  const { artifact: fitted, report, outOfFold } = fitDetector(kind, data, settings, hooks, engine);
  if (hooks.cancelled()) throw new SwatError('training-cancelled');
  const known: DetectorArtifact = {
    ...fitted,
    settings: {
      ...fitted.settings,
      ...(exclude.tags.length > 0 && { excludedTags: exclude.tags.join() }),
      ...(falseAlarmsPerDay > 0 && { falseAlarmsPerDay }),
    },
  };
  const held: Held = { artifact: known, data, outOfFold, ratioKind };
  const calibration = falseAlarmsPerDay > 0 ? calibrateFor(held, falseAlarmsPerDay) : known.calibration;
  const artifact = { ...known, calibration };
  const validation = validate({ ...held, artifact });
  return { artifact, report: { ...kept(report), source: note, validation } };
}

/** A name that was mistyped would leave its tag in. @throws SwatError `exclude-unknown` */
function checkTags(excluded: readonly string[], { schema }: Dataset): void {
  const known = new Set(schema.tags.map(({ name }) => name));
  const unknown = excluded.find((name) => !known.has(name));
  if (unknown !== undefined) throw new SwatError('exclude-unknown', { tag: unknown });
}

async function rowsOf(job: TrainingJob, hooks: WorkHooks): Promise<{ data: Dataset; note: SourceNote }> {
  if (job.file === undefined) return collected(job);
  const { data, note, quality } = await readFileRows(job.file, job.exclude ?? NO_EXCLUSIONS, job.settings.folds, hooks);
  hooks.quality(quality);
  return { data, note };
}

function collected(job: CheckJob): { data: Dataset; note: SourceNote } {
  const { exclude = NO_EXCLUSIONS, data: rows } = job;
  if (rows === undefined) throw new TypeError('data');
  const { data, excluded } = withoutRanges(datasetOf(rows), exclude.ranges);
  const { tags: excludedTags, ranges: excludedRanges } = exclude;
  return {
    data,
    note: { kind: 'flow', samples: rows.count, excludedTags, excludedRanges, labelled: 0, excluded },
  };
}

/** What of a fit's report is kept with the model: the range, the rows, and every figure that has a value. */
function kept(report: FitReport): TrainingReport {
  const figures = Object.entries(report).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number' && !['first', 'last', 'rows'].includes(name) ? [[name, value] as const] : [],
  );
  return { from: report.first, to: report.last, rows: report.rows, metrics: Object.fromEntries(figures) };
}
