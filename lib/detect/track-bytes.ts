import { ByteReader, ByteWriter, corrupt } from '../stream/bytes';
import type { Track } from './track';

/** The form of these bytes. */
const FORM = 1;

/** A track as bytes: 8 a feature where there is a baseline. `model` names the version that it belongs to. */
export function writeTrack(track: Track, model: string): Uint8Array {
  const writer = new ByteWriter();
  const name = new TextEncoder().encode(model);
  writer.byte(FORM);
  writer.count(name.length);
  writer.bytes(name);
  writer.number(track.smoothed);
  writer.number(track.windows);
  writer.count(track.baseline.length);
  writer.numbers(track.baseline);
  return writer.end();
}

/**
 * Reads one back into a new track.
 * @returns false, and nothing is changed, for one of another version of the model
 * @throws SwatError `snapshot-corrupt`
 */
export function readTrack(bytes: Uint8Array, model: string, track: Track): boolean {
  const reader = new ByteReader(bytes);
  if (readModel(reader) !== model) return false;
  const smoothed = reader.number();
  if (Math.abs(smoothed) === Infinity) throw corrupt('number');
  const windows = reader.finite();
  if (!Number.isInteger(windows) || windows < 0) throw corrupt('windows');
  if (reader.count(track.baseline.length) !== track.baseline.length) throw corrupt('baseline');
  const baseline = new Float64Array(track.baseline.length);
  reader.numbers(baseline, 'finite');
  reader.end();
  track.smoothed = smoothed;
  track.windows = windows;
  track.baseline.set(baseline);
  return true;
}

/** The version that a track belongs to. @throws SwatError `snapshot-corrupt` */
export function trackModel(bytes: Uint8Array): string {
  return readModel(new ByteReader(bytes));
}

function readModel(reader: ByteReader): string {
  if (reader.byte() !== FORM) throw corrupt('version');
  const name = new Uint8Array(reader.count(256));
  reader.bytes(name, 255);
  return new TextDecoder().decode(name);
}
