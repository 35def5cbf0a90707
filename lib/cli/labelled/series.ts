import type { Plant } from '../../plant/dictionary';
import type { TrainingData } from '../../train/protocol';
import type { Exclusions } from '../../train/exclusions';
import type { WindowSettings } from '../../stream/settings';

/** One row that is not learned from, as it comes by. */
export interface LabelledRow {
  readonly time: number;
  /** Its time as the file writes it: what predictions are named by. */
  readonly stamp: string;
  readonly values: unknown;
  /** Only fills the first window: it is neither judged nor predicted. */
  readonly warmUp?: true;
  /** Whether it lies in an event; `undefined` where nobody knows, or where it does not count. */
  readonly truth: boolean | undefined;
}

/** One recording with a normal part to learn from and a part to be judged, whatever form it comes in. */
export interface LabelledSeries {
  /** As predictions name it. */
  readonly file: string;
  /** Series of one data set are counted together. */
  readonly dataset: string;
  open(cut: Cut): Promise<OpenSeries>;
}

/** How the windows of a series are cut. */
export interface Cut {
  readonly lengths: readonly number[];
  readonly lags: number;
  readonly stride: number;
}

/** What was taken for so because nobody said otherwise: a sentence of the catalogue, `cli.assumed.<code>`. */
export interface Assumed {
  readonly code: 'until' | 'label' | 'no-label';
  readonly params: Readonly<Record<string, string | number>>;
}

/** A series whose plant and sample period are known. */
export interface OpenSeries {
  readonly plant: Plant;
  readonly samplePeriodS: number;
  readonly windows: WindowSettings;
  readonly training: TrainingData;
  /** Parts of the training data that are not to be learned. */
  readonly exclude: Exclusions;
  readonly assumed?: readonly Assumed[];
  /** In the order of the file. */
  rows(): AsyncIterable<LabelledRow> | Iterable<LabelledRow>;
}
