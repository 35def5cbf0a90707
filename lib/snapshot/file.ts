import type { Files } from '../platform/files';
import { breathing } from '../platform/timers';
import { readBatch, RECORD, type StateRecord } from './batch';

/** First bytes of every state file, before one line of JSON and the batches. */
const MAGIC = 'swat-state 1 ';
const MOST_HEADER = 4096;
/** A larger file is not read. */
const MOST_FILE = 2 ** 30;

/** Whose state a file holds. */
export interface StateHeader {
  /** The node's type. */
  readonly kind: string;
  /** Version of the form of its records. */
  readonly version: number;
  /** What the state depends on, such as the window's schema: with another one it is of no use. */
  readonly key: string;
}

/** The state of one key: the last whole one, and what was added since. */
export interface StateEntry {
  readonly full: Uint8Array;
  readonly deltas: Uint8Array[];
}

/**
 * What a file had to say. `none`: there is no file. `other`: it was written with other settings. `newer`: by a later version
 * of the product. `damaged`: not even its beginning can be read. `restored`: `entries`; `cut` bytes at its end are torn.
 */
export type StateFile =
  | { readonly found: 'none' | 'other' | 'newer' | 'damaged' }
  | {
      readonly found: 'restored';
      readonly entries: Map<string, StateEntry>;
      /** Bytes up to the end of the last whole flush, and bytes after that. */
      readonly size: number;
      readonly cut: number;
    };

/** The beginning of a file. */
export function stateHeader(header: StateHeader): Buffer {
  const { kind, version, key } = header;
  return Buffer.from(`${MAGIC}${JSON.stringify({ kind, version, key })}\n`);
}

/**
 * Reads a state file: everything up to the first flush that is torn or damaged. Lets other work go first every few milliseconds.
 * @throws what the disk throws, other than that there is no such file
 */
export async function readStateFile(files: Files, path: string, wanted: StateHeader): Promise<StateFile> {
  const bytes = await files.size(path);
  if (bytes === undefined) return { found: 'none' };
  if (bytes > MOST_FILE) return { found: 'damaged' };
  const file = await files.read(path);
  const header = headerOf(file);
  if (header?.kind !== wanted.kind) return { found: 'damaged' };
  if (header.version > wanted.version) return { found: 'newer' };
  if (header.key !== wanted.key || header.version !== wanted.version) return { found: 'other' };
  const entries = new Map<string, StateEntry>();
  let size = header.end;
  let flush: StateRecord[][] = [];
  const breath = breathing();
  for (let batch = readBatch(file, size); batch !== undefined; batch = readBatch(file, batch.next)) {
    flush.push(batch.records);
    await breath();
    if (batch.more) continue;
    for (const records of flush) for (const record of records) apply(entries, record);
    flush = [];
    size = batch.next;
  }
  return { found: 'restored', entries, size, cut: file.length - size };
}

function apply(entries: Map<string, StateEntry>, { type, key, data }: StateRecord): void {
  switch (type) {
    case RECORD.full:
      entries.set(key, { full: data, deltas: [] });
      break;
    case RECORD.delta:
      entries.get(key)?.deltas.push(data);
      break;
    case RECORD.forget:
      entries.delete(key);
  }
}

function headerOf(file: Buffer): (StateHeader & { end: number }) | undefined {
  const end = file.subarray(0, MOST_HEADER).indexOf('\n') + 1;
  if (end === 0 || !file.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return undefined;
  try {
    const read = JSON.parse(file.toString('utf8', MAGIC.length, end)) as Partial<StateHeader> | null;
    if (typeof read?.kind !== 'string' || typeof read.key !== 'string' || typeof read.version !== 'number') {
      return undefined;
    }
    return { kind: read.kind, version: read.version, key: read.key, end };
  } catch {
    return undefined;
  }
}
