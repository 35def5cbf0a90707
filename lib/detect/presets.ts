import type { DetectorKind, RatioKind } from './detector';
import { DEFAULT_SETTINGS, type FitSettingsOf } from './settings';

/** Settings that go together, of windows and of every detector. */
export interface Preset {
  /** Window lengths and raw samples, in samples. */
  readonly lengths: readonly number[];
  readonly lags: number;
  /** One window in so many is learned. */
  readonly stride: number;
  readonly ratioKind: RatioKind;
  readonly detectors: Readonly<FitSettingsOf>;
}

/** Names of the presets. */
export const PRESET_NAMES = ['classic', 'recommended'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** Each window by itself, against what was learned. */
const ALONE = { smoothing: 1, smoothingFall: 0, baselineSamples: 0, baselineTravel: 30 } as const;
/** Windows in a row, against what is normal now. */
const FOLLOWING = { smoothing: 0.3, smoothingFall: 0.4, baselineSamples: 720, baselineTravel: 30 } as const;

const { autoencoder, iforest, pca } = DEFAULT_SETTINGS;

/**
 * `classic`: the textbook form, a window of 60 samples, one in ten learned, score over threshold. `recommended`: what found
 * most at few false alarms on four public labelled data sets (docs/accuracy.md): short windows and raw samples, several
 * PCAs, smoothing and a slow baseline.
 */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  classic: {
    lengths: [60],
    lags: 0,
    stride: 10,
    ratioKind: 'raw',
    detectors: {
      autoencoder: { ...autoencoder, ...ALONE },
      iforest: { ...iforest, ...ALONE },
      pca: { ...pca, ...ALONE, views: 'together', scaleTail: 0.995, tail: 'observed', folds: 5 },
    },
  },
  recommended: {
    lengths: [10],
    lags: 4,
    stride: 1,
    ratioKind: 'calibrated',
    detectors: {
      autoencoder: { ...autoencoder, ...FOLLOWING, folds: 4 },
      iforest: { ...iforest, ...FOLLOWING, folds: 4 },
      pca: { ...pca, ...FOLLOWING },
    },
  },
};

/** The settings of a detector in a preset. */
export function presetSettings<K extends DetectorKind>(name: PresetName, kind: K): FitSettingsOf[K] {
  return PRESETS[name].detectors[kind];
}
