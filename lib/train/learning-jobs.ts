import { checkCount } from '../detect/checks';
import type { RatioKind } from '../detect/detector';
import { driftOf, unknownTags } from '../detect/drift';
import type { FitProgress } from '../detect/fit';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { quoted } from '../shown';
import type { Clock } from '../platform/clock';
import type { Collector } from './collector';
import { findEngine, wantedEngine } from './engines';
import { NO_EXCLUSIONS, readExclusions, type Exclusions } from './exclusions';
import type { FileSource } from './file-source';
import { keep, type KeeperOptions } from './keeper';
import type { LearningEvent, TrainedEvent } from './learning-event';
import type { WantedSource } from './learning-record';
import type { CheckJob, TrainingData, TrainingJob } from './protocol';
import type { QualityReport } from './quality/report';
import { startCheck, startTraining, type Ears, type Training } from './trainer';

export interface JobOptions extends KeeperOptions {
  /** Wall-clock time, for the version that is made. */
  readonly clock: Clock;
  /** Time that never jumps, for how long things take. */
  readonly steady: Clock;
  /** Settings of a training as the dialog gives them; a `train` command's stand above them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is left out, unless a command says otherwise. */
  readonly exclude?: Exclusions;
  /** The scale that expected false alarms are counted on. */
  readonly ratioKind?: RatioKind;
  /** Where an engine that is not built in may be installed. */
  readonly engineFolders?: readonly string[];
  /**
   * The file that a command names, and how it is cut into windows.
   * @throws SwatError why it cannot be used
   */
  readonly fileOf?: (given: Readonly<Record<string, unknown>>) => FileSource;
  readonly emit: (event: LearningEvent) => void;
}

/** What the jobs need of the learner that has them done. */
interface Hands {
  /** What is collected now. */
  readonly collection: () => Collector | undefined;
  /** Somebody wants an end: what is made is put in force no more. */
  readonly stopping: () => boolean;
  /** Forgets what was collected. */
  readonly discard: () => void;
}

/** A work of the thread, begun, and how it ends: what there is to tell then. */
export interface Job {
  readonly running: Training<unknown>;
  /** What it learns from. */
  readonly source: WantedSource;
  readonly ending: () => Promise<LearningEvent | undefined>;
}

/** The works that a learner has a thread do. */
interface Jobs {
  /** @throws SwatError `nothing-collected`, and for what is given that cannot be */
  check(wanted: Readonly<Record<string, unknown>>): Job;
  /** @throws SwatError `nothing-collected`, `training-too-small`, `engine-missing`, `engine-node`, and for settings that cannot be */
  train(wanted: Readonly<Record<string, unknown>>): Job;
}

/** How often reading a file, and a training without a loss, is told of, ms. */
const READING_MS = 500;
const NOTHING_LEFT_OUT: Collector['leftOut'] = {
  bad: 0,
  over: 0,
  labelled: 0,
  'other-schema': 0,
  'other-mode': 0,
  excluded: 0,
};

/** False alarms a day to place the threshold for; 0 to place it by the quantile. @throws SwatError `setting-number` */
export function wantedAlarms(value: unknown): number {
  if (value === undefined || value === null || value === '') return 0;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= 1000) return number;
  throw new SwatError('setting-number', {
    name: 'falseAlarmsPerDay',
    value: quoted(value),
    min: 0,
    max: 1000,
  });
}

/** How much of what was asked for is collected; `undefined` where it is all. */
export function cutShort(collection: Collector | undefined): TrainedEvent['cut'] {
  if (collection === undefined || collection.collected >= collection.wanted) return undefined;
  const { collected, wanted } = collection;
  return { collected, wanted };
}

