/**
 * z-scores of a row in float64, held within `cut`, rounded to float32, less the baseline, rounded again; all numbers but `out` are
 * float64.
 * @param bytes of `out`, a multiple of 16
 */
export function standardise(
  features: usize,
  mean: usize,
  spread: usize,
  baseline: usize,
  out: usize,
  bytes: usize,
  cut: f64,
): void {
  const most = f64x2.splat(cut);
  const least = f64x2.splat(-cut);
  const end = out + bytes;
  while (out < end) {
    const low = moved(scaled(features, mean, spread, least, most), baseline);
    const high = moved(scaled(features + 16, mean + 16, spread + 16, least, most), baseline + 16);
    v128.store(out, v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    features += 32;
    mean += 32;
    spread += 32;
    baseline += 32;
    out += 16;
  }
}

function scaled(features: usize, mean: usize, spread: usize, least: v128, most: v128): v128 {
  const z = f64x2.div(f64x2.sub(v128.load(features), v128.load(mean)), v128.load(spread));
  // NaN passes.
  return f32x4.demote_f64x2_zero(f64x2.pmax(f64x2.pmin(z, most), least));
}

function moved(z: v128, baseline: usize): v128 {
  return f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(z), v128.load(baseline)));
}

/**
 * `((row - output) / scale)^2` in float64, of float32 `row` and `output` and float64 `scale`.
 * @param bytes of `row`, a multiple of 16
 */
export function residuals(row: usize, output: usize, scale: usize, out: usize, bytes: usize): void {
  const end = row + bytes;
  while (row < end) {
    const x = v128.load(row);
    const y = v128.load(output);
    v128.store(out, squared(x, y, scale));
    v128.store(out, squared(v128.shuffle<f32>(x, x, 2, 3, 2, 3), v128.shuffle<f32>(y, y, 2, 3, 2, 3), scale + 16), 16);
    row += 16;
    output += 16;
    scale += 32;
    out += 32;
  }
}

/** Of the first two lanes. */
function squared(x: v128, y: v128, scale: usize): v128 {
  const d = f64x2.div(f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)), v128.load(scale));
  return f64x2.mul(d, d);
}
