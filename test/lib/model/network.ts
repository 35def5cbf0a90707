import type { DetectorArtifact, Tensor } from '../../../lib/detect/artifact';
import { calibrate } from '../../../lib/detect/calibration';
import type { TrainingReport } from '../../../lib/model/training-report';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { NOW, SCHEMA } from './sample';

/** Numbers of features of {@link SCHEMA}. */
export const WIDTH = SCHEMA.features.length;

export const NETWORK_REPORT: TrainingReport = { from: NOW - 3_600_000, to: NOW, rows: 400, metrics: { loss: 0.01 } };

/** An autoencoder that can score windows of {@link SCHEMA}, with seeded weights. */
export function networkArtifact(seed = 1, activations?: string): DetectorArtifact {
  const random = seeded(seed);
  const filled = (shape: number[], of: () => number): Tensor => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, of),
  });
  const normal = (): number => gaussian(random);
  return {
    kind: 'autoencoder',
    schema: SCHEMA,
    settings: { epochs: 3, seed, hidden: [4], topK: 3, ...(activations !== undefined && { activations }) },
    tensors: {
      'scaler.mean': filled([WIDTH], () => 50 * normal()),
      'scaler.spread': filled([WIDTH], () => 1 + 10 * random()),
      'residual.scale': filled([WIDTH], () => 0.3 + random()),
      'dense0.kernel': filled([WIDTH, 4], normal),
      'dense0.bias': filled([4], normal),
      'dense1.kernel': filled([4, WIDTH], normal),
      'dense1.bias': filled([WIDTH], normal),
    },
    calibration: calibrate(Array.from({ length: 500 }, random), 0.995),
  };
}
