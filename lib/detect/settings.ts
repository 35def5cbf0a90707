import { SwatError } from '../errors';
import { shown } from '../shown';
import { TAILS, type Tail } from './calibration';
import type { DetectorKind } from './detector';
import { ENGINES, type EngineName } from './engine';

/** How a detector follows an asset from window to window. */
export interface FollowSettings {
  /** Share of a new score in the smoothed one (of its logarithm): 1 does not smooth. */
  readonly smoothing: number;
  /** The same while the score falls, so that an alarm may clear sooner than it came; 0: as while it rises. */
  readonly smoothingFall: number;
  /** Time constant of the slow baseline, in samples: how long it takes to follow a slow change; 0 for none. */
  readonly baselineSamples: number;
  /** As far as the baseline may move from what was learned, in standard deviations of a feature. */
  readonly baselineTravel: number;
}

/** What all kinds of training have in common. */
interface CommonSettings extends FollowSettings {
  /** Blocks of time for out-of-fold calibration. */
  readonly folds: number;
  /** Share of normal windows that stay under the threshold. */
  readonly quantile: number;
  /** Same data, settings and seed: same model, bit by bit. */
  readonly seed: number;
}

/** How an autoencoder is trained and scores. */
export interface AutoencoderSettings extends CommonSettings {
  readonly epochs: number;
  /** Rows a step. */
  readonly batch: number;
  /**
   * Widths from the input to the bottleneck; the decoder mirrors them. Layer k is at most features / 2^(k+1) wide
   * (at least 2), so that a small plant gets a small network: 255 features keep 128, 64, 32; 45 get 23, 12, 6.
   */
  readonly hidden: readonly number[];
  readonly learningRate: number;
  /** The score is made of the largest this many scaled residuals. */
  readonly topK: number;
  /** Least residual scale of a feature, in standard deviations: what is reconstructed almost perfectly is not hypersensitive. */
  readonly scaleFloor: number;
  /** What computes the training. The model that comes of it is the same to a close tolerance, and saved the same. */
  readonly engine: EngineName;
}

/** How an isolation forest is trained. */
export interface IsolationForestSettings extends CommonSettings {
  readonly trees: number;
  /** Rows a tree is grown on; fewer when there are not so many. */
  readonly subsample: number;
}

/**
 * Which features one PCA sees. `several`: the statistics two that differ in what they explain, the raw samples another, the
 * newest sample alone a fourth. `separate`: the statistics one, the raw samples another. `together`: one sees all. Windows
 * without raw samples have no views of them.
 */
export const PCA_VIEWS = ['several', 'separate', 'together'] as const;
export type PcaViews = (typeof PCA_VIEWS)[number];

/** How a PCA is made and scores. */
export interface PcaSettings extends CommonSettings {
  /** Share of the variance that the kept components explain; what they cannot is scored. */
  readonly variance: number;
  readonly views: PcaViews;
  /** As for an autoencoder. */
  readonly topK: number;
  readonly scaleFloor: number;
  /**
   * The residual scale of a feature is at least this quantile of its residuals over 2.8, so that the few features that jump
   * in normal operation do not set the threshold for all; up to 0.9 it takes no part.
   */
  readonly scaleTail: number;
  /** Which tail of normal scores the threshold is taken from. */
  readonly tail: Tail;
}

/** Settings of any kind. */
export type FitSettings = AutoencoderSettings | IsolationForestSettings | PcaSettings;

/** The settings type of a kind. */
export interface FitSettingsOf {
  autoencoder: AutoencoderSettings;
  iforest: IsolationForestSettings;
  pca: PcaSettings;
}

/** A detector that looks at each window by itself. */
const NO_FOLLOWING: FollowSettings = { smoothing: 1, smoothingFall: 0, baselineSamples: 0, baselineTravel: 30 };

