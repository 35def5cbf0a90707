import type { EpisodeSettings } from './episode';
import type { JudgeSettings } from './judge';

/** How `swat-severity` judges unless set otherwise. */
export const DEFAULT_JUDGE: JudgeSettings = {
  fusion: { method: 'maximum', weights: { autoencoder: 1, iforest: 0.5, pca: 1 }, n: 1, minGood: 0.5 },
  levels: { thresholds: [1, 1.5, 2], n: 8, m: 10, hysteresis: 0.9 },
  expected: ['autoencoder', 'iforest'],
  idleMs: 24 * 3_600_000,
};

/** When `swat-alert` raises and clears unless set otherwise. */
export const DEFAULT_EPISODE: EpisodeSettings = { annunciate: 'WARNING', offDelayMs: 30_000 };
