import type { Level } from './verdict';

/** How soon a person has to respond, after ISA-18.2, rising. */
export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface PrioritySettings {
  readonly levels: Readonly<Record<Exclude<Level, 'NONE'>, Priority>>;
  /** Alarms that began in one of these stages have the next higher priority. */
  readonly raised: readonly string[];
}

/** When an alarm is raised and cleared. */
export interface EpisodeSettings {
  /** The lowest level that is annunciated as an alarm. */
  readonly annunciate: Exclude<Level, 'NONE'>;
  /** An episode ends when its asset has been calm for this long, ms of event time. */
  readonly offDelayMs: number;
  /** An alarm is raised when its level has stood for this long, ms of event time. */
  readonly onDelayMs: number;
  /** A window is calm below this share of the threshold, 0 … 1. 1: the level decides alone. */
  readonly hysteresis: number;
  /** An alarm stays after its process has returned to normal, until a person unlatches it. */
  readonly latch: boolean;
}

/** All of an alarm's life. Times on the clock, ms; 0: never. */
export interface AlarmSettings extends EpisodeSettings {
  /** An acknowledged alarm that still stands waits for a person again after this long. */
  readonly reAlarmMs: number;
  /** An alarm that nobody acknowledges is told as unanswered each time so much time has passed, {@link escalateSteps} times. */
  readonly escalateMs: number;
  readonly escalateSteps: number;
  /** How long an alarm is shelved unless a command says otherwise, and at most. */
  readonly shelveMs: number;
  readonly maxShelveMs: number;
  readonly priority: PrioritySettings;
}

/** Priority of an alarm by its level, and by the stage in which it began. */
export function priorityOf(level: Level, stage: string | undefined, { levels, raised }: PrioritySettings): Priority {
  if (level === 'NONE') return 'low';
  const priority = levels[level];
  if (stage === undefined || !raised.includes(stage)) return priority;
  return PRIORITIES[Math.min(PRIORITIES.indexOf(priority) + 1, PRIORITIES.length - 1)];
}
