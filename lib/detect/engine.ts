import type { AdamSettings } from '../kernels/adam';
import type { Network } from '../kernels/dense';
import { createTrainer } from '../kernels/trainer';

/** What can compute the steps of a network's training. */
export const ENGINES = ['built-in', 'tfjs-node'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Fits one autoencoder, a minibatch a step. Which rows come in which order is not its business. */
export interface Stepper {
  /** Rows go here before a step, row-major; at most the batch. */
  readonly input: Float32Array;
  /**
   * One step of Adam on the mean squared error of the reconstruction.
   * @returns the loss before the step
   */
  step(rows: number): number;
  /** Puts what was learned into the network; until then it may be as before. */
  settle(): void;
  /** Lets go of everything that the garbage collector does not see. */
  close(): void;
}

/** Begins to fit a network (its weights are the initial ones) in batches of up to `batch` rows. */
export type Engine = (network: Network, batch: number, settings: AdamSettings) => Stepper;

/** The engine of this package: WebAssembly SIMD, the same result on every machine that has it; else plain JavaScript. */
export const builtIn: Engine = (network, batch, settings) => {
  const trainer = createTrainer(network, batch, settings);
  return {
    input: trainer.input,
    step: (rows) => trainer.step(trainer.input, rows),
    settle: () => trainer.settle(),
    close: () => undefined,
  };
};
