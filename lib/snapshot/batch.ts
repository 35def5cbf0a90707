import { createHash } from 'node:crypto';

/** What a record does to its key: gives its whole state anew, adds to it, or forgets it. */
export const RECORD = { full: 1, delta: 2, forget: 3 } as const;
export type RecordType = (typeof RECORD)[keyof typeof RECORD];

/** One change of one key. */
export interface StateRecord {
  readonly type: RecordType;
  /** At most 65,535 bytes of UTF-8. */
  readonly key: string;
  /** Empty for `forget`. */
  readonly data: Uint8Array;
}

/** Bytes before the body of a batch: its length (u32, with {@link MORE}) and the first 8 bytes of its SHA-256. */
const HEAD = 12;
/** Of the length: the next batch belongs to the same flush. */
const MORE = 2 ** 31;
/** Bytes before key and data of a record: type (u8), length of the key (u16) and of the data (u32). */
const RECORD_HEAD = 7;
/** A batch holds at most so many bytes, one record of any size excepted. */
export const MOST_BATCH = 512 * 1024;
/** No batch is longer: a greater length is a damaged one. */
const MOST_BODY = 2 ** 30;

/** How many bytes a record takes in a batch. */
export function recordSize(key: string, data: Uint8Array): number {
  return RECORD_HEAD + Buffer.byteLength(key) + data.byteLength;
}

/**
 * Records as one batch: all of them are read back, or none. Numbers are little-endian.
 * @param more whether the next batch belongs to the same flush: this one is of no use without it
 */
export function writeBatch(records: readonly StateRecord[], more: boolean): Buffer {
  const body = records.reduce((sum, { key, data }) => sum + recordSize(key, data), 0);
  const batch = Buffer.allocUnsafe(HEAD + body);
  let at = HEAD;
  for (const { type, key, data } of records) {
    const keyBytes = batch.write(key, at + RECORD_HEAD, 'utf8');
    at = batch.writeUInt8(type, at);
    at = batch.writeUInt16LE(keyBytes, at);
    at = batch.writeUInt32LE(data.byteLength, at) + keyBytes;
    batch.set(data, at);
    at += data.byteLength;
  }
  batch.writeUInt32LE(more ? body + MORE : body, 0);
  digest(batch.subarray(HEAD)).copy(batch, 4);
  return batch;
}

/** A batch as it was read: whether the next one belongs to the same flush, and where that begins. */
export interface ReadBatch {
  readonly records: StateRecord[];
  readonly more: boolean;
  readonly next: number;
}

/**
 * The batch at a position of a file; `undefined` where it is torn or damaged. The data of the records are views of `file`.
 */
export function readBatch(file: Buffer, from: number): ReadBatch | undefined {
  if (from + HEAD > file.length) return undefined;
  const given = file.readUInt32LE(from);
  const more = given >= MORE;
  const length = more ? given - MORE : given;
  const next = from + HEAD + length;
  if (length > MOST_BODY || next > file.length) return undefined;
  const body = file.subarray(from + HEAD, next);
  if (digest(body).compare(file, from + 4, from + HEAD) !== 0) return undefined;
  const records: StateRecord[] = [];
  for (let at = 0; at < length;) {
    if (at + RECORD_HEAD > length) return undefined;
    const type = Object.values(RECORD).find((known) => known === body[at]);
    const keyAt = at + RECORD_HEAD;
    const dataAt = keyAt + body.readUInt16LE(at + 1);
    at = dataAt + body.readUInt32LE(at + 3);
    if (type === undefined || at > length) return undefined;
    records.push({ type, key: body.toString('utf8', keyAt, dataAt), data: body.subarray(dataAt, at) });
  }
  return { records, more, next };
}

function digest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, 8);
}
