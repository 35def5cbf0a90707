import type { DetectorArtifact } from './artifact';
import { checkDataset } from './checks';
import type { Dataset } from './dataset';
import type { DetectorKind } from './detector';
import { fitAutoencoder } from './fit-autoencoder';
import { fitIsolationForest } from './fit-iforest';
import { fitPca } from './fit-pca';
import type { FitHooks, FitReport } from './fit-run';
import { readFitSettings, type FitSettings } from './settings';

export type { FitHooks, FitProgress, FitReport } from './fit-run';

/**
 * Trains a detector of normal windows. Pure and synchronous: run it in a worker. The same data and settings give the
 * same artifact on every machine.
 * @throws SwatError what {@link readFitSettings} and {@link checkDataset} throw, before any work; `training-cancelled`
 */
export function fitDetector(
  kind: DetectorKind,
  data: Dataset,
  settings: FitSettings,
  hooks: FitHooks,
): { artifact: DetectorArtifact; report: FitReport } {
  switch (kind) {
    case 'autoencoder': {
      const checked = readFitSettings(kind, settings);
      checkDataset(data, checked.folds);
      return fitAutoencoder(data, checked, hooks);
    }
    case 'iforest': {
      const checked = readFitSettings(kind, settings);
      checkDataset(data, checked.folds);
      return fitIsolationForest(data, checked, hooks);
    }
    case 'pca': {
      const checked = readFitSettings(kind, settings);
      checkDataset(data, checked.folds);
      return fitPca(data, checked, hooks);
    }
  }
}
