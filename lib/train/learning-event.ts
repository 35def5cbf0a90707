import type { FitProgress } from '../detect/fit';
import type { Fitness } from '../detect/fitness';
import type { TrainingReport } from '../model/training-report';
import type { Collector } from './collector';
import type { QualityReport } from './quality/report';
import type { ReadingProgress } from './read-file';

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
  /** Only after a poor fit, or where collecting was cut short: for another try. */
  kept: number;
  /** Where fewer windows were collected than was asked for; such a version is never put in force by itself. */
  cut?: Pick<Collector, 'collected' | 'wanted'>;
  /** What was asked for, where the threshold is placed by it. */
  falseAlarmsPerDay?: number;
  source?: TrainingReport['source'];
  validation?: TrainingReport['validation'];
  /** Tags that drift cannot be told of, as the training was too short for how slow they are. */
  driftUnknown: readonly string[];
}
