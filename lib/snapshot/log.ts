import type { AppendFile, GrowingFiles } from '../platform/files';
import { detailOf, SwatError } from '../errors';
import { MOST_BATCH, RECORD, recordSize, writeBatch, type StateRecord } from './batch';
import { stateHeader, type StateHeader } from './file';

/** Whose state is kept: it can give the whole state of a key at any time. */
export interface StateOwner {
  /** The keys there are now. */
  keys(): Iterable<string>;
  /** All there is to know of a key, or `undefined` when it is gone. The array is not changed afterwards. */
  full(key: string): Uint8Array | undefined;
}

/** Who wants to know how saving fares. */
export interface StateWatcher {
  /** It fails; called once per outage, with `state-write` {path, detail}. */
  failed(error: SwatError): void;
  /** It works again, and everything is saved. */
  recovered(): void;
}

/** Additions that wait for the disk, at most; beyond it the whole states of their keys are written instead. */
const MOST_PENDING = 8 * 1024 * 1024;
/** A file is written anew when it is larger than this and than four times what it was when it last was. */
const LEAST_LIMIT = 1024 * 1024;
const GROWTH = 4;

/**
 * The state of many keys in one file that grows at its end: whole states of keys that changed, and small additions to keys
 * whose whole state is there already. A flush is one batch (several that belong together where it is over 512 KiB, so that none takes long to make): after a
 * crash all of it is read back, or none. When the file has grown to four times its size, it is written anew beside and put in its place.
 *
 * A disk that fails costs freshness, never the process: the file keeps the last good state, the watcher is told once, and
 * every later flush tries again with whole states. Memory: what waits for the disk, at most 8 MiB of additions and one name
 * per key.
 */
export class StateLog {
  #file: AppendFile | undefined;
  /** Where to cut the file off when it is opened again; 0 for a new one. */
  #keep: number;
  #limit = LEAST_LIMIT;
  /** Keys whose whole state stands in the file, and how many bytes that took. */
  #known: Map<string, number>;
  readonly #dirty = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #deltas = new Map<string, { list: Uint8Array[]; bytes: number }>();
  #pending = 0;
  #turn: Promise<void> = Promise.resolve();
  #failed = false;
  #closed = false;
  #busy = false;

  /**
   * @param restored what was read of the file, so that it goes on from there; without it the file begins anew with the first
   * flush
   */
  constructor(
    private readonly files: GrowingFiles,
    private readonly path: string,
    private readonly header: StateHeader,
    private readonly owner: StateOwner,
    private readonly watcher: StateWatcher,
    restored?: { readonly size: number; readonly keys: Iterable<readonly [key: string, bytes: number]> },
  ) {
    this.#keep = restored?.size ?? 0;
    this.#known = new Map(restored?.keys);
  }

