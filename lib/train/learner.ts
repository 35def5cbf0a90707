import { checkCount, checkWanted } from '../detect/checks';
import type { DetectorKind, RatioKind } from '../detect/detector';
import { driftOf, unknownTags } from '../detect/drift';
import type { FitProgress } from '../detect/fit';
import type { Fitness } from '../detect/fitness';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import type { Clock } from '../platform/clock';
import { resolveSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import type { TrainingReport } from '../model/training-report';
import { createCollector, type Collector, type Hints } from './collector';
import { findEngine, wantedEngine } from './engines';
import { NO_EXCLUSIONS, readExclusions, type Exclusions } from './exclusions';
import type { FileSource } from './file-source';
import { keep, type KeeperOptions } from './keeper';
import type { CheckJob, TrainingData, TrainingJob } from './protocol';
import type { QualityReport } from './quality/report';
import type { ReadingProgress } from './read-file';
import type { SavedLearning } from './saved';
import { startCheck, startTraining, type Ears, type Training } from './trainer';

/** What a learner is at. */
export type Stage = 'idle' | 'collecting' | 'checking' | 'training';

/** What a learner tells of its work. `kept` are the windows that another training can start from. */
export type LearningEvent =
  | CollectingEvent
  | ({ event: 'checking' | 'reading'; secondsLeft: number | null } & ReadingProgress)
  | { event: 'checked'; quality: QualityReport }
  | ({ event: 'training'; secondsLeft: number } & FitProgress)
  | TrainedEvent
  | { event: 'cancelled'; during: Exclude<Stage, 'idle'>; kept: number }
  | { event: 'failed'; error: unknown; kept: number };

/** How far collecting is. */
export interface CollectingEvent {
  event: 'collecting';
  collected: number;
  wanted: number;
  /** Windows looked at so far. */
  offered: number;
  leftOut: Collector['leftOut'];
  /** The active model holds more than half of at least 100 windows for anomalous: it stands in the way of a new one. */
  starved: boolean;
}

/** A version was made and kept. */
export interface TrainedEvent {
  event: 'trained';
  version: string;
  activated: boolean;
  /** How well it has learned; a forest has no such word. */
  fitness?: Fitness;
  threshold: number;
  /** Share of normal windows that stay under the threshold. */
  quantile: number;
  rows: number;
  seconds: number;
  metrics: Readonly<Record<string, number>>;
  /** Windows that were not learned; `over` were held for anomalous by the active model. */
  leftOut: Collector['leftOut'];
  /** Only after a poor fit: for another try with other settings. */
  kept: number;
  /** What was asked for, where the threshold is placed by it. */
  falseAlarmsPerDay?: number;
  source?: TrainingReport['source'];
  validation?: TrainingReport['validation'];
  /** Tags that drift cannot be told of, as the training was too short for how slow they are. */
  driftUnknown: readonly string[];
}

export interface LearnerOptions extends KeeperOptions {
  /** Kinds in training on this model now, shared by all that use it. */
  readonly busy: Set<DetectorKind>;
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
  /** Hears what begins, before anything else is told of it. */
  readonly begins?: (what: Exclude<Stage, 'idle'>) => void;
  /** Hears when something is another now: what it is at, the schema of the collection, or one of its rows. */
  readonly changed?: (what: 'at' | 'schema' | number) => void;
}

/** A training that was interrupted begins again by itself so often: it may be what ended the process. */
const MOST_RESUMED = 1;

/** What to collect. */
export interface CollectPlan {
  readonly windows: number;
  /** Training follows by itself. */
  readonly train: boolean;
  /** Keeps every n-th window of an asset. */
  readonly stride: number;
  /** Leaves out windows that the active model holds for anomalous. */
  readonly leaveOut: boolean;
  /** Goes on with what is collected already, at its stride, up to `windows` in all. */
  readonly more: boolean;
  readonly exclude?: Exclusions | undefined;
}

/** Collects normal windows and trains on them, or on a file: idle, collecting, checking, or training. */
export interface Learner {
  readonly stage: Stage;
  /** Windows that a training could start from now. */
  readonly collected: number;
  /**
   * Starts to collect. What is too few for any training is refused here or, where the window is not known yet, when the
   * first one comes.
   * @param schema id of the windows that come, as far as known
   * @throws SwatError `training-busy`, `collect-too-few`, `collect-too-large`
   */
  collect(plan: CollectPlan, schema?: string): void;
  /** Offers a window; looked at only while collecting. */
  offer(window: WindowPayload, hints: Hints): void;
  /**
   * Measures the quality of what was collected, or of a file.
   * @throws SwatError `training-busy`, `nothing-collected`, and for what is given that cannot be
   */
  check(given?: Readonly<Record<string, unknown>>): void;
  /**
   * Trains on the file that is named, else on what was collected; that is kept until a training on it has succeeded, or
   * collecting starts afresh.
   * @throws SwatError `training-busy`, `nothing-collected`, `training-too-small`, `engine-missing`, `engine-node`, and for settings that cannot be
   */
  train(settings?: Readonly<Record<string, unknown>>): void;
  /** Ends collecting, checking or training, whichever it is at; says which. The active version and what was collected stay. */
  stop(): Promise<Stage>;
  /** What is collected. */
  readonly collection: Collector | undefined;
  /** What it is at, for a state that outlives the process. */
  readonly at: SavedLearning;
  /** It is closed in good order: a training that this interrupts is not suspected of having ended the process. */
  leave(): void;
  /** Goes on with what another process was at: collects further, or begins the interrupted training again, once. */
  resume(was: SavedLearning, collection: Collector | undefined): void;
}

const STARVED_FROM = 100;
/** How often reading a file is told of, ms. */
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
    value: ((JSON.stringify(value) as string | undefined) ?? '').slice(0, 40),
    min: 0,
    max: 1000,
  });
}