/** The jobs of a learner: what a command asks for is read and refused here, before anything begins. */
export function createJobs(options: JobOptions, hands: Hands): Jobs {
  const { kind, clock, steady, emit } = options;

  const excludeOf = (wanted: Readonly<Record<string, unknown>>): Exclusions =>
    wanted.exclude === undefined ? (options.exclude ?? NO_EXCLUSIONS) : readExclusions(wanted.exclude);
  /** What a command asks to learn from. */
  const dataOf = (wanted: Readonly<Record<string, unknown>>): TrainingData => {
    if (wanted.file !== undefined) {
      if (options.fileOf === undefined) throw new SwatError('training-no-window');
      return { file: options.fileOf(wanted) };
    }
    const collector = hands.collection();
    if (collector === undefined || collector.collected === 0) throw new SwatError('nothing-collected', { kind });
    return { data: collector.rows() };
  };
  const sourceOf = ({ file }: TrainingData, { tags, ranges }: Exclusions): WantedSource => ({
    ...(file === undefined ? { kind: 'flow' } : { kind: 'file', file: file.name }),
    excludedTags: tags,
    excludedRanges: ranges,
  });
  /** Seconds left of a work that has come so far; `null` where nobody knows. */
  const remaining = (started: number, fraction: number | null): number | null => {
    if (fraction === null || fraction <= 0) return null;
    return ((steady() - started) / 1000 / fraction) * (1 - fraction);
  };
  const earsOf = (event: 'checking' | 'reading'): Ears => {
    const started = steady();
    let said = -Infinity;
    return {
      reading(progress) {
        const now = steady();
        if (now - said < READING_MS) return;
        said = now;
        const left = remaining(started, progress.fraction);
        emit({ event, ...progress, secondsLeft: left === null ? null : Math.ceil(left) });
      },
      quality: (quality) => emit({ event: 'checked', quality }),
    };
  };

  return {
    check(wanted) {
      const settings = readFitSettings(kind, { ...options.settings, ...wanted });
      const data = dataOf(wanted);
      const exclude = excludeOf(wanted);
      const job: CheckJob = { ...data, kind, settings, exclude };
      let found: QualityReport | undefined;
      const running = startCheck(job, { ...earsOf('checking'), quality: (quality) => (found = quality) });
      // Told once it is at rest: whoever hears of it may start the next step.
      const ending = async (): Promise<LearningEvent | undefined> => {
        await running.result;
        return found && { event: 'checked', quality: found };
      };
      return { running, source: sourceOf(data, exclude), ending };
    },

    train(wanted) {
      const settings = readFitSettings(kind, { ...options.settings, ...wanted });
      const { ratioKind, engineFolders = [] } = options;
      findEngine(wantedEngine(settings), engineFolders);
      const falseAlarmsPerDay = wantedAlarms({ ...options.settings, ...wanted }.falseAlarmsPerDay);
      const exclude = excludeOf(wanted);
      const data = dataOf(wanted);
      const collected = data.data;
      if (collected !== undefined) checkCount(collected, settings.folds);
      const cut = collected === undefined ? undefined : cutShort(hands.collection());
      const leftOut = { ...NOTHING_LEFT_OUT, ...(collected && hands.collection()?.leftOut) };
      const started = steady();
      const job: TrainingJob = { ...data, kind, settings, exclude, falseAlarmsPerDay, ratioKind, engineFolders };
      let heardAt = -Infinity;
      const heard = (progress: FitProgress): void => {
        const now = steady();
        // Each epoch is a point of the curve; without a loss there is only how far it is.
        if (progress.loss === null && now - heardAt < READING_MS) return;
        heardAt = now;
        const secondsLeft = Math.ceil(remaining(started, progress.fraction) ?? 0);
        emit({ event: 'training', ...progress, secondsLeft });
      };
      const running = startTraining(job, heard, undefined, earsOf('reading'));
      const ending = async (): Promise<TrainedEvent> => {
        const result = await running.result;
        const mayActivate = (): boolean => !hands.stopping() && wanted.activate !== false && cut === undefined;
        const { version, activated, fitness } = await keep(options, result, clock(), mayActivate);
        if (fitness !== 'poor' && collected !== undefined && cut === undefined) hands.discard();
        const { threshold, quantile } = result.artifact.calibration;
        const { rows, metrics, source, validation } = result.report;
        const seconds = (steady() - started) / 1000;
        const known = { version, activated, ...(fitness !== undefined && { fitness }), threshold, quantile, rows };
        const { artifact } = result;
        const driftUnknown = unknownTags(driftOf(artifact), artifact.schema);
        const wish = falseAlarmsPerDay > 0 ? { falseAlarmsPerDay } : {};
        const told = { ...wish, ...(source && { source }), ...(validation && { validation }) };
        return {
          event: 'trained',
          ...known,
          seconds,
          metrics,
          leftOut,
          kept: hands.collection()?.collected ?? 0,
          ...(cut && { cut }),
          driftUnknown,
          ...told,
        };
      };
      return { running, source: sourceOf(data, exclude), ending };
    },
  };
}
