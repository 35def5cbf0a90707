import { corrupt, type ByteReader, type ByteWriter } from './bytes';
import { restart, type SlidingStatistics } from './sliding';

/**
 * Writes a sliding window: its samples from the oldest on, and its sums, which carry rounding of their own. The running
 * extremes follow from the samples and are left out: a third of the size.
 */
export function writeSliding(writer: ByteWriter, { state, tags, full }: SlidingStatistics): void {
  writer.count(state.filled);
  writer.count(state.slot);
  if (!full) {
    writer.numbers(state.ring.subarray(0, state.filled * tags));
    return;
  }
  writer.numbers(state.ring);
  const { low, high, shift, sum, squares, moment, peak } = state.running;
  for (const each of [low, high, shift, sum, squares, moment, peak]) writer.numbers(each);
}

/**
 * Reads one back, bit for bit.
 * @param samples how many samples it has taken since it was empty
 * @throws SwatError `snapshot-corrupt`
 */
export function readSliding(reader: ByteReader, { state, tags, length }: SlidingStatistics, samples: number): void {
  state.filled = reader.count(length);
  state.slot = reader.count(length - 1);
  if (state.filled !== Math.min(samples, length) || state.slot !== samples % length) throw corrupt('window');
  if (state.filled < length) {
    reader.numbers(state.ring.subarray(0, state.filled * tags), 'finite');
    return;
  }
  reader.numbers(state.ring, 'finite');
  const { low, high, shift, sum, squares, moment, peak } = state.running;
  for (const each of [low, high]) reader.numbers(each);
  state.lowers.fill(0);
  state.highers.fill(0);
  state.unsettled = Math.max(0, 2 * length - samples);
  const newest = (state.slot + length - 1) % length;
  for (let tag = 0; tag < tags; tag++) {
    // As SlidingStatistics staggers it: each tag at a slot of its own, and all of them at the last one when it first fills.
    const own = Math.floor((tag * length) / tags);
    const restarted = samples - length > own ? own : length - 1;
    restart(state, { tags, length }, tag, restarted, 0, (newest - restarted + length) % length);
  }
  // After the marks, which write over them.
  for (const each of [shift, sum, squares, moment, peak]) reader.numbers(each, 'finite');
}
