import { checkDataset } from './checks';
import type { Dataset } from './dataset';
import type { DetectorKind } from './detector';
import { driftReference, withDrift, withScores } from './drift';
import type { Engine } from './engine';
import { fitAutoencoder } from './fit-autoencoder';
import { fitIsolationForest } from './fit-iforest';
import { fitPca } from './fit-pca';
import type { FitHooks, Fitted } from './fit-run';
import { readFitSettings, type FitSettings } from './settings';

export type { FitHooks, FitProgress, FitReport } from './fit-run';

/**
 * Trains a detector of normal windows. Pure and synchronous: run it in a worker. The same data and settings give the
 * same artifact on every machine.
 * @param engine fits the networks of an autoencoder; the built-in one unless another is given
 * @throws SwatError what {@link readFitSettings} and {@link checkDataset} throw, before any work; `training-cancelled`
 */
export function fitDetector(
  kind: DetectorKind,
  data: Dataset,
  settings: FitSettings,
  hooks: FitHooks,
  engine?: Engine,
): Fitted {
  // The training changes the rows.
  const drift = driftReference(data);
  const fitted = fitKind(kind, data, settings, hooks, engine);
  const { artifact, outOfFold } = fitted;
  return { ...fitted, artifact: withDrift(artifact, drift && withScores(drift, outOfFold)) };
}

function fitKind(
  kind: DetectorKind,
  data: Dataset,
  settings: FitSettings,
  hooks: FitHooks,
  engine: Engine | undefined,
): Fitted {
  switch (kind) {
    case 'autoencoder': {
      const checked = readFitSettings(kind, settings);
      checkDataset(data, checked.folds);
      return fitAutoencoder(data, checked, hooks, engine);
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
