import { basename, isAbsolute } from 'node:path';
import type { NodeAPI } from 'node-red';
import { SwatError } from '../../lib/errors';
import { isUploadName, type Uploads } from '../../lib/platform/uploads';
import { timeReader } from '../../lib/stream/local-time';
import { MAX_ROWS } from '../../lib/train/collector';
import type { FileSource } from '../../lib/train/file-source';
import { readNumber, readText } from './settings';
import { readStride } from './stride';
import { windowsBefore } from './windowing';

/** What a command says of a file, read by the node that it came to. */
export interface FileReader {
  readonly RED: NodeAPI;
  /** Id of the detector. */
  readonly detector: string;
  readonly uploads: Uploads;
  /** Every how many windows one is learned, unless the command says otherwise. */
  readonly stride: number;
  /** Id of the windows that came last. */
  readonly seen: () => string | undefined;
}

/**
 * The file that a command names, and how it is cut into windows: an uploaded one by its name, any other by its whole path.
 * @throws SwatError `file-relative`, `training-no-window`, `time-zone`, `setting-number`
 */
export function fileOf(reader: FileReader, given: Readonly<Record<string, unknown>>): FileSource {
  const { RED, detector, uploads, stride, seen } = reader;
  const file = readText(given.file);
  const isUpload = isUploadName(file);
  if (!isUpload && !isAbsolute(file)) throw new SwatError('file-relative', { file: file.slice(0, 100) });
  const cut = windowsBefore(RED, detector, readText(given.window), seen());
  if (cut === undefined) throw new SwatError('training-no-window');
  const timeZone = readText(given.timeZone) || 'UTC';
  timeReader(timeZone);
  return {
    path: isUpload ? uploads.path(file) : file,
    name: basename(file).slice(0, 200),
    tags: cut.tags,
    windows: cut.settings,
    timeZone,
    columns: { time: readText(given.timeColumn), label: readText(given.labelColumn) },
    stride: readStride(given.stride, stride),
    rows: readNumber('windows', given.windows, { min: 10, max: MAX_ROWS, fallback: MAX_ROWS, integer: true }),
  };
}

/**
 * Lets the admin route name uploaded files only.
 * @throws SwatError `data-name`
 */
export function uploadsOnly(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { file } = given;
  if (file !== undefined && !(typeof file === 'string' && isUploadName(file.trim())))
    throw new SwatError('data-name', { name: typeof file === 'string' ? file.slice(0, 100) : typeof file });
  return given;
}
