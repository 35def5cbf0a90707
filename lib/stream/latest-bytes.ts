import type { ByteReader, ByteWriter } from './bytes';
import type { LatestSamples } from './latest';

/** Writes the last samples as they lie in their ring; nothing at all where none are kept. */
export function writeLatest(writer: ByteWriter, { state, tags }: LatestSamples): void {
  writer.numbers(state.ring.subarray(0, state.filled * tags));
}

/**
 * Reads them back.
 * @param samples how many samples it has taken since it was empty
 * @throws SwatError `snapshot-corrupt`
 */
export function readLatest(reader: ByteReader, { state, tags, count }: LatestSamples, samples: number): void {
  state.filled = Math.min(samples, count);
  state.slot = count === 0 ? 0 : samples % count;
  reader.numbers(state.ring.subarray(0, state.filled * tags), 'finite');
}
