import { Layout, openSimd, type WasmEngine } from './simd';

/** Orthonormal directions as rows (count x width, row-major), and the variance along each. */
export interface Subspace {
  readonly width: number;
  readonly directions: Float64Array;
  readonly variances: Float64Array;
}

/** Parts a vector from what lies along the directions of a subspace. */
export interface Projection {
  /** The vector; after a run its residual. */
  readonly values: Float64Array;
  /** @returns T^2 (Hotelling 1931): the sum of the squared parts along the directions, each over its variance */
  run(): number;
}

/**
 * A projection on a subspace as it is now, in float64 with WebAssembly SIMD or without: both differ by rounding alone. The memory
 * of its own holds the directions.
 * @param from the first direction that counts: those before it were taken away already
 * @param engine that of the machine unless set, `null` for none
 */
export function createProjection(subspace: Subspace, from = 0, engine?: WasmEngine | null): Projection {
  return wasmProjection(subspace, from, engine) ?? plainProjection(subspace, from);
}

function wasmProjection(
  { width, directions, variances }: Subspace,
  from: number,
  engine?: WasmEngine | null,
): Projection | undefined {
  const count = variances.length - from;
  const bytes = 16 * Math.ceil(width / 2);
  const layout = new Layout();
  const places = {
    x: layout.reserve(bytes),
    rows: layout.reserve(count * bytes),
    variances: layout.reserve(8 * count),
  };
  const simd = openSimd(layout, engine);
  if (simd === undefined) return undefined;
  const { kernels, buffer } = simd;
  for (let row = 0; row < count; row++) {
    const at = (from + row) * width;
    new Float64Array(buffer, places.rows + row * bytes, width).set(directions.subarray(at, at + width));
  }
  new Float64Array(buffer, places.variances, count).set(variances.subarray(from));
  const whole = new Float64Array(buffer, places.x, bytes / 8);
  return {
    values: whole.subarray(0, width),
    run() {
      // What fills the last register is made NaN by a vector that has one, and would stay so.
      whole.fill(0, width);
      return kernels.project(places.x, places.rows, places.variances, bytes, count);
    },
  };
}

function plainProjection(subspace: Subspace, from: number): Projection {
  const values = new Float64Array(subspace.width);
  return { values, run: () => project(subspace, values, from) };
}

function project({ width, directions, variances }: Subspace, x: Float64Array, from: number): number {
  let t2 = 0;
  const count = variances.length;
  let row = from;
  // The directions are orthonormal: four can be taken away at once, which reads `x` a quarter as often.
  for (; row + 4 <= count; row += 4) {
    const r0 = row * width;
    const r1 = r0 + width;
    const r2 = r1 + width;
    const r3 = r2 + width;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < width; i++) {
      const value = x[i];
      s0 += value * directions[r0 + i];
      s1 += value * directions[r1 + i];
      s2 += value * directions[r2 + i];
      s3 += value * directions[r3 + i];
    }
    for (let i = 0; i < width; i++) {
      x[i] -= s0 * directions[r0 + i] + s1 * directions[r1 + i] + s2 * directions[r2 + i] + s3 * directions[r3 + i];
    }
    t2 += (s0 * s0) / variances[row] + (s1 * s1) / variances[row + 1];
    t2 += (s2 * s2) / variances[row + 2] + (s3 * s3) / variances[row + 3];
  }
  for (; row < count; row++) {
    const at = row * width;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += x[i] * directions[at + i];
    for (let i = 0; i < width; i++) x[i] -= sum * directions[at + i];
    t2 += (sum * sum) / variances[row];
  }
  return t2;
}
