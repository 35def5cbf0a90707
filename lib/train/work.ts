import { rowsNeeded } from '../detect/checks';
import type { Dataset } from '../detect/dataset';
import { fitDetector, type FitHooks, type FitReport } from '../detect/fit';
import type { DetectorArtifact } from '../detect/artifact';
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
    hooks.quality((await readFileRows(job.file, exclude, settings.folds, hooks)).quality);
    return;
  }
  const { data, note } = collected(job);
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

/** Trains on collected windows or a file, and validates on time that each fold left out. */
export async function trainOn(job: TrainingJob, hooks: WorkHooks): Promise<TrainingResult> {
  const { kind, exclude = NO_EXCLUSIONS, settings, falseAlarmsPerDay = 0, ratioKind = 'calibrated' } = job;
  const { data, note } = await rowsOf(job, hooks);
  withoutTags(data, exclude.tags);
  const { artifact: fitted, report, outOfFold } = fitDetector(kind, data, settings, hooks);
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
