/** Eigenvalues, falling, and their eigenvectors: row `i` of `vectors` (size x size, row-major) belongs to `values[i]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** More sweeps than this for one eigenvalue never happen with finite numbers. */
const MOST_SWEEPS = 60;

/**
 * Eigen-decomposition of a symmetric matrix: Householder reflections to three diagonals (Martin, Reinsch and Wilkinson
 * 1968), then implicitly shifted QL (Dubrulle, Martin and Wilkinson 1968). Orthonormal vectors; time grows with the cube of
 * the size.
 * @param matrix row-major, size x size, finite; only its lower triangle is read
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const vectors = matrix.slice();
  const values = new Float64Array(size);
  const off = new Float64Array(size);
  const factors = reflect(vectors, size, values, off);
  accumulate(vectors, size, factors);
  for (let i = 1; i < size; i++) off[i - 1] = off[i];
  if (size > 0) off[size - 1] = 0;
  diagonalise(values, off, vectors, size);
  return sorted(values, vectors, size);
}

/**
 * Reduces the lower triangle of `a` to a diagonal and what stands beside it (`beside[i]` between i - 1 and i). The
 * reflection that cleared row `i` stays in that row, its factor is returned.
 */
function reflect(a: Float64Array, size: number, diagonal: Float64Array, beside: Float64Array): Float64Array {
  const factors = new Float64Array(size);
  const p = new Float64Array(size);
  for (let i = size - 1; i > 0; i--) {
    const row = i * size;
    let scale = 0;
    for (let k = 0; k < i; k++) scale = Math.max(scale, Math.abs(a[row + k]));
    let rest = 0;
    for (let k = 0; k < i - 1; k++) rest = Math.max(rest, Math.abs(a[row + k]));
    diagonal[i] = a[row + i];
    if (rest === 0) {
      beside[i] = a[row + i - 1];
      continue;
    }
    let norm = 0;
    for (let k = 0; k < i; k++) {
      a[row + k] /= scale;
      norm += a[row + k] * a[row + k];
    }
    const last = a[row + i - 1];
    const length = last >= 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    beside[i] = scale * length;
    // The vector v of the reflection 1 - factor v v^T, and p = factor a v.
    a[row + i - 1] = last - length;
    const factor = 1 / (norm - last * length);
    factors[i] = factor;
    timesLower(a, size, i, row, p);
    let along = 0;
    for (let k = 0; k < i; k++) {
      p[k] *= factor;
      along += p[k] * a[row + k];
    }
    along *= factor / 2;
    for (let k = 0; k < i; k++) p[k] -= along * a[row + k];
    for (let r = 0; r < i; r++) {
      const at = r * size;
      const [vr, pr] = [a[row + r], p[r]];
      for (let k = 0; k <= r; k++) a[at + k] -= vr * p[k] + pr * a[row + k];
    }
  }
  diagonal[0] = a[0];
  return factors;
}

/** `out` = leading i x i part of symmetric `a`, of which the lower triangle stands, times the vector that stands at `v`. */
function timesLower(a: Float64Array, size: number, i: number, v: number, out: Float64Array): void {
  out.fill(0, 0, i);
  for (let r = 0; r < i; r++) {
    const at = r * size;
    const vr = a[v + r];
    let sum = a[at + r] * vr;
    for (let k = 0; k < r; k++) {
      sum += a[at + k] * a[v + k];
      out[k] += a[at + k] * vr;
    }
    out[r] += sum;
  }
}

/** Replaces the kept reflections by the rows of the matrix that they make together. */
function accumulate(a: Float64Array, size: number, factors: Float64Array): void {
  const q = new Float64Array(size * size);
  const sum = new Float64Array(size);
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  for (let i = 1; i < size; i++) {
    if (factors[i] === 0) continue;
    // q <- q (1 - factor v v^T), kept transposed: rows of q are combined.
    const v = i * size;
    sum.fill(0, 0, i);
    for (let k = 0; k < i; k++) {
      const vk = a[v + k];
      for (let c = 0; c < i; c++) sum[c] += vk * q[k * size + c];
    }
    for (let k = 0; k < i; k++) {
      const by = factors[i] * a[v + k];
      for (let c = 0; c < i; c++) q[k * size + c] -= by * sum[c];
    }
  }
  // Rows become the vectors: transposed.
  for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) a[c * size + r] = q[r * size + c];
}

/** QL with implicit shifts; the rows of `vectors` are turned along. */
function diagonalise(d: Float64Array, e: Float64Array, vectors: Float64Array, size: number): void {
  for (let low = 0; low < size; low++) {
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let m = low;
      for (; m < size - 1; m++) {
        const near = Math.abs(d[m]) + Math.abs(d[m + 1]);
        if (Math.abs(e[m]) <= Number.EPSILON * near) break;
      }
      if (m === low) break;
      turn(d, e, vectors, size, low, m);
    }
  }
}

/** One sweep of plane rotations from `m` down to `low`. */
function turn(d: Float64Array, e: Float64Array, vectors: Float64Array, size: number, low: number, m: number): void {
  let g = (d[low + 1] - d[low]) / (2 * e[low]);
  let r = Math.hypot(g, 1);
  g = d[m] - d[low] + e[low] / (g + (g >= 0 ? r : -r));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= low; i--) {
    const f = s * e[i];
    const b = c * e[i];
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    for (let k = 0, upper = (i + 1) * size, lower = i * size; k < size; k++, upper++, lower++) {
      const was = vectors[upper];
      vectors[upper] = s * vectors[lower] + c * was;
      vectors[lower] = c * vectors[lower] - s * was;
    }
  }
  d[low] -= p;
  e[low] = g;
  e[m] = 0;
}

/** Largest first. The sign of a vector is that of its largest part, so that the same matrix gives the same vectors. */
function sorted(values: Float64Array, vectors: Float64Array, size: number): Eigen {
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  const out = new Float64Array(size * size);
  order.forEach((from, to) => {
    const row = vectors.subarray(from * size, (from + 1) * size);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    for (let i = 0; i < size; i++) out[to * size + i] = largest < 0 ? -row[i] : row[i];
  });
  return { values: Float64Array.from(order, (index) => values[index]), vectors: out };
}
