import { glorotNetwork, type Network } from '../kernels/dense';
import { seeded, shuffle } from '../kernels/random';
import { createRowForward } from '../kernels/row-forward';
import type { Engine } from './engine';
import type { AutoencoderSettings } from './settings';

/** Widths of all layers, input to output, for this many features; see {@link AutoencoderSettings.hidden}. */
export function layerWidths(features: number, hidden: readonly number[]): number[] {
  const encoder = hidden.map((width, layer) =>
    Math.max(Math.min(width, Math.ceil(features / 2 ** (layer + 1))), Math.min(2, features)),
  );
  return [features, ...encoder, ...encoder.slice(0, -1).reverse(), features];
}

/** Called after every batch with the rows in it, the epoch (from 1), and the mean loss of the epoch so far. */
export type OnBatch = (rows: number, epoch: number, loss: number, lastOfEpoch: boolean) => void;

/**
 * Fits an autoencoder on the chosen rows: minibatches in an order shuffled anew every epoch, all from `seed`, whichever the
 * engine.
 * @param rows standardised, row-major
 * @param onBatch sees the network as far as it is learned at the end of an epoch
 * @returns the network and the last epoch's mean loss
 */
export function fitNetwork(
  rows: Float32Array,
  width: number,
  choice: Uint32Array,
  settings: AutoencoderSettings,
  seed: number,
  engine: Engine,
  onBatch: (network: Network, ...rest: Parameters<OnBatch>) => void,
): { network: Network; loss: number } {
  const random = seeded(seed);
  const network = glorotNetwork(layerWidths(width, settings.hidden), random);
  const stepper = engine(network, settings.batch, settings);
  const order = choice.slice();
  let loss = 0;
  try {
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      shuffle(order, random);
      let sum = 0;
      for (let from = 0; from < order.length; from += settings.batch) {
        const to = Math.min(from + settings.batch, order.length);
        gather(rows, width, order.subarray(from, to), stepper.input);
        sum += stepper.step(to - from) * (to - from);
        loss = sum / to;
        if (to === order.length) stepper.settle();
        onBatch(network, to - from, epoch, loss, to === order.length);
      }
    }
  } finally {
    stepper.close();
  }
  return { network, loss };
}

function gather(rows: Float32Array, width: number, choice: Uint32Array, out: Float32Array): void {
  choice.forEach((row, index) => out.set(rows.subarray(row * width, (row + 1) * width), index * width));
}

const CHUNK = 64;

/** Runs rows `from` to `to` through a network, a chunk at a time; `use` sees the chunk's first row and its output. */
export function runRows(
  network: Network,
  rows: Float32Array,
  width: number,
  from: number,
  to: number,
  use: (first: number, count: number, output: Float32Array) => void,
): void {
  const forward = createRowForward(network);
  const output = new Float32Array(CHUNK * width);
  for (let first = from; first < to; first += CHUNK) {
    const count = Math.min(CHUNK, to - first);
    for (let row = 0; row < count; row++) {
      forward.input.set(rows.subarray((first + row) * width, (first + row + 1) * width));
      output.set(forward.run(), row * width);
    }
    use(first, count, output);
  }
}
