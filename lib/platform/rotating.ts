import { once } from 'node:events';
import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type * as Rotating from 'rotating-file-stream' with { 'resolution-mode': 'import' };

// The package has a CommonJS form, but its types only describe the other one.
const { createStream } = createRequire(__filename)('rotating-file-stream') as typeof Rotating;

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

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/**
 * A file of lines that rotating-file-stream writes and puts aside: `x.log` becomes `x.log.1`, that `x.log.2`, and so on.
 * Folders are made as needed. Lines that could not be written leave no half of one behind, and one that a power cut has torn
 * does not swallow the next. The age of a file is that of the first time in it (ISO 8601).
 */
export const rotatingFile: OpenSink = (path, limits, failed) => {
  const { sizeKb, files, fileMs = Infinity, keepMs = Infinity } = limits;
  let stream: Rotating.RotatingFileStream | undefined;
  let file = { size: 0, begun: 0, torn: false };
  let pending = 0;
  let working = Promise.resolve();
  let broken: Error | undefined;

  const close = async (): Promise<void> => {
    const closing = stream?.end();
    stream = undefined;
    if (closing !== undefined) await finished(closing).catch(() => undefined);
  };
  /** @param size the library puts a file of this size aside when it opens it, and after each line */
  const reopen = async (size?: '1B'): Promise<void> => {
    await close();
    stream = createStream(basename(path), { path: dirname(path), rotate: files, mode: 0o640, ...(size && { size }) });
    stream.on('error', () => undefined); // Who waits for the stream hears of it.
    await once(stream, 'open');
    file = await look(path);
  };
  const append = async (line: Buffer): Promise<void> => {
    const whole = file.size + line.length;
    const write = (part: Buffer): Promise<void> =>
      new Promise((done, fail) => stream?.write(part, (cause) => (cause ? fail(cause) : done())));
    try {
      for (let left = line.length; left > 0;) {
        await write(line.subarray(-left));
        // A disk that becomes full takes a part and reports no error, and the library does not look.
        const missing = whole - (await sizeOf(path));
        left = missing < left ? missing : 0; // More is missing only where somebody has removed or emptied the file.
      }
    } catch (cause) {
      if ((await sizeOf(path)) > file.size) await truncate(path, file.size).catch(() => undefined);
      throw cause;
    }
    file = { ...file, size: whole, torn: false };
  };
  /** Appends a line; an empty one looks after the ages alone. */
  const put = async (line: string, now: number): Promise<void> => {
    const asItWas = stream !== undefined && (await sizeOf(path)) === file.size; // not removed or emptied by somebody
    if (!asItWas) await reopen();
    const old = now - file.begun > Math.min(fileMs, keepMs);
    const full = line !== '' && file.size + Buffer.byteLength(line) + Number(file.torn) > sizeKb * 1024;
    const turning = file.size > 0 && (old || full);
    if (turning) await reopen('1B').then(() => reopen());
    if (!asItWas || turning || line === '') await prune(path, files, now - keepMs);
    if (line === '') return;
    if (file.size === 0) file.begun = now;
    await append(Buffer.from(file.torn ? `\n${line}` : line));
  };
  const write: LineSink['write'] = (line, now, written) => {
    pending += Buffer.byteLength(line);
    working = working.then(async () => {
      const sound = broken === undefined;
      if (sound) await put(line, now).catch((cause: unknown) => (broken = cause as Error));
      const failure = broken;
      pending -= Buffer.byteLength(line);
      written(failure);
      if (!sound || failure === undefined) return;
      await close();
      failed(failure);
    });
  };
  return {
    get pending() {
      return pending;
    },
    write,
    tend: (now) => write('', now, () => undefined),
    close: () => working.then(close),
  };
};

/** 0 for a file that is not there. */
const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0;

async function look(path: string): Promise<{ size: number; begun: number; torn: boolean }> {
  const handle = await open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const head = await handle.read(Buffer.alloc(200), 0, 200, 0);
    const time = ISO_TIME.exec(head.buffer.toString('latin1', 0, head.bytesRead));
    const end = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return { size, begun: time ? Date.parse(time[0]) : mtimeMs, torn: size > 0 && end.buffer[0] !== 10 };
  } finally {
    await handle.close();
  }
}

/** Removes what was put aside and last written before `since`, ms, or is beyond the number kept; what cannot be removed stays. */
async function prune(path: string, files: number, since: number): Promise<void> {
  const name = `${basename(path)}.`;
  for (const entry of await readdir(dirname(path)).catch((): string[] => [])) {
    const number = entry.startsWith(name) ? entry.slice(name.length) : '';
    if (!/^[1-9]\d*$/.test(number)) continue;
    const aside = join(dirname(path), entry);
    const last = (await stat(aside).catch(() => undefined))?.mtimeMs ?? since;
    if (Number(number) > files || last < since) await rm(aside, { force: true }).catch(() => undefined);
  }
}
