import type { Dataset } from './dataset';
import { purgeGap } from './folds';
import { follow, newTrack, smooth, type Track, type TrackPace } from './track';

/**
 * Goes through rows of a data set as a node goes through windows: a track follows them, starts anew where another asset
 * begins, and forgets what it smoothed after a pause.
 */
export function followRows(
  data: Dataset,
  from: number,
  to: number,
  pace: TrackPace,
  use: (row: number, track: Track) => void,
): void {
  const width = data.schema.features.length;
  const pause = pauseOf(data);
  let track = newTrack(width, pace);
  for (let row = from; row < to; row++) {
    const passed = row === from ? 0 : data.times[row] - data.times[row - 1];
    if (passed < 0) track = newTrack(width, pace);
    else if (passed > pause) track.smoothed = Number.NaN;
    use(row, track);
  }
}

/** Smooths the scores of rows `from` to `to` where they stand, as a node does one after the other. */
export function smoothRows(data: Dataset, from: number, to: number, pace: TrackPace, scores: Float64Array): void {
  if (pace.smoothing >= 1) return;
  followRows(data, from, to, { ...pace, rate: 0 }, (row, track) => (scores[row] = smooth(track, scores[row], pace)));
}

/**
 * Rows `from` to `to` less the baseline that follows them: a copy, or where there is none, the rows themselves.
 * @param rows all rows of the data set, standardised
 */
export function withoutDrift(
  data: Dataset,
  rows: Float32Array,
  from: number,
  to: number,
  pace: TrackPace,
): Float32Array {
  const width = data.schema.features.length;
  const stretch = rows.subarray(from * width, to * width);
  if (pace.rate === 0) return stretch;
  const out = new Float32Array(stretch.length);
  const z = new Float64Array(width);
  followRows(data, from, to, pace, (row, track) => {
    const at = (row - from) * width;
    z.set(stretch.subarray(at, at + width));
    for (let i = 0; i < width; i++) out[at + i] = z[i] - track.baseline[i];
    follow(track, z, pace, false);
  });
  return out;
}

/** Rows that are further apart than a whole window, by the usual time from one to the next, ms. */
function pauseOf(data: Dataset): number {
  const steps = data.times.slice(1).map((time, index) => time - data.times[index]);
  const forward = steps.filter((step) => step > 0).sort();
  if (forward.length === 0) return Infinity;
  return forward[forward.length >> 1] * (purgeGap(data) + 1);
}