  /** True while a flush is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The whole state of a key is to be written. */
  change(key: string): void {
    // Then it waits for nothing else: this is asked for each window of an asset, and mostly for nothing.
    if (this.#dirty.has(key)) return;
    this.#gone.delete(key);
    this.#drop(key);
    this.#dirty.add(key);
  }

  /** Whether an addition to a key would be of use: not where its whole state is to be written anyway. */
  wantsDelta(key: string): boolean {
    return !this.#dirty.has(key);
  }

  /**
   * Adds to the state of a key: less to write than all of it. Where the additions that wait come to more than that, all of it
   * is written instead. The array is not changed afterwards.
   */
  delta(key: string, data: Uint8Array): void {
    if (this.#dirty.has(key)) return;
    const whole = this.#gone.has(key) ? undefined : this.#known.get(key);
    const waiting = this.#deltas.get(key) ?? { list: [], bytes: 0 };
    const bytes = waiting.bytes + data.byteLength;
    if (whole === undefined || bytes > whole || this.#pending + data.byteLength > MOST_PENDING) {
      this.change(key);
      return;
    }
    waiting.list.push(data);
    waiting.bytes = bytes;
    this.#deltas.set(key, waiting);
    this.#pending += data.byteLength;
  }

  /** A key is no more. */
  forget(key: string): void {
    this.#dirty.delete(key);
    this.#drop(key);
    if (this.#known.has(key)) this.#gone.add(key);
  }

  /**
   * Writes what has changed. Flushes follow one another; one that finds nothing to do is cheap. Never rejects.
   * @param sync whether it must outlive a power cut, not only the end of the process
   * @returns whether everything is in the file
   */
  flush(sync = false): Promise<boolean> {
    const turn = this.#turn.then(() => this.#write(sync));
    this.#turn = turn.then(() => undefined);
    return turn;
  }

  /** Writes what has changed, then lets go of the file. Later calls do nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.flush(true);
    this.#closed = true;
    await this.#turn;
    await this.#release();
  }

  get #idle(): boolean {
    return this.#dirty.size === 0 && this.#gone.size === 0 && this.#deltas.size === 0;
  }

  async #write(sync: boolean): Promise<boolean> {
    if (this.#closed) return false;
    if (this.#idle) return !this.#failed;
    const written: string[] = [];
    this.#busy = true;
    try {
      if (this.#keep === 0 || (this.#file?.size ?? this.#keep) > this.#limit) {
        await this.#renew(written);
      } else {
        this.#file ??= await this.files.openAppend(this.path, this.#keep);
        await this.#appendAll(this.#file, written);
      }
      if (sync) await this.#file?.sync();
      if (this.#failed) this.watcher.recovered();
      this.#failed = false;
      return true;
    } catch (cause) {
      for (const key of written) this.#again(key);
      // The end of the file may be torn: the next flush writes it anew, and until then the last good state stands.
      this.#keep = 0;
      await this.#release();
      const detail = detailOf(cause);
      if (!this.#failed) this.watcher.failed(new SwatError('state-write', { path: this.path, detail }, { cause }));
      this.#failed = true;
      return false;
    } finally {
      this.#busy = false;
    }
  }

  /** Takes what waits, up to one batch, and says whether there is more; `written` notes the keys. */
  #take(written: string[]): { records: StateRecord[]; more: boolean } {
    const records: StateRecord[] = [];
    let size = 0;
    const add = (record: StateRecord): void => {
      records.push(record);
      size += recordSize(record.key, record.data);
    };
    for (const key of this.#gone) {
      written.push(key);
      this.#gone.delete(key);
      this.#known.delete(key);
      add({ type: RECORD.forget, key, data: NOTHING });
    }
    for (const key of this.#dirty) {
      if (size > MOST_BATCH) return { records, more: true };
      written.push(key);
      this.#dirty.delete(key);
      const data = this.owner.full(key);
      if (data === undefined) {
        if (this.#known.delete(key)) add({ type: RECORD.forget, key, data: NOTHING });
      } else {
        this.#known.set(key, data.byteLength);
        add({ type: RECORD.full, key, data });
      }
    }
    for (const [key, { list }] of this.#deltas) {
      if (size > MOST_BATCH) return { records, more: true };
      written.push(key);
      this.#drop(key);
      for (const data of list) add({ type: RECORD.delta, key, data });
    }
    return { records, more: false };
  }

  /** The file anew, with the whole state of every key, put in the place of the one before. */
  async #renew(written: string[]): Promise<void> {
    const temporary = `${this.path}.new`;
    await this.#release();
    const known = this.#known;
    this.#known = new Map();
    this.#gone.clear();
    for (const key of this.owner.keys()) this.change(key);
    written.push(...this.#dirty);
    const file = await this.files.openAppend(temporary, 0);
    try {
      await file.append(stateHeader(this.header));
      await this.#appendAll(file, written);
      await file.sync();
      await file.close();
      await this.files.move(temporary, this.path);
    } catch (cause) {
      for (const key of known.keys()) this.#again(key);
      await file.close().catch(() => undefined);
      await this.files.remove(temporary).catch(() => undefined);
      throw cause;
    }
    this.#keep = file.size;
    this.#limit = Math.max(LEAST_LIMIT, GROWTH * file.size);
    this.#file = await this.files.openAppend(this.path, this.#keep);
  }

  async #appendAll(file: AppendFile, written: string[]): Promise<void> {
    for (let more = true, begun = false; more;) {
      const taken = this.#take(written);
      more = taken.more;
      // What was begun is ended, also where the rest has gone meanwhile.
      if (taken.records.length > 0 || begun) await file.append(writeBatch(taken.records, more));
      begun = true;
    }
  }

  /** What of a key could not be written is to be written whole, or forgotten. */
  #again(key: string): void {
    if (!this.#known.has(key)) this.#known.set(key, 0);
    this.change(key);
  }

  #drop(key: string): void {
    const waiting = this.#deltas.get(key);
    if (waiting === undefined) return;
    this.#pending -= waiting.bytes;
    this.#deltas.delete(key);
  }

  async #release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}

const NOTHING = new Uint8Array(0);
