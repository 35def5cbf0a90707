import { fitDetector } from '../../../lib/detect/fit';
import { detectorOf } from '../../../lib/detect/load';
import { readFitSettings } from '../../../lib/detect/settings';
import { rowOf, simulate, windowsOf } from '../detect/process';

const HOOKS = { progress: () => undefined, cancelled: () => false };

/** Fits every kind of detector to a small process: the threshold of each, then its scores of 50 other windows. */
export function everything(): Record<string, number[]> {
  const [normal, other] = [windowsOf(simulate(3000, 1), 30, 10), windowsOf(simulate(1010, 2), 30, 20)];
  const fit = (kind: 'autoencoder' | 'pca' | 'iforest', given: object): number[] => {
    const { artifact } = fitDetector(kind, normal, readFitSettings(kind, { folds: 3, ...given }), HOOKS);
    const detector = detectorOf(artifact);
    const rows = Array.from({ length: 50 }, (_, row) => rowOf(other, row));
    return [artifact.calibration.threshold, ...rows.map((row) => detector.score(row))];
  };
  return {
    webAssembly: ['WebAssembly' in globalThis ? 1 : 0],
    autoencoder: fit('autoencoder', { epochs: 3, hidden: [8, 4] }),
    pca: fit('pca', {}),
    iforest: fit('iforest', { trees: 20 }),
  };
}

if (require.main === module) process.stdout.write(JSON.stringify(everything()));
