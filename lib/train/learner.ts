import type { DetectorKind } from '../detect/detector';
import type { FitProgress } from '../detect/fit';
import { readFitSettings } from '../detect/settings';
import { SwatError } from '../errors';
import type { ModelStore } from '../model/store';
import type { Clock } from '../platform/clock';
import { resolveSchema } from '../stream/schema';
import type { WindowPayload } from '../stream/window';
import { createCollector, type Collector, type Hints } from './collector';
import type { TrainingResult } from './protocol';
import { startTraining, type Training } from './trainer';

/** When a trained version is put in force: only if none is, always, or never (a person does). */
export const ACTIVATIONS = ['first', 'always', 'never'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** What a learner tells of its work. */
export type LearningEvent =
  | ({ event: 'collecting'; collected: number; wanted: number } & { leftOut: Collector['leftOut'] })
  | ({ event: 'training'; secondsLeft: number } & FitProgress)
  | TrainedEvent
  | { event: 'cancelled'; during: 'collecting' | 'training' }
  | { event: 'failed'; error: unknown };

/** A version was made and kept. */
export interface TrainedEvent {
  event: 'trained';
  version: string;
  activated: boolean;
  threshold: number;
  /** Share of normal windows that stay under the threshold. */
  quantile: number;
  rows: number;
  seconds: number;
  metrics: Readonly<Record<string, number>>;
  /** Windows that were not learned; `over` were held for anomalous by the active model. */
  leftOut: Collector['leftOut'];
}

export interface LearnerOptions {
  readonly kind: DetectorKind;
  readonly store: ModelStore;
  /** Kinds in training on this model now, shared by all that use it. */
  readonly busy: Set<DetectorKind>;
  readonly clock: Clock;
  /** Settings of a training as the dialog gives them; a `train` command's stand above them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly stride: number;
  readonly activation: Activation;
  /** Leaves out windows that the active model holds for anomalous. */
  readonly leaveOut: boolean;
  /** Puts a version in force, wherever it is used. */
  readonly activate: (version: string) => Promise<void>;
  readonly emit: (event: LearningEvent) => void;
}

/** Collects normal windows and trains on them: idle, collecting, or training. */
export interface Learner {
  readonly stage: 'idle' | 'collecting' | 'training';
  readonly collected: number;
  /** Starts to collect; with `thenTrain` training follows by itself. @throws SwatError `training-busy` */
  collect(wanted: number, thenTrain: boolean): void;
  /** Offers a window; looked at only while collecting. */
  offer(window: WindowPayload, hints: Hints): void;
  /** Trains on what was collected. @throws SwatError `training-busy`, `nothing-collected`, and for settings that cannot be */
  train(settings?: Readonly<Record<string, unknown>>): void;
  /** Ends collecting or training, whichever it is at; says which. The active version stays. */
  stop(): Promise<Learner['stage']>;
}

/** A learner at rest. */
export function createLearner(options: LearnerOptions): Learner {
  const { kind, store, busy, clock, emit } = options;
  let plan: { wanted: number; thenTrain: boolean } | undefined;
  let collector: Collector | undefined;
  let training: Training | undefined;
  let work: Promise<void> | undefined;
  let stopping = false;
  let told = -Infinity;

  const refuseBusy = (): void => {
    if (busy.has(kind)) throw new SwatError('training-busy', { kind });
  };
  const tell = (now: number): void => {
    if (collector === undefined || now - told < 1000) return;
    told = now;
    const { collected, wanted, leftOut } = collector;
    emit({ event: 'collecting', collected, wanted, leftOut: { ...leftOut } });
  };

  const activates = async ({ artifact }: TrainingResult): Promise<boolean> => {
    if (options.activation !== 'first') return options.activation === 'always';
    const inForce = await store.active(kind).catch(() => undefined);
    if (inForce === undefined) return true;
    // The shipped model of another plant is as good as none.
    return !inForce.chosen && (await store.load(kind)).artifact.schema.id !== artifact.schema.id;
  };
  const keep = async (
    result: TrainingResult,
    started: number,
    leftOut: Collector['leftOut'],
  ): Promise<TrainedEvent> => {
    const { calibration } = result.artifact;
    const { rows, metrics } = result.report;
    const version = await store.save(result.artifact, result.report, clock());
    const activated = !stopping && (await activates(result));
    if (activated) await options.activate(version);
    const { threshold, quantile } = calibration;
    const seconds = (clock() - started) / 1000;
    return { event: 'trained', version, activated, threshold, quantile, rows, seconds, metrics, leftOut };
  };

  const learner: Learner = {
    get stage() {
      return training !== undefined ? 'training' : plan !== undefined ? 'collecting' : 'idle';
    },
    get collected() {
      return collector?.collected ?? 0;
    },

    collect(wanted, thenTrain) {
      refuseBusy();
      plan = { wanted, thenTrain };
      collector = undefined;
      told = -Infinity;
    },

    offer(window, hints) {
      if (plan === undefined || training !== undefined) return;
      try {
        const schema = resolveSchema(window.schema);
        if (schema === undefined) return;
        collector ??= createCollector({ schema, wanted: plan.wanted, stride: options.stride });
        collector.offer(window, options.leaveOut ? hints : { ...hints, over: false });
        const full = collector.collected >= collector.wanted;
        if (full) told = -Infinity;
        tell(clock());
        if (!full) return;
        const { thenTrain } = plan;
        plan = undefined;
        if (thenTrain) learner.train();
      } catch (error) {
        plan = undefined;
        emit({ event: 'failed', error });
      }
    },

    train(given = {}) {
      refuseBusy();
      const settings = readFitSettings(kind, { ...options.settings, ...given });
      if (collector === undefined || collector.collected === 0) throw new SwatError('nothing-collected', { kind });
      const started = clock();
      const { leftOut } = collector;
      const data = collector.take();
      [plan, collector] = [undefined, undefined];
      busy.add(kind);
      training = startTraining({ kind, data, settings }, (progress) => {
        const passed = (clock() - started) / 1000;
        const secondsLeft = progress.fraction > 0 ? (passed * (1 - progress.fraction)) / progress.fraction : 0;
        emit({ event: 'training', ...progress, secondsLeft: Math.ceil(secondsLeft) });
      });
      const finish = (event: LearningEvent): void => {
        training = undefined;
        stopping = false;
        busy.delete(kind);
        emit(event);
      };
      work = training.result
        .then((result) => keep(result, started, { ...leftOut }))
        .then(finish, (error: unknown) => {
          const cancelled = error instanceof SwatError && error.code === 'training-cancelled';
          finish(cancelled ? { event: 'cancelled', during: 'training' } : { event: 'failed', error });
        });
    },

    async stop() {
      const { stage } = learner;
      if (training !== undefined) {
        stopping = true;
        await training.cancel();
        await work;
      } else if (plan !== undefined) {
        [plan, collector] = [undefined, undefined];
        emit({ event: 'cancelled', during: 'collecting' });
      }
      return stage;
    },
  };
  return learner;
}
