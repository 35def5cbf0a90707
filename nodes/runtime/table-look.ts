import { constants, gunzipSync } from 'node:zlib';
import { SwatError } from '../../lib/errors';
import { cellsOf } from '../../lib/stream/columns';
import { LineSplitter } from '../../lib/stream/lines';
import { timeReader, type TimeReader } from '../../lib/stream/local-time';

/** So much of a file is looked at, bytes; of a packed one, so many packed bytes (at most 1032 times as many unpacked). */
const LOOK = 256 * 1024;
const PACKED = 16 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * The chunks of an uploaded table, as they come: the first 256 kB are held back until they were looked at.
 * @throws SwatError `data-not-table` where they hold no line with a time and numbers
 */
export async function* lookedAt(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  let head: Uint8Array[] | undefined = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < LOOK) continue;
    yield looked(name, Buffer.concat(head));
    head = undefined;
  }
  if (head !== undefined && bytes > 0) yield looked(name, Buffer.concat(head));
  return undefined;
}

function looked(name: string, head: Buffer): Buffer {
  if (!isTable(name, head)) throw new SwatError('data-not-table', { name });
  return head;
}

/** Whether a line is there that has a time and a number, as every table to learn from has, whatever its header looks like. */
function isTable(name: string, head: Buffer): boolean {
  let text: Buffer;
  try {
    text = name.toLowerCase().endsWith('.gz') ? unpacked(head) : head;
  } catch {
    return false;
  }
  const read = timeReader('UTC');
  const splitter = new LineSplitter();
  for (const lines of [splitter.push(text.subarray(0, LOOK)), splitter.end()])
    for (const line of lines) if (isSample(line.text, read)) return true;
  return false;
}

function isSample(line: string, read: TimeReader): boolean {
  return DELIMITERS.some((delimiter) => {
    const cells = (cellsOf(line, delimiter) ?? []).map((cell) => cell.trim());
    const time = cells.findIndex((cell) => read(cell) !== undefined);
    return time >= 0 && cells.some((cell, column) => column !== time && /^-?[\d.,]*\d/.test(cell));
  });
}

function unpacked(head: Buffer): Buffer {
  return gunzipSync(head.subarray(0, PACKED), { finishFlush: constants.Z_SYNC_FLUSH });
}
