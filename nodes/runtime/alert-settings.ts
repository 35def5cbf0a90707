import { DEFAULT_ALARM, DEFAULT_NOTIFY } from '../../lib/alarm/defaults';
import { ALARM_FORMS, type AlarmForm } from '../../lib/alarm/forms/form';
import { GROUPINGS } from '../../lib/alarm/notify/groups';
import { readInhibition } from '../../lib/alarm/notify/inhibition';
import type { NotifySettings } from '../../lib/alarm/notify/notifier';
import { PRIORITIES, type AlarmSettings, type Priority } from '../../lib/alarm/settings';
import { SwatError } from '../../lib/errors';
import { canonicalJson, sha256 } from '../../lib/journal/record';
import type { RotationLimits } from '../../lib/platform/rotating';
import { readChoice, readNumber, readText } from './settings';

const SECOND = 1000;
const MINUTE = 60_000;
/** Stages with a raised priority. */
const MOST_STAGES = 50;

/** What the dialog of `swat-alert` sets. */
export interface AlertSettings {
  readonly alarm: AlarmSettings;
  readonly notify: NotifySettings;
  /** Of what output 1 sends. */
  readonly form: AlarmForm;
  /** Group and edge node of Sparkplug that bytes are published under. */
  readonly edge: string;
  /** Whether events are written to the alarm log. */
  readonly log: boolean;
  readonly rotation: RotationLimits;
  /** Whether events are recorded in the journal. */
  readonly journal: boolean;
  /** Days that records are kept; 0 for good. */
  readonly retentionDays: number;
  /** Which settings decided an event: the first 16 hex digits of a SHA-256 over those of alarms and notifications. */
  readonly configHash: string;
}

/**
 * Reads the settings of a `swat-alert`.
 * @throws SwatError what is wrong with the first one that is
 */
export function readAlertSettings(definition: Readonly<Record<string, unknown>>): AlertSettings {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, definition[name], { min, max, fallback, integer });
  const fallback = DEFAULT_ALARM;
  const maxShelveMs = number('maxShelve', 1, 10_080, fallback.maxShelveMs / MINUTE) * MINUTE;
  const priority = (name: string, standard: Priority): Priority =>
    readChoice(name, definition[name], PRIORITIES, standard);
  const { INFO, WARNING, CRITICAL } = fallback.priority.levels;
  const read = {
    alarm: {
      annunciate: readChoice(
        'annunciate',
        definition.annunciate,
        ['INFO', 'WARNING', 'CRITICAL'] as const,
        fallback.annunciate,
      ),
      onDelayMs: number('onDelay', 0, 86_400, fallback.onDelayMs / SECOND) * SECOND,
      offDelayMs: number('offDelay', 0, 86_400, fallback.offDelayMs / SECOND) * SECOND,
      hysteresis: number('hysteresis', 0.01, 1, fallback.hysteresis),
      latch: definition.latch === true,
      reAlarmMs: number('reAlarm', 0, 10_080, fallback.reAlarmMs / MINUTE) * MINUTE,
      escalateMs: number('escalateAfter', 0, 10_080, fallback.escalateMs / MINUTE) * MINUTE,
      escalateSteps: number('escalateSteps', 1, 10, fallback.escalateSteps, true),
      shelveMs: Math.min(fallback.shelveMs, maxShelveMs),
      maxShelveMs,
      priority: {
        levels: {
          INFO: priority('priorityInfo', INFO),
          WARNING: priority('priorityWarning', WARNING),
          CRITICAL: priority('priorityCritical', CRITICAL),
        },
        raised: readStages(definition.raisedStages),
      },
    },
    notify: {
      repeatMs: number('repeat', 0, 10_080, DEFAULT_NOTIFY.repeatMs / MINUTE) * MINUTE,
      limit: number('limit', 1, 1000, DEFAULT_NOTIFY.limit, true),
      periodMs: number('limitPeriod', 0.1, 1440, DEFAULT_NOTIFY.periodMs / MINUTE) * MINUTE,
      groupBy: readChoice('groupBy', definition.groupBy, GROUPINGS, DEFAULT_NOTIFY.groupBy),
      groupWaitMs: number('groupWait', 0, 3600, DEFAULT_NOTIFY.groupWaitMs / SECOND) * SECOND,
      groupIntervalMs: number('groupInterval', 0, 1440, DEFAULT_NOTIFY.groupIntervalMs / MINUTE) * MINUTE,
      inhibit: readInhibition(readText(definition.inhibit)),
    },
    form: readChoice('form', definition.form, ALARM_FORMS, 'swat'),
    edge: readText(definition.edge) || 'swat/alarms',
    log: definition.log !== false,
    rotation: { sizeKb: number('logSize', 1, 1_000_000, 10_240, true), files: number('logFiles', 1, 1000, 10, true) },
    journal: definition.journal !== false,
    retentionDays: number('retention', 0, 36_500, 400),
  };
  const { alarm, notify } = read;
  return { ...read, configHash: sha256(canonicalJson({ alarm, notify })).slice(0, 16) };
}

/** `P1, P3`. @throws SwatError `stages-many` */
function readStages(value: unknown): string[] {
  const stages = readText(value)
    .split(',')
    .map((stage) => stage.trim())
    .filter((stage) => stage !== '');
  if (stages.length > MOST_STAGES) throw new SwatError('stages-many', { stages: stages.length, most: MOST_STAGES });
  return stages;
}
