import { ByteReader, ByteWriter, corrupt } from './bytes';
import { Quality } from './frame';
import { GridLine } from './grid-line';
import { readInput, writeInput } from './input-bytes';
import type { Kept } from './kept';
import type { Pace } from './pace';
import { UNUSABLE } from './reason';
import { readLatest, writeLatest } from './latest-bytes';
import { readSliding, writeSliding } from './sliding-bytes';

/** The form of these bytes. */
const VERSION = 1;
/** No asset has so much put aside, or waiting, as to reach this. */
const MOST = 100_000;
const RESTARTED = [undefined, 'gap', 'rewind'] as const;

/** Everything that is remembered of an asset, as bytes: about 8 a tag and sample. */
export function writeKept<C>({ line, guard, seen, flushed, lost }: Kept<C>): Uint8Array {
  const writer = new ByteWriter();
  const { window } = line;
  const { known } = window;
  writer.byte(VERSION);
  writer.byte(Number(flushed) + 2 * Number(lost));
  writer.number(seen);
  writer.number(window.frames);
  writer.byte(RESTARTED.indexOf(window.restarted));
  writePace(writer, window.pace);
  writer.numbers(known.values);
  writer.numbers(known.times);
  writer.bytes(known.quality);
  writer.bytes(window.why);
  writer.numbers(window.times);
  window.quality.write(writer);
  for (const each of window.features.windows) writeSliding(writer, each);
  writeLatest(writer, window.features.latest);
  if (line instanceof GridLine) writeGrid(writer, line as GridLine<C>);
  writer.byte(guard.standing === 'ahead' ? 0 : 1);
  writer.numbers([guard.low, guard.high]);
  writer.byte(guard.counted.length);
  writer.numbers(guard.counted);
  writer.count(guard.aside.length);
  for (const input of guard.aside) writeInput(writer, input);
  return writer.end();
}

/**
 * Puts it back into an asset that is new.
 * @throws SwatError `snapshot-corrupt`
 */
export function readKept<C>(bytes: Uint8Array, kept: Kept<C>): void {
  const reader = new ByteReader(bytes);
  const { line, guard } = kept;
  const { window } = line;
  const { known } = window;
  const tags = known.values.length;
  if (reader.byte() !== VERSION) throw corrupt('version');
  const flags = reader.byte();
  if (flags > 3) throw corrupt('flags');
  kept.flushed = flags % 2 === 1;
  kept.lost = flags > 1;
  kept.seen = reader.finite();
  window.frames = reader.finite();
  if (!Number.isInteger(window.frames) || window.frames < 0) throw corrupt('frames');
  const restarted = reader.byte();
  if (restarted >= RESTARTED.length) throw corrupt('restarted');
  window.restarted = RESTARTED[restarted];
  readPace(reader, window.pace);
  reader.numbers(known.values, 'finite');
  reader.numbers(known.times);
  reader.bytes(known.quality, Quality.bad);
  reader.bytes(window.why, UNUSABLE.length);
  reader.numbers(window.times);
  window.quality.read(reader);
  for (const each of window.features.windows) readSliding(reader, each, window.frames);
  readLatest(reader, window.features.latest, window.frames);
  if (line instanceof GridLine) readGrid(reader, line as GridLine<C>);
  guard.standing = reader.byte() === 0 ? 'ahead' : 'behind';
  guard.low = reader.finite();
  guard.high = reader.finite();
  const counted = new Float64Array(reader.byte());
  reader.numbers(counted, 'finite');
  guard.counted = [...counted];
  const aside = reader.count(MOST);
  guard.aside = Array.from({ length: aside }, () => readInput<C>(reader, tags));
  reader.end();
}

function writePace(writer: ByteWriter, { last, intervals }: Pace): void {
  writer.number(last ?? Number.NaN);
  writer.byte(intervals.length);
  writer.numbers(intervals);
}

function readPace(reader: ByteReader, pace: Pace): void {
  const last = reader.number();
  const intervals = new Float64Array(reader.byte());
  reader.numbers(intervals, 'finite');
  pace.resume(Number.isNaN(last) ? undefined : last, [...intervals]);
}

function writeGrid<C>(writer: ByteWriter, line: GridLine<C>): void {
  writer.numbers([line.last ?? Number.NaN, line.cameAt, line.closed]);
  writer.numbers(line.sources);
  writer.numbers(line.heard);
  const { open } = line.cells;
  writer.count(open.length);
  for (const cell of open) {
    writer.number(cell.index);
    for (const each of [cell.sources, cell.times, cell.values]) writer.numbers(each);
    writer.bytes(cell.reasons);
  }
}

function readGrid<C>(reader: ByteReader, line: GridLine<C>): void {
  const last = reader.number();
  line.last = Number.isNaN(last) ? undefined : last;
  line.cameAt = reader.finite();
  line.closed = reader.number();
  reader.numbers(line.sources);
  reader.numbers(line.heard);
  const waiting = reader.count(MOST);
  let before = -Infinity;
  for (let i = 0; i < waiting; i++) {
    const index = reader.finite();
    if (!Number.isInteger(index) || index <= before) throw corrupt('instant');
    before = index;
    const cell = line.cells.add(index);
    for (const each of [cell.sources, cell.times, cell.values]) reader.numbers(each);
    reader.bytes(cell.reasons, UNUSABLE.length);
  }
}
