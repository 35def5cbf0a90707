// Running sums and extremes of tags, float64: nine rows of `bytes` each, a multiple of 16, in the order of RUNNING in
// lib/kernels/running.ts: shift, sum, squares, moment, peak, low, high, min, max.

/**
 * Takes a sample into the sums and extremes, and the oldest one out of the sums.
 * @param come the sample
 * @param gone the one that it takes the place of
 * @param newest position of the newest sample of a window: its length less one
 */
export function slide(rows: usize, bytes: usize, come: usize, gone: usize, newest: f64): void {
  const place = f64x2.splat(newest);
  const end = rows + bytes;
  let sums = rows + bytes;
  let squares = sums + bytes;
  let moments = squares + bytes;
  let peaks = moments + bytes;
  let low = peaks + bytes;
  let high = low + bytes;
  let min = high + bytes;
  let max = min + bytes;
  while (rows < end) {
    const value = v128.load(come);
    const shift = v128.load(rows);
    const left = f64x2.sub(v128.load(gone), shift);
    const added = f64x2.sub(value, shift);
    const rest = f64x2.sub(v128.load(sums), left);
    const turned = f64x2.sub(f64x2.mul(place, added), rest);
    v128.store(moments, f64x2.add(v128.load(moments), turned));
    v128.store(sums, f64x2.add(rest, added));
    const square = f64x2.mul(added, added);
    const change = f64x2.sub(square, f64x2.mul(left, left));
    v128.store(squares, f64x2.add(v128.load(squares), change));
    v128.store(peaks, f64x2.add(v128.load(peaks), square));
    v128.store(low, f64x2.pmin(v128.load(low), value));
    v128.store(high, f64x2.pmax(v128.load(high), value));
    v128.store(min, f64x2.pmin(v128.load(min), value));
    v128.store(max, f64x2.pmax(v128.load(max), value));
    come += 16;
    gone += 16;
    rows += 16;
    sums += 16;
    squares += 16;
    moments += 16;
    peaks += 16;
    low += 16;
    high += 16;
    min += 16;
    max += 16;
  }
}

/**
 * Mean, standard deviation, minimum, maximum and slope of each tag, side by side in `out`.
 * @param perLength one over the samples of a window
 * @param middle position of its middle
 * @param perSpread one over the sum of squared distances of positions from the middle
 * @param guard least share of the peak that the squared deviations may be
 * @returns whether they were less in any tag that is not constant
 */
export function describe(
  rows: usize,
  bytes: usize,
  out: usize,
  perLength: f64,
  middle: f64,
  perSpread: f64,
  guard: f64,
): i32 {
  const share = f64x2.splat(perLength);
  const centre = f64x2.splat(middle);
  const steep = f64x2.splat(perSpread);
  const least = f64x2.splat(guard);
  const nothing = f64x2.splat(0);
  const end = rows + bytes;
  let worn = i64x2.splat(0);
  let sums = rows + bytes;
  let squares = sums + bytes;
  let moments = squares + bytes;
  let peaks = moments + bytes;
  let mins = peaks + bytes * 3;
  let maxs = mins + bytes;
  while (rows < end) {
    const min = v128.load(mins);
    const max = v128.load(maxs);
    const constant = f64x2.eq(min, max);
    const sum = v128.load(sums);
    const deviation = f64x2.sub(v128.load(squares), f64x2.mul(f64x2.mul(sum, sum), share));
    worn = v128.or(worn, v128.andnot(f64x2.lt(deviation, f64x2.mul(least, v128.load(peaks))), constant));
    const mean = v128.bitselect(min, f64x2.add(v128.load(rows), f64x2.mul(sum, share)), constant);
    const spread = f64x2.sqrt(f64x2.mul(f64x2.max(nothing, deviation), share));
    const std = v128.andnot(spread, constant);
    const along = f64x2.mul(f64x2.sub(v128.load(moments), f64x2.mul(centre, sum)), steep);
    const slope = v128.andnot(along, constant);
    v128.store(out, v128.shuffle<f64>(mean, std, 0, 2));
    v128.store(out, v128.shuffle<f64>(min, max, 0, 2), 16);
    v128.store(out, v128.shuffle<f64>(slope, mean, 0, 3), 32);
    v128.store(out, v128.shuffle<f64>(std, min, 1, 3), 48);
    v128.store(out, v128.shuffle<f64>(max, slope, 1, 3), 64);
    out += 80;
    rows += 16;
    sums += 16;
    squares += 16;
    moments += 16;
    peaks += 16;
    mins += 16;
    maxs += 16;
  }
  return v128.any_true(worn) ? 1 : 0;
}
