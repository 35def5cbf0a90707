import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where lines go, one after the other. */
export interface LineSink {
  /** Bytes that were taken but not written yet. */
  readonly pending: number;
  /**
   * Appends whole lines; `written` hears of the outcome. Returns at once.
   * @param now wall-clock time, ms: by it a file is old
   */
  write(text: string, now: number, written: (failure?: Error) => void): void;
  /** Looks whether the file, or one put aside, is old by now; for a log to which nothing is written. */
  tend(now: number): void;
  /** Writes what is pending, then closes; never rejects. */
  close(): Promise<void>;
}

/** Opens a sink; `failed` is called once, when it can no longer be used. */
export type OpenSink = (path: string, limits: RotationLimits, failed: (cause: Error) => void) => LineSink;

export interface RotationLimits {
  /** A file is put aside before it grows over this size, in kB of 1024 bytes; a longer line has a file of its own. */
  readonly sizeKb: number;
  /** How many old files are kept (`alarms.log.1` is the newest). */
  readonly files: number;
  /** A file that was begun longer ago is put aside, in ms; by size alone where absent. */
  readonly fileMs?: number | undefined;
  /** A file put aside is removed so long after its last line, in ms; never for its age where absent. */
  readonly keepMs?: number | undefined;
}

interface Line {
  readonly bytes: Buffer;
  readonly now: number;
  readonly written: (failure?: Error) => void;
}

/** At most so many bytes are written at once. */
const BATCH_BYTES = 256 * 1024;
/** The time of a file's first line stands within so many bytes. */
const HEAD_BYTES = 200;
const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/**
 * A file of lines that is put aside by size and by age: `x.log` becomes `x.log.1`, that `x.log.2`, and so on. Folders are
 * made as needed. Lines that could not be written leave no half of one behind, and one that was cut off by a power cut does
 * not swallow the next. The age of a file is that of the first time in it (ISO 8601).
 */
export const rotatingFile: OpenSink = (path, limits, failed) => {
  const file = new RotatingFile(path, limits);
  const queue: Line[] = [];
  let pending = 0;
  let working: Promise<void> | undefined;
  let broken: Error | undefined;

  const fail = (cause: unknown, batch: readonly Line[]): void => {
    broken = cause instanceof Error ? cause : new Error(String(cause));
    for (const { written } of [...batch, ...queue.splice(0)]) written(broken);
    pending = 0;
    failed(broken);
  };
  const work = async (): Promise<void> => {
    while (queue.length > 0 && broken === undefined) {
      let batch: Line[] = [];
      try {
        await file.ready(queue[0].bytes.length, queue[0].now);
        batch = queue.splice(0, fitting(queue, file.room));
        await file.append(batch.map(({ bytes }) => bytes));
      } catch (cause) {
        await file.close();
        fail(cause, batch);
        break;
      }
      for (const { bytes, written } of batch) {
        pending -= bytes.length;
        written();
      }
    }
    working = undefined;
  };
  const put = (line: Line): void => {
    if (broken !== undefined) {
      line.written(broken);
      return;
    }
    queue.push(line);
    pending += line.bytes.length;
    working ??= work();
  };
  return {
    get pending() {
      return pending;
    },
    write: (text, now, written) => put({ bytes: Buffer.from(text), now, written }),
    tend: (now) => put({ bytes: Buffer.alloc(0), now, written: () => undefined }),
    async close() {
      await working;
      await file.close();
    },
  };
};

/** How many lines from the front fit into so many bytes; at least one. */
function fitting(lines: readonly Line[], room: number): number {
  let bytes = lines[0].bytes.length;
  let count = 1;
  for (; count < lines.length; count += 1) {
    bytes += lines[count].bytes.length;
    if (bytes > room) break;
  }
  return count;
}

/** The file and those put aside; one call at a time. */
class RotatingFile {
  #handle: FileHandle | undefined;
  #inode = 0;
  #size = 0;
  #begun = Infinity;
  /** The file ends in the middle of a line. */
  #torn = false;
  readonly #most: number;

  constructor(
    readonly path: string,
    readonly limits: RotationLimits,
  ) {
    this.#most = limits.sizeKb * 1024;
  }

  /** Bytes that may be appended at once. */
  get room(): number {
    return Math.min(BATCH_BYTES, this.#most - this.#size);
  }

  /** Makes the file ready for so many bytes: opens it, or puts it aside; `bytes` 0 looks after its age alone. */
  async ready(bytes: number, now: number): Promise<void> {
    if (bytes === 0 && this.#handle !== undefined && !(await this.#isThere())) await this.close();
    if (this.#handle === undefined) {
      await this.#open();
      await this.#prune(now);
    } else if (bytes === 0) await this.#prune(now);
    const { fileMs = Infinity, keepMs = Infinity } = this.limits;
    const old = now - this.#begun > Math.min(fileMs, keepMs);
    if (this.#size > 0 && (old || this.#size + bytes > this.#most)) {
      await this.#turn();
      await this.#prune(now);
    }
    if (this.#size === 0 && bytes > 0) this.#begun = now;
  }

  /** Appends after {@link ready}: everything, or nothing. */
  async append(lines: readonly Buffer[]): Promise<void> {
    const handle = this.#handle;
    const bytes = Buffer.concat(this.#torn ? [Buffer.from('\n'), ...lines] : lines);
    if (handle === undefined || bytes.length === 0) return;
    try {
      await handle.appendFile(bytes);
    } catch (cause) {
      await handle.truncate(this.#size).catch(() => undefined);
      throw cause;
    }
    this.#size += bytes.length;
    this.#torn = false;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #open(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const handle = await open(this.path, 'a+', 0o640);
    try {
      const { size, ino, mtimeMs } = await handle.stat();
      const head = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const time = ISO_TIME.exec(head.buffer.toString('latin1', 0, head.bytesRead));
      const end = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      this.#begun = time === null ? mtimeMs : Date.parse(time[0]);
      this.#torn = end.bytesRead === 1 && end.buffer[0] !== 10;
      [this.#handle, this.#size, this.#inode] = [handle, size, ino];
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }

  /** Whether the open file still stands under its name: who removes a log wants a new one. */
  async #isThere(): Promise<boolean> {
    const found = await stat(this.path).catch(() => undefined);
    return found?.ino === this.#inode;
  }

  async #turn(): Promise<void> {
    await this.close();
    for (let n = this.limits.files; n > 1; n -= 1) await moveIfThere(`${this.path}.${n - 1}`, `${this.path}.${n}`);
    await moveIfThere(this.path, `${this.path}.1`);
    await this.#open();
  }

  /** Removes what was put aside too long ago, and files beyond the number kept; what cannot be removed stays. */
  async #prune(now: number): Promise<void> {
    const { files, keepMs = Infinity } = this.limits;
    const [folder, name] = [dirname(this.path), basename(this.path)];
    for (const entry of await readdir(folder).catch((): string[] => [])) {
      const number = entry.startsWith(`${name}.`) ? entry.slice(name.length + 1) : '';
      if (!/^[1-9]\d*$/.test(number)) continue;
      const old = join(folder, entry);
      const last = (await stat(old).catch(() => undefined))?.mtimeMs ?? now;
      if (Number(number) > files || now - last > keepMs) await rm(old, { force: true }).catch(() => undefined);
    }
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}
