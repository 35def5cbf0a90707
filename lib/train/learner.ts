import { checkWanted } from '../detect/checks';
import type { DetectorKind } from '../detect/detector';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import { resolveSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import { createCollector, type Collector, type Hints } from './collector';
import type { Exclusions } from './exclusions';
import type { LearningEvent, Stage } from './learning-event';
import { createJobs, type Job, type JobOptions } from './learning-jobs';
import type { WantedSource } from './learning-record';
import type { SavedLearning } from './saved';
import type { Training } from './trainer';

export interface LearnerOptions extends JobOptions {
  /** Kinds in training on this model now, shared by all that use it. */
  readonly busy: Set<DetectorKind>;
  /** Hears what begins, and of a check or training on what, before anything else is told of it. */
  readonly begins?: (what: Exclude<Stage, 'idle'>, source?: WantedSource) => void;
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
  /** Goes on with what another process was at: collects further, or begins the interrupted training again, once; a check is told to be interrupted. */
  resume(was: SavedLearning, collection: Collector | undefined): void;
}

const STARVED_FROM = 100;

/** A learner at rest. */
export function createLearner(options: LearnerOptions): Learner {
  const { kind, busy, steady, emit } = options;
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
  const jobs = createJobs(options, { collection: () => collector, stopping: () => stopping, discard });

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

  /** Follows a work of the thread to its end, which `ending` tells of where there is something to tell. */
  const begin = (what: typeof task, { running, source, ending }: Job): void => {
    plan = undefined;
    options.begins?.(what, source);
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
      begin('checking', jobs.check(wanted));
    },

    train(wanted = {}) {
      refuseBusy();
      const job = jobs.train(wanted);
      given = wanted;
      if (!interrupted) resumed = 0;
      begin('training', job);
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
      if (was.stage === 'checking') {
        options.begins?.('checking');
        changed('at');
        emit({ event: 'failed', error: new SwatError('check-interrupted', { kind }), kept: kept() });
      }
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
