import { createHash } from 'node:crypto';
import { detailOf, SwatError } from '../errors';
import type { GrowingFiles, TailFiles } from '../platform/files';

/** Longest line that is written, bytes; a longer entry is refused. */
export const MAX_LINE = 16 * 1024;
/** So much of the end of a file is read, at most: older lines stay in the file. */
export const MAX_TAIL = 1024 * 1024;

/** What the end of a trail holds. */
export interface TrailEnd {
  /** Oldest first. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  /** Lines whose checksum does not fit: changed by hand, or by a bad disk. */
  readonly damaged: number;
}

/** Who hears of what was found in the file. */
export interface TrailWatcher {
  /** A line that the end of a process or a power cut had torn was cut off before the next one was written. */
  cut(bytes: number): void;
}

/**
 * A file of one JSON object per line that only ever grows; nothing in it is changed or rotated. Each line ends in `sum`, the
 * first 16 hex digits of the SHA-256 of all that stands before it in the line. The file is opened for each line, so that
 * nothing is held between them; lines follow one another.
 */
export class Trail {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: GrowingFiles & TailFiles,
    private readonly path: string,
    private readonly watcher: TrailWatcher,
  ) {}

  /**
   * Writes a line; resolves once it would outlive a power cut.
   * @throws SwatError `trail-write` {path, detail}, `trail-foreign` for a file that is none of ours; the file then stays as it was
   */
  append(entry: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#next(() => this.#write(entry));
  }

  /**
   * The last entries that fit into the last MiB, at most `most`.
   * @throws SwatError `trail-read` {path, detail}
   */
  last(most: number): Promise<TrailEnd> {
    return this.#next(async () => {
      try {
        return readEnd((await this.files.tail(this.path, MAX_TAIL)).bytes, most);
      } catch (cause) {
        throw new SwatError('trail-read', { path: this.path, detail: detailOf(cause) }, { cause });
      }
    });
  }

  async #write(entry: Readonly<Record<string, unknown>>): Promise<void> {
    const line = Buffer.from(sealedLine(entry));
    try {
      if (line.length > MAX_LINE) throw new RangeError(`${line.length} > ${MAX_LINE}`);
      const { bytes, size } = await this.files.tail(this.path, MAX_TAIL);
      const torn = bytes.length - 1 - bytes.lastIndexOf(NEWLINE);
      if (torn > MAX_LINE) throw new SwatError('trail-foreign', { path: this.path });
      const file = await this.files.openAppend(this.path, size - torn);
      if (torn > 0) this.watcher.cut(torn);
      try {
        await file.append(line);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (cause) {
      if (cause instanceof SwatError) throw cause;
      throw new SwatError('trail-write', { path: this.path, detail: detailOf(cause) }, { cause });
    }
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const NEWLINE = 10;

/** An entry as its line; a field `sum` of its own is left out. */
export function sealedLine(entry: Readonly<Record<string, unknown>>): string {
  const own = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'sum'));
  const head = JSON.stringify(own).slice(0, -1);
  const comma = head === '{' ? '' : ',';
  return `${head}${comma}"sum":"${sumOf(head)}"}\n`;
}

/** The entry of a line, without `sum`; `undefined` where the line is not what was written. */
export function openedLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const tail = /,?"sum":"([0-9a-f]{16})"\}$/.exec(line);
  if (tail === null) return undefined;
  const head = line.slice(0, tail.index);
  if (sumOf(head) !== tail[1]) return undefined;
  try {
    return JSON.parse(`${head}}`) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function sumOf(head: string): string {
  return createHash('sha256').update(head).digest('hex').slice(0, 16);
}

function readEnd(bytes: Buffer, most: number): TrailEnd {
  const lines = bytes.toString('utf8').split('\n');
  // What follows the last newline is torn; what stands before the first one may be half a line of a longer file.
  lines.pop();
  if (bytes.length === MAX_TAIL) lines.shift();
  const opened = lines.map(openedLine);
  const entries = opened.filter((entry) => entry !== undefined);
  return { entries: entries.slice(Math.max(0, entries.length - most)), damaged: opened.length - entries.length };
}