/** A learner at rest. */
export function createLearner(options: LearnerOptions): Learner {
  const { kind, busy, clock, steady, emit } = options;
  const folds = readFitSettings(kind, options.settings).folds;
  let plan: CollectPlan | undefined;
  let collector: Collector | undefined;
  let training: Training<unknown> | undefined;
  let task: 'checking' | 'training' = 'training';
  let work: Promise<void> | undefined;
  let stopping = false;
  let told = -Infinity;
  let given: Readonly<Record<string, unknown>> = {};
  let resumed = 0;
  let interrupted = false;
  const changed = options.changed ?? ((): void => undefined);
  /** Forgets the collection, and every row of it that was saved. */
  const discard = (): void => {
    const rows = collector?.collected ?? 0;
    collector = undefined;
    changed('schema');
    for (let index = 0; index < rows; index += 1) changed(index);
  };
  const kept = (): number => collector?.collected ?? 0;

  const refuseBusy = (): void => {
    if (busy.has(kind)) throw new SwatError('training-busy', { kind });
  };
  const tell = (from: Collector): void => {
    const now = steady();
    const { collected, wanted, offered, leftOut } = from;
    if (collected < wanted && now - told < 1000) return;
    told = now;
    const starved = plan?.leaveOut === true && offered >= STARVED_FROM && leftOut.over * 2 > offered;
    emit({ event: 'collecting', collected, wanted, offered, leftOut: { ...leftOut }, starved });
  };
  /** The collection under way, made for the first window. */
  const collecting = ({ windows, stride, exclude }: CollectPlan, window: WindowPayload): Collector | undefined => {
    if (collector !== undefined) return collector;
    const schema = resolveSchema(window.schema);
    if (schema === undefined) return undefined;
    checkWanted(windows, stride, folds, schema);
    collector = createCollector({ schema, wanted: windows, stride, exclude });
    changed('schema');
    return collector;
  };

  const excludeOf = (wanted: Readonly<Record<string, unknown>>): Exclusions =>
    wanted.exclude === undefined ? (options.exclude ?? NO_EXCLUSIONS) : readExclusions(wanted.exclude);
  /** What a command asks to learn from. */
  const dataOf = (wanted: Readonly<Record<string, unknown>>): TrainingData => {
    if (wanted.file !== undefined) {
      if (options.fileOf === undefined) throw new SwatError('training-no-window');
      return { file: options.fileOf(wanted) };
    }
    if (collector === undefined || collector.collected === 0) throw new SwatError('nothing-collected', { kind });
    return { data: collector.rows() };
  };
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
  /** Follows a work of the thread to its end, which `ending` tells of where there is something to tell. */
  const begin = (
    what: typeof task,
    running: Training<unknown>,
    ending: () => Promise<LearningEvent | undefined>,
  ): void => {
    plan = undefined;
    options.begins?.(what);
    busy.add(kind);
    [training, task] = [running, what];
    changed('at');
    const finish = (event: LearningEvent | undefined): void => {
      training = undefined;
      stopping = false;
      given = {};
      busy.delete(kind);
      changed('at');
      if (event !== undefined) emit(event);
    };
    work = ending().then(finish, (error: unknown) => {
      const cancelled = error instanceof SwatError && error.code === 'training-cancelled';
      finish({ ...(cancelled ? { event: 'cancelled', during: what } : { event: 'failed', error }), kept: kept() });
    });
  };

  const learner: Learner = {
    get stage() {
      return training !== undefined ? task : plan !== undefined ? 'collecting' : 'idle';
    },
    get collected() {
      return kept();
    },

    collect(wanted, seen) {
      refuseBusy();
      const goesOn = wanted.more ? collector : undefined;
      const schema = goesOn?.schema ?? (seen === undefined ? undefined : resolveSchema(seen));
      checkWanted(wanted.windows, goesOn?.stride ?? wanted.stride, folds, schema);
      if (goesOn === undefined) discard();
      goesOn?.extend(wanted.windows);
      options.begins?.('collecting');
      [plan, told] = [wanted, -Infinity];
      changed('at');
    },

    offer(window, hints) {
      if (plan === undefined || training !== undefined) return;
      try {
        const into = collecting(plan, window);
        if (into === undefined) return;
        const taking = into.offer(window, plan.leaveOut ? hints : { ...hints, over: false });
        if (taking === 'taken') changed(into.collected - 1);
        changed('at');
        tell(into);
        if (into.collected < into.wanted) return;
        const { train } = plan;
        plan = undefined;
        if (train) learner.train();
      } catch (error) {
        plan = undefined;
        changed('at');
        emit({ event: 'failed', error, kept: kept() });
      }
    },

    check(wanted = {}) {
      refuseBusy();
      const settings = readFitSettings(kind, { ...options.settings, ...wanted });
      const data = dataOf(wanted);
      const job: CheckJob = { ...data, kind, settings, exclude: excludeOf(wanted) };
      let found: QualityReport | undefined;
      const running = startCheck(job, { ...earsOf('checking'), quality: (quality) => (found = quality) });
      // Told once it is at rest: whoever hears of it may start the next step.
      begin('checking', running, async () => {
        await running.result;
        return found && { event: 'checked', quality: found };
      });
    },

    train(wanted = {}) {
      refuseBusy();
      const settings = readFitSettings(kind, { ...options.settings, ...wanted });
      const { ratioKind, engineFolders = [] } = options;
      findEngine(wantedEngine(settings), engineFolders);
      const falseAlarmsPerDay = wantedAlarms({ ...options.settings, ...wanted }.falseAlarmsPerDay);
      const exclude = excludeOf(wanted);
      const data = dataOf(wanted);
      const collected = data.data;
      if (collected !== undefined) checkCount(collected, settings.folds);
      const leftOut = { ...NOTHING_LEFT_OUT, ...(collected && collector?.leftOut) };
      const started = steady();
      given = wanted;
      if (!interrupted) resumed = 0;
      const job: TrainingJob = { ...data, kind, settings, exclude, falseAlarmsPerDay, ratioKind, engineFolders };
      const heard = (progress: FitProgress): void => {
        const secondsLeft = Math.ceil(remaining(started, progress.fraction) ?? 0);
        emit({ event: 'training', ...progress, secondsLeft });
      };
      const running = startTraining(job, heard, undefined, earsOf('reading'));
      begin('training', running, async (): Promise<TrainedEvent> => {
        const result = await running.result;
        const mayActivate = (): boolean => !stopping && wanted.activate !== false;
        const { version, activated, fitness } = await keep(options, result, clock(), mayActivate);
        if (fitness !== 'poor' && collected !== undefined) discard();
        const { threshold, quantile } = result.artifact.calibration;
        const { rows, metrics, source, validation } = result.report;
        const seconds = (steady() - started) / 1000;
        const known = { version, activated, ...(fitness !== undefined && { fitness }), threshold, quantile, rows };
        const { artifact } = result;
        const driftUnknown = unknownTags(driftOf(artifact), artifact.schema);
        const wish = falseAlarmsPerDay > 0 ? { falseAlarmsPerDay } : {};
        const told = { ...wish, ...(source && { source }), ...(validation && { validation }) };
        return { event: 'trained', ...known, seconds, metrics, leftOut, kept: kept(), driftUnknown, ...told };
      });
    },

    async stop() {
      const { stage } = learner;
      if (training !== undefined) {
        stopping = true;
        await training.cancel();
        await work;
      } else if (plan !== undefined) {
        plan = undefined;
        changed('at');
        emit({ event: 'cancelled', during: 'collecting', kept: kept() });
      }
      return stage;
    },

    get collection() {
      return collector;
    },
    get at() {
      const { stride, progress } = collector ?? {};
      return { stage: learner.stage, plan, settings: given, resumed, stride, progress };
    },

    leave() {
      if (training === undefined) return;
      resumed = -1;
      changed('at');
    },

    resume(was, collection) {
      collector = collection;
      if (was.stage === 'collecting') plan = was.plan;
      if (was.stage !== 'training') return;
      if (was.resumed >= MOST_RESUMED) {
        changed('at');
        emit({ event: 'failed', error: new SwatError('training-interrupted', { kind }), kept: kept() });
        return;
      }
      resumed = was.resumed + 1;
      interrupted = true;
      try {
        learner.train(was.settings);
      } catch (error) {
        emit({ event: 'failed', error, kept: kept() });
      } finally {
        interrupted = false;
      }
    },
  };
  return learner;
}
