/**
 * `out = a * b^T` for row-major `a` (rows x depth), `b` (cols x depth) and `out` (rows x cols).
 *
 * Both operands are read along `depth`, so one loop serves the forward pass and both gradients. Eight sums stay in
 * registers (two rows by four columns); sums are kept in float64 and rounded once, when they are stored.
 */
export function multiplyTransposed(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  rows: number,
  cols: number,
  depth: number,
): void {
  let row = 0;
  for (; row + 2 <= rows; row += 2) twoRows(a, b, out, row, cols, depth);
  if (row < rows) oneRow(a, b, out, row, cols, depth);
}

function twoRows(a: Float32Array, b: Float32Array, out: Float32Array, row: number, cols: number, depth: number): void {
  const a0 = row * depth;
  const a1 = a0 + depth;
  const out0 = row * cols;
  const out1 = out0 + cols;
  let col = 0;
  for (; col + 4 <= cols; col += 4) {
    const b0 = col * depth;
    const b1 = b0 + depth;
    const b2 = b1 + depth;
    const b3 = b2 + depth;
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s03 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s13 = 0;
    for (let k = 0; k < depth; k++) {
      const x = a[a0 + k];
      const y = a[a1 + k];
      const w0 = b[b0 + k];
      s00 += x * w0;
      s10 += y * w0;
      const w1 = b[b1 + k];
      s01 += x * w1;
      s11 += y * w1;
      const w2 = b[b2 + k];
      s02 += x * w2;
      s12 += y * w2;
      const w3 = b[b3 + k];
      s03 += x * w3;
      s13 += y * w3;
    }
    out[out0 + col] = s00;
    out[out0 + col + 1] = s01;
    out[out0 + col + 2] = s02;
    out[out0 + col + 3] = s03;
    out[out1 + col] = s10;
    out[out1 + col + 1] = s11;
    out[out1 + col + 2] = s12;
    out[out1 + col + 3] = s13;
  }
  for (; col < cols; col++) {
    out[out0 + col] = dot(a, a0, b, col * depth, depth);
    out[out1 + col] = dot(a, a1, b, col * depth, depth);
  }
}

function oneRow(a: Float32Array, b: Float32Array, out: Float32Array, row: number, cols: number, depth: number): void {
  const a0 = row * depth;
  const out0 = row * cols;
  let col = 0;
  for (; col + 4 <= cols; col += 4) {
    const b0 = col * depth;
    const b1 = b0 + depth;
    const b2 = b1 + depth;
    const b3 = b2 + depth;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let k = 0; k < depth; k++) {
      const x = a[a0 + k];
      s0 += x * b[b0 + k];
      s1 += x * b[b1 + k];
      s2 += x * b[b2 + k];
      s3 += x * b[b3 + k];
    }
    out[out0 + col] = s0;
    out[out0 + col + 1] = s1;
    out[out0 + col + 2] = s2;
    out[out0 + col + 3] = s3;
  }
  for (; col < cols; col++) out[out0 + col] = dot(a, a0, b, col * depth, depth);
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += a[aStart + k] * b[bStart + k];
  return sum;
}

/** `out` (cols x rows) = transpose of row-major `a` (rows x cols). */
export function transpose(a: Float32Array, out: Float32Array, rows: number, cols: number): void {
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) out[col * rows + row] = a[row * cols + col];
  }
}
