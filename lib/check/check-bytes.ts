import { ByteReader, ByteWriter, corrupt } from '../stream/bytes';
import { CHECKS, type Advisory } from './advisory';
import type { AssetCheck } from './asset-check';

const VERSION = 2;
/** No list of what stands is so long, bytes. */
const MOST = 16_000_000;

/** Everything that is remembered of an asset, as bytes. */
export function writeCheck(check: AssetCheck, seen: number): Uint8Array {
  const writer = new ByteWriter();
  const { pace, times, good, jumps, jumped } = check;
  writer.byte(VERSION);
  writer.number(seen);
  writer.number(pace.last ?? Number.NaN);
  writer.byte(pace.intervals.length);
  writer.numbers(pace.intervals);
  writer.byte(jumps);
  writer.byte(jumped === 'ahead' ? 0 : 1);
  writer.numbers(times);
  writer.numbers(good);
  for (const part of [check.stuck, check.rate, check.states, check.replay]) part.write(writer);
  for (const each of CHECKS) check.latches[each].write(writer);
  const standing = Buffer.from(JSON.stringify([...check.standing]));
  writer.count(standing.length);
  writer.bytes(standing);
  return writer.end();
}

/**
 * Puts it back into an asset that is new.
 * @returns arrival of its latest input, ms
 * @throws SwatError `snapshot-corrupt`
 */
export function readCheck(bytes: Uint8Array, check: AssetCheck): number {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== VERSION) throw corrupt('version');
  const seen = reader.finite();
  const last = reader.number();
  const intervals = new Float64Array(reader.byte());
  reader.numbers(intervals, 'finite');
  check.pace.resume(Number.isNaN(last) ? undefined : last, [...intervals]);
  check.jumps = reader.byte();
  check.jumped = reader.byte() === 0 ? 'ahead' : 'behind';
  reader.numbers(check.times);
  reader.numbers(check.good);
  for (const part of [check.stuck, check.rate, check.states, check.replay]) part.read(reader);
  for (const each of CHECKS) check.latches[each].read(reader);
  const standing = new Uint8Array(reader.count(MOST));
  reader.bytes(standing, 255);
  reader.end();
  for (const [key, advisory] of readStanding(standing)) check.standing.set(key, advisory);
  return seen;
}

function readStanding(bytes: Uint8Array): [string, Advisory][] {
  try {
    const given: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (Array.isArray(given) && given.every(isEntry)) return given;
  } catch {
    // Told below.
  }
  throw corrupt('standing');
}

function isEntry(entry: unknown): entry is [string, Advisory] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const advisory = entry[1] as Partial<Advisory> | null;
  return (
    typeof advisory === 'object' &&
    CHECKS.some((check) => check === advisory?.advisory) &&
    Number.isFinite(advisory?.time) &&
    Number.isFinite(advisory?.since) &&
    typeof advisory?.finding === 'object'
  );
}
