import type { JudgeSettings } from './judge';
import type { AlarmSettings } from './settings';

const MINUTE_MS = 60_000;

/** How `swat-severity` judges unless set otherwise. */
export const DEFAULT_JUDGE: JudgeSettings = {
  fusion: { method: 'maximum', weights: { autoencoder: 1, iforest: 0.5, pca: 1 }, n: 1, minGood: 0.5 },
  levels: { thresholds: [1, 1.5, 2], n: 8, m: 10, hysteresis: 0.9 },
  expected: ['autoencoder', 'iforest'],
  idleMs: 24 * 3_600_000,
};

/** How `swat-alert` treats alarms unless set otherwise. */
export const DEFAULT_ALARM: AlarmSettings = {
  annunciate: 'WARNING',
  onDelayMs: 0,
  offDelayMs: 30_000,
  hysteresis: 1,
  latch: false,
  reAlarmMs: 0,
  escalateMs: 0,
  escalateSteps: 3,
  shelveMs: 60 * MINUTE_MS,
  maxShelveMs: 480 * MINUTE_MS,
  priority: { levels: { INFO: 'low', WARNING: 'medium', CRITICAL: 'high' }, raised: [] },
};
