import type { Network } from './dense';
import { plainForward, planForward } from './row-forward';
import { plainScaling, planScaling, type Scaler, type Scaling } from './scaling';
import { Layout, openSimd, type WasmEngine } from './simd';

/** What an autoencoder cannot tell of a row. */
export interface Reconstruction extends Scaling {
  /** Of the row that was run last, ((z - y) / s)^2 of each feature: z-score z, output y, residual scale s. */
  readonly residuals: Float64Array;
  /** Runs the row. @returns the reconstruction, in standard deviations; used again by every run */
  run(): Float32Array;
}

/**
 * Scaling, forward pass and residual of one row, as scaler, network and scale are now. Scaling and residual are the same to the
 * bit with WebAssembly or without; of the forward pass see {@link createRowForward}.
 * @param engine that of the machine unless set, `null` for none
 */
export function createReconstruction(
  scaler: Scaler,
  network: Network,
  scale: Float32Array,
  engine?: WasmEngine | null,
): Reconstruction {
  return wasmReconstruction(scaler, network, scale, engine) ?? plainReconstruction(scaler, network, scale);
}

function plainReconstruction(scaler: Scaler, network: Network, scale: Float32Array): Reconstruction {
  const forward = plainForward(network);
  const residuals = new Float64Array(scale.length);
  return {
    ...plainScaling(scaler, forward.input),
    residuals,
    run() {
      const output = forward.run();
      squaredResiduals(forward.input, output, 0, scale, residuals);
      return output;
    },
  };
}

function wasmReconstruction(
  scaler: Scaler,
  network: Network,
  scale: Float32Array,
  engine?: WasmEngine | null,
): Reconstruction | undefined {
  const layout = new Layout();
  const { input, output, open: openForward } = planForward(layout, network);
  const openScaling = planScaling(layout, scaler, input);
  const groups = Math.ceil(scale.length / 4);
  const [scales, squares] = [layout.reserve(32 * groups), layout.reserve(32 * groups)];
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const { kernels, buffer } = simd;
  const forward = openForward(simd);
  new Float64Array(buffer, scales, 4 * groups).fill(1).set(scale);
  return {
    ...openScaling(simd),
    residuals: new Float64Array(buffer, squares, scale.length),
    run() {
      const reconstructed = forward.run();
      kernels.residuals(input, output, scales, squares, 16 * groups);
      return reconstructed;
    },
  };
}

/** ((z - y) / s)^2 of one row that starts at `start` in both `input` and `output`. */
export function squaredResiduals(
  input: Float32Array,
  output: Float32Array,
  start: number,
  scale: Float32Array,
  out: Float64Array,
): void {
  for (let i = 0; i < scale.length; i++) {
    const apart = (input[start + i] - output[start + i]) / scale[i];
    out[i] = apart * apart;
  }
}
