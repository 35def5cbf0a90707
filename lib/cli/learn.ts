import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { SwatError } from '../errors';
import { englishText } from '../platform/catalogue';
import { DEFAULT_SETTINGS, type FitSettings } from '../detect/settings';
import type { Plant } from '../plant/dictionary';
import type { WindowSettings } from '../stream/settings';
import { AssetWindows } from '../stream/windows';
import { createCollector, MAX_ROWS } from '../train/collector';
import type { TrainingResult } from '../train/protocol';
import type { CollectedRows } from '../train/rows';
import { startTraining } from '../train/trainer';
import { tenths } from './tenths';
import type { Terminal } from './terminal';
import { tooSmall } from './too-small';

/** One frame in the plant's tag order, with its event time. */
export interface TimedFrame {
  /** Whose it is; without it all frames are of one asset. */
  readonly asset?: string;
  readonly time: number;
  readonly values: readonly unknown[];
}

/** The windows of normal operation in a run of frames, as training takes them. */
export function collectWindows(
  plant: Plant,
  frames: Iterable<TimedFrame>,
  windows: WindowSettings,
  stride: number,
): CollectedRows {
  const cutter = new AssetWindows(plant, windows);
  const collector = createCollector({ schema: cutter.schema, wanted: MAX_ROWS, stride });
  for (const { asset, time, values } of frames) {
    const { windows: due } = cutter.accept(asset ?? 'train', values, time, time);
    if (due.some((window) => collector.offer(window, { over: false, labelled: false }) === 'full')) break;
  }
  return collector.rows();
}

/** The detectors that are trained and judged together unless others are named. */
export const USUAL_KINDS = ['autoencoder', 'iforest'] as const satisfies readonly DetectorKind[];

/**
 * Kinds of detectors by name, with commas between them.
 * @throws SwatError `cli-kind` for one that there is not
 */
export function kindsOf(names: string): DetectorKind[] {
  return names.split(',').map((name) => {
    const kind = DETECTOR_KINDS.find((known) => known === name.trim());
    if (kind === undefined)
      throw new SwatError('cli-kind', { value: name.slice(0, 40), kinds: DETECTOR_KINDS.join(', ') });
    return kind;
  });
}

/** Trains one detector of each of these kinds in worker threads, one after the other; tells how far it is. */
export async function trainAll<K extends DetectorKind>(
  kinds: readonly K[],
  data: CollectedRows,
  chosen: { readonly seed: number; readonly epochs?: number },
  terminal: Terminal,
): Promise<Record<K, TrainingResult>> {
  const results: Partial<Record<K, TrainingResult>> = {};
  for (const kind of kinds) {
    const settings: FitSettings = { ...DEFAULT_SETTINGS[kind], ...chosen };
    const progress = tenths(kind, terminal);
    const training = startTraining({ kind, data, settings }, ({ fraction, loss }) =>
      progress(fraction, loss === null ? '' : `, loss ${loss.toFixed(4)}`),
    );
    results[kind] = await training.result.catch((cause: unknown) => {
      throw tooSmall(cause, { name: englishText('cli.simulated', {}) ?? '', stride: data.stride });
    });
  }
  return results as Record<K, TrainingResult>;
}
