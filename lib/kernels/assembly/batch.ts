// Matrices of a batch stand in panels of 8 columns: panel by panel, in each row by row, 8 float32 side by side.

/**
 * `c = max(a * b + bias, floor)` for `rows` (a multiple of 4) x 8 `panels`, summed in float32 along `depth` (at least 1).
 * All places and strides are in bytes. `a` has an element at `a + row * aRow + k * aDepth`; `b` is in panels of `depth`
 * rows, `bPanel` apart; an output row of a panel is at `c + panel * cPanel + row * cRow`; `bias` has one number a row.
 */
export function multiply(
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  bPanel: usize,
  c: usize,
  cPanel: usize,
  cRow: usize,
  bias: usize,
  rows: i32,
  panels: i32,
  depth: usize,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  while (panels > 0) {
    let first = a;
    let out = c;
    let offset = bias;
    const end = b + (depth << 5);
    for (let row = 0; row < rows; row += 4) {
      let c00 = v128.load_splat<f32>(offset);
      let c01 = c00;
      let c10 = v128.load_splat<f32>(offset, 4);
      let c11 = c10;
      let c20 = v128.load_splat<f32>(offset, 8);
      let c21 = c20;
      let c30 = v128.load_splat<f32>(offset, 12);
      let c31 = c30;
      let a0 = first;
      let a1 = a0 + aRow;
      let a2 = a1 + aRow;
      let a3 = a2 + aRow;
      let at = b;
      do {
        const b0 = v128.load(at);
        const b1 = v128.load(at, 16);
        let x = v128.load_splat<f32>(a0);
        c00 = f32x4.add(c00, f32x4.mul(x, b0));
        c01 = f32x4.add(c01, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(a1);
        c10 = f32x4.add(c10, f32x4.mul(x, b0));
        c11 = f32x4.add(c11, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(a2);
        c20 = f32x4.add(c20, f32x4.mul(x, b0));
        c21 = f32x4.add(c21, f32x4.mul(x, b1));
        x = v128.load_splat<f32>(a3);
        c30 = f32x4.add(c30, f32x4.mul(x, b0));
        c31 = f32x4.add(c31, f32x4.mul(x, b1));
        a0 += aDepth;
        a1 += aDepth;
        a2 += aDepth;
        a3 += aDepth;
        at += 32;
      } while (at < end);
      v128.store(out, f32x4.pmax(c00, least));
      v128.store(out, f32x4.pmax(c01, least), 16);
      out += cRow;
      v128.store(out, f32x4.pmax(c10, least));
      v128.store(out, f32x4.pmax(c11, least), 16);
      out += cRow;
      v128.store(out, f32x4.pmax(c20, least));
      v128.store(out, f32x4.pmax(c21, least), 16);
      out += cRow;
      v128.store(out, f32x4.pmax(c30, least));
      v128.store(out, f32x4.pmax(c31, least), 16);
      out += cRow;
      offset += 16;
      first += aRow << 2;
    }
    b += bPanel;
    c += cPanel;
    panels--;
  }
}

/**
 * Rows (`count` x `width`, row-major) as the columns of panels of `height` rows; what lies beyond `count` and `width`
 * becomes 0.
 */
export function toPanels(rows: usize, out: usize, count: i32, width: i32, height: i32): void {
  for (let from = 0; from < count; from += 8) {
    for (let row = 0; row < height; row++) {
      for (let lane = 0; lane < 8; lane++) {
        const inside = row < width && from + lane < count;
        store<f32>(out, inside ? load<f32>(rows + (((from + lane) * width + row) << 2)) : 0);
        out += 4;
      }
    }
  }
}

/**
 * Transposes a matrix in `panels` panels of `height` rows (a multiple of 8). What was row r of column c comes to
 * `out + c * outRow + floor(r / 8) * outPanel + (r % 8) * 4`.
 */
export function transposePanels(
  from: usize,
  out: usize,
  height: usize,
  panels: i32,
  outRow: usize,
  outPanel: usize,
): void {
  for (; panels > 0; panels--) {
    let to = out;
    for (let row: usize = 0; row < height; row += 8) {
      quarter(from, to, outRow);
      quarter(from + 16, to + (outRow << 2), outRow);
      quarter(from + 128, to + 16, outRow);
      quarter(from + 144, to + (outRow << 2) + 16, outRow);
      from += 256;
      to += outPanel;
    }
    out += outRow << 3;
  }
}

/** 4 x 4 numbers of rows that are 8 wide, transposed. */
function quarter(from: usize, to: usize, row: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 32);
  const c = v128.load(from, 64);
  const d = v128.load(from, 96);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  to += row;
  v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  to += row;
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  to += row;
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/**
 * What flows back from the mean squared error: `delta = scale * (output - target)`, all in panels of `height` rows; 0 in
 * columns beyond `count` and in rows beyond `width`, whatever stands there.
 * @returns the sum of the squared differences, kept in float64
 */
export function errors(
  output: usize,
  target: usize,
  delta: usize,
  height: i32,
  width: i32,
  count: i32,
  scale: f32,
): f64 {
  const factor = f32x4.splat(scale);
  const none = i32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; count > 0; count -= 8) {
    const left = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
    const right = i32x4.lt_s(i32x4(4, 5, 6, 7), i32x4.splat(count));
    for (let row = 0; row < height; row++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const counts = row >= width ? none : half ? right : left;
        const apart = v128.and(f32x4.sub(v128.load(output + half), v128.load(target + half)), counts);
        v128.store(delta + half, f32x4.mul(apart, factor));
        const a = f64x2.promote_low_f32x4(apart);
        const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(apart, apart, 2, 3, 2, 3));
        low = f64x2.add(low, f64x2.mul(a, a));
        high = f64x2.add(high, f64x2.mul(b, b));
      }
      output += 32;
      target += 32;
      delta += 32;
    }
  }
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}

/** The derivative of the ReLU: nothing flows back through a unit that was off. `bytes` is a multiple of 16. */
export function gate(delta: usize, activation: usize, bytes: usize): void {
  const end = delta + bytes;
  const zero = f32x4.splat(0);
  while (delta < end) {
    v128.store(delta, v128.andnot(v128.load(delta), f32x4.le(v128.load(activation), zero)));
    delta += 16;
    activation += 16;
  }
}

/** Sum of each row of a matrix in panels of `height` rows. */
export function sumRows(from: usize, out: usize, height: usize, panels: i32): void {
  const step = height << 5;
  for (let row: usize = 0; row < height; row++) {
    let at = from + (row << 5);
    let sum = f32x4.splat(0);
    for (let panel = 0; panel < panels; panel++) {
      sum = f32x4.add(sum, f32x4.add(v128.load(at), v128.load(at, 16)));
      at += step;
    }
    const pair = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    store<f32>(out, f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1));
    out += 4;
  }
}
