import { DEFAULT_EPISODE } from '../../lib/alarm/defaults';
import type { EpisodeSettings } from '../../lib/alarm/episode';
import type { NotifySettings } from '../../lib/alarm/notify';
import type { RotationLimits } from '../../lib/platform/rotating';
import { readChoice, readNumber } from './settings';

const MINUTE = 60_000;

/** What the dialog of `swat-alert` sets. */
export interface AlertSettings {
  readonly episode: EpisodeSettings;
  readonly notify: NotifySettings;
  /** Whether events are written to the alarm log. */
  readonly log: boolean;
  readonly rotation: RotationLimits;
}

/**
 * Reads the settings of a `swat-alert`.
 * @throws SwatError what is wrong with the first one that is
 */
export function readAlertSettings(definition: Readonly<Record<string, unknown>>): AlertSettings {
  const number = (name: string, min: number, max: number, fallback: number, integer = false): number =>
    readNumber(name, definition[name], { min, max, fallback, integer });
  return {
    episode: {
      annunciate: readChoice(
        'annunciate',
        definition.annunciate,
        ['INFO', 'WARNING', 'CRITICAL'] as const,
        DEFAULT_EPISODE.annunciate,
      ),
      offDelayMs: number('offDelay', 0, 86_400, DEFAULT_EPISODE.offDelayMs / 1000) * 1000,
    },
    notify: {
      repeatMs: number('repeat', 0, 10_080, 15) * MINUTE,
      limit: number('limit', 1, 1000, 10, true),
      periodMs: number('limitPeriod', 0.1, 1440, 10) * MINUTE,
    },
    log: definition.log !== false,
    rotation: { sizeKb: number('logSize', 1, 1_000_000, 10_240, true), files: number('logFiles', 1, 1000, 10, true) },
  };
}
