import type { Dataset } from './dataset';
import { purgeGap } from './folds';
import { newTrack, type Track, type TrackPace } from './track';

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

/** Rows that are further apart than a whole window, by the usual time from one to the next, ms. */
function pauseOf(data: Dataset): number {
  const steps = data.times.slice(1).map((time, index) => time - data.times[index]);
  const forward = steps.filter((step) => step > 0).sort();
  if (forward.length === 0) return Infinity;
  return forward[forward.length >> 1] * (purgeGap(data) + 1);
}
