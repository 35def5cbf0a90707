import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import type * as Rotating from 'rotating-file-stream' with { 'resolution-mode': 'import' };

// The package has a CommonJS form, but its types only describe the other one.
const { createStream } = createRequire(__filename)('rotating-file-stream') as typeof Rotating;

/** Where lines go, one after the other. */
export interface LineSink {
  /** Bytes that were taken but not written yet. */
  readonly pending: number;
  /** Appends text; `written` hears of the outcome. */
  write(text: string, written: (failure?: Error | null) => void): void;
  /** Writes what is pending, then closes; never rejects. */
  close(): Promise<void>;
}

/** Opens a sink; `failed` is called once, when it can no longer be used. */
export type OpenSink = (path: string, limits: RotationLimits, failed: (cause: Error) => void) => LineSink;

export interface RotationLimits {
  /** A file of this size is put aside, in kB. */
  readonly sizeKb: number;
  /** How many old files are kept (`alarms.log.1` is the newest). */
  readonly files: number;
}

/** A file that is rotated by size. Folders are made as needed. */
export const rotatingFile: OpenSink = (path, limits, failed) => {
  const stream = createStream(basename(path), {
    path: dirname(path),
    size: `${limits.sizeKb}K`,
    rotate: limits.files,
    mode: 0o640,
  });
  stream.on('error', failed);
  return {
    get pending() {
      return stream.writableLength;
    },
    write: (text, written) => {
      stream.write(text, written);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
};