export const DEFAULT_SETTINGS: Readonly<FitSettingsOf> = {
  autoencoder: {
    epochs: 10,
    batch: 64,
    hidden: [128, 64, 32],
    learningRate: 1e-3,
    folds: 5,
    quantile: 0.995,
    topK: 3,
    scaleFloor: 0.3,
    engine: 'built-in',
    seed: 1,
    ...NO_FOLLOWING,
  },
  iforest: { trees: 100, subsample: 256, folds: 5, quantile: 0.995, seed: 1, ...NO_FOLLOWING },
  pca: {
    variance: 0.95,
    views: 'several',
    topK: 3,
    scaleFloor: 0.3,
    scaleTail: 0.998,
    smoothing: 0.3,
    smoothingFall: 0.4,
    baselineSamples: 720,
    baselineTravel: 30,
    tail: 'robust',
    folds: 4,
    quantile: 0.995,
    seed: 1,
  },
};

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}
const whole = (min: number, max: number): Bounds => ({ min, max, whole: true });
const real = (min: number, max: number): Bounds => ({ min, max, whole: false });

const LAYERS = whole(1, 6);
const WIDTH = whole(1, 4096);
type NumberSetting = Exclude<
  keyof AutoencoderSettings | keyof IsolationForestSettings | keyof PcaSettings,
  'hidden' | 'views' | 'tail' | 'engine'
>;
const BOUNDS: Readonly<Record<NumberSetting, Bounds>> = {
  epochs: whole(1, 1000),
  batch: whole(1, 4096),
  learningRate: real(1e-6, 1),
  folds: whole(2, 20),
  quantile: real(0.5, 0.9999),
  topK: whole(1, 1000),
  scaleFloor: real(0.001, 10),
  seed: whole(0, 4294967295),
  trees: whole(1, 1000),
  subsample: whole(2, 65536),
  variance: real(0.5, 0.9999),
  smoothing: real(0.001, 1),
  smoothingFall: real(0, 1),
  scaleTail: real(0.5, 0.9999),
  baselineSamples: whole(0, 10_000_000),
  baselineTravel: real(0, 50),
};

/**
 * Reads settings of unknown origin: what is missing gets its default, unknown names are left out, numbers written as
 * text are read.
 * @throws SwatError `setting-number` (name, value, min, max), `setting-whole` for a fraction where none is possible
 */
export function readFitSettings<K extends DetectorKind>(kind: K, given: unknown): FitSettingsOf[K] {
  const source = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const read = Object.entries(DEFAULT_SETTINGS[kind]).map(([name, standard]: [string, unknown]) => {
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    if (value === undefined || value === null || value === '') return [name, standard];
    if (name === 'hidden') return [name, readHidden(value)];
    if (name === 'views') return [name, readWord(name, value, PCA_VIEWS)];
    if (name === 'engine') return [name, readWord(name, value, ENGINES)];
    if (name === 'tail') return [name, readWord(name, value, TAILS)];
    return [name, readNumber(name, value, BOUNDS[name as keyof typeof BOUNDS])];
  });
  return Object.fromEntries(read) as FitSettingsOf[K];
}

function readWord<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((known) => known === value);
  if (found === undefined) {
    throw new SwatError('setting-choice', { name, value: shown(value), choices: choices.join(', ') });
  }
  return found;
}

/** The settings as an artifact keeps them: a detector that looks at each window by itself says nothing of following. */
export function keptSettings<S extends FollowSettings>(settings: S): Omit<S, keyof FollowSettings> & Partial<S> {
  const { smoothing, smoothingFall, baselineSamples, baselineTravel, ...rest } = settings;
  return {
    ...rest,
    ...(smoothing < 1 && { smoothing }),
    ...(smoothing < 1 && smoothingFall > 0 && { smoothingFall }),
    ...(baselineSamples > 0 && { baselineSamples, baselineTravel }),
  } as Omit<S, keyof FollowSettings> & Partial<S>;
}

/** Hidden widths as a list, or as text with commas as a dialog gives them. */
function readHidden(value: unknown): number[] {
  const list: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  readNumber('hidden layers', list.length, LAYERS);
  return list.map((width) => readNumber('hidden', width, WIDTH));
}

function readNumber(name: string, value: unknown, { min, max, whole: integer }: Bounds): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= min && number <= max)) {
    throw new SwatError('setting-number', { name, value: shown(value), min, max });
  }
  if (integer && !Number.isInteger(number)) throw new SwatError('setting-whole', { name, value: number });
  return number;
}
