/** Rows that are gathered before they are added up: their columns stay in the nearest cache. */
export const MOMENT_ROWS = 64;

/** Sums over rows of `width` numbers: what mean and covariance follow from. */
export class Moments {
  count = 0;
  readonly sum: Float64Array;
  /** Sums of products, row-major; only the lower triangle counts. */
  readonly products: Float64Array;

  constructor(readonly width: number) {
    this.sum = new Float64Array(width);
    this.products = new Float64Array(width * width);
  }

  /**
   * Adds rows.
   * @param columns the rows' columns, {@link MOMENT_ROWS} numbers each; those from `count` on are 0
   */
  add(columns: Float64Array, count: number): void {
    const { width, sum, products } = this;
    this.count += count;
    for (let i = 0, at = 0; i < width; i++) {
      let total = 0;
      for (let k = 0; k < MOMENT_ROWS; k++, at++) total += columns[at];
      sum[i] += total;
    }
    let row = 0;
    for (; row + 2 <= width; row += 2) twoRows(columns, products, row, width);
    if (row < width) for (let col = 0; col <= row; col++) products[row * width + col] += dot(columns, row, col);
  }

  /** Adds (`sign` 1) or takes away (-1) the sums over other rows. */
  combine(other: Moments, sign: 1 | -1): void {
    this.count += sign * other.count;
    for (let i = 0; i < this.sum.length; i++) this.sum[i] += sign * other.sum[i];
    for (let i = 0; i < this.products.length; i++) this.products[i] += sign * other.products[i];
  }

  /** A copy. */
  copy(): Moments {
    const copy = new Moments(this.width);
    copy.combine(this, 1);
    return copy;
  }

  /** Mean and covariance (population form, lower triangle). */
  covariance(): { mean: Float64Array; matrix: Float64Array } {
    const { width, count, products } = this;
    const mean = this.sum.map((total) => total / count);
    const matrix = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = 0, at = i * width; j <= i; j++, at++) matrix[at] = products[at] / count - mean[i] * mean[j];
    }
    return { mean, matrix };
  }
}

/** Two rows of the triangle, four columns at a time: eight sums stay in registers. */
function twoRows(x: Float64Array, products: Float64Array, row: number, width: number): void {
  const a0 = row * MOMENT_ROWS;
  const a1 = a0 + MOMENT_ROWS;
  const out0 = row * width;
  const out1 = out0 + width;
  let col = 0;
  for (; col + 4 <= row + 2; col += 4) {
    const b0 = col * MOMENT_ROWS;
    const b1 = b0 + MOMENT_ROWS;
    const b2 = b1 + MOMENT_ROWS;
    const b3 = b2 + MOMENT_ROWS;
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s03 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s13 = 0;
    for (let k = 0; k < MOMENT_ROWS; k++) {
      const p = x[a0 + k];
      const q = x[a1 + k];
      const w0 = x[b0 + k];
      s00 += p * w0;
      s10 += q * w0;
      const w1 = x[b1 + k];
      s01 += p * w1;
      s11 += q * w1;
      const w2 = x[b2 + k];
      s02 += p * w2;
      s12 += q * w2;
      const w3 = x[b3 + k];
      s03 += p * w3;
      s13 += q * w3;
    }
    products[out0 + col] += s00;
    products[out0 + col + 1] += s01;
    products[out0 + col + 2] += s02;
    products[out0 + col + 3] += s03;
    products[out1 + col] += s10;
    products[out1 + col + 1] += s11;
    products[out1 + col + 2] += s12;
    products[out1 + col + 3] += s13;
  }
  for (; col <= row + 1; col++) {
    if (col <= row) products[out0 + col] += dot(x, row, col);
    products[out1 + col] += dot(x, row + 1, col);
  }
}

function dot(x: Float64Array, row: number, col: number): number {
  const [a, b] = [row * MOMENT_ROWS, col * MOMENT_ROWS];
  let sum = 0;
  for (let k = 0; k < MOMENT_ROWS; k++) sum += x[a + k] * x[b + k];
  return sum;
}
