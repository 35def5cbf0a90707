import { stat } from 'node:fs/promises';
import { SwatError } from '../errors';
import { createPlant } from '../plant/dictionary';
import { SWAT } from '../plant/swat';
import { openText } from '../platform/textfile';
import { timeReader } from '../stream/local-time';
import { readArguments, type Options } from './arguments';
import { tagsIn } from './tags-file';
import { errorText, type Command, type Terminal } from './terminal';
import { recordedFrames, type RecordedFeed } from './to/frames';
import { runTo, TO_OPTIONS } from './to/run';

/** What `swat replay` can be told. */
export const REPLAY_OPTIONS = {
  ...TO_OPTIONS,
  repeat: { kind: 'flag' },
  asset: { kind: 'text', fallback: 'SWaT' },
  plant: { kind: 'text' },
  'time-zone': { kind: 'text', fallback: 'UTC' },
  'time-column': { kind: 'text', fallback: '' },
  'label-column': { kind: 'text', fallback: '' },
} as const satisfies Options;

/** Broken lines that are told one by one. */
const MOST_TOLD = 5;

/** `swat replay FILE --to …`: a historian's file as if its plant ran now. */
export const replay: Command = async (args, terminal) => {
  const path = args.at(0) ?? '--';
  const rest = args.slice(1);
  if (path.startsWith('--')) throw new SwatError('replay-file');
  const given = readArguments(rest, REPLAY_OPTIONS);
  const timeZone = given.text('time-zone') ?? 'UTC';
  timeReader(timeZone);
  const list = given.text('plant');
  const plant = list === undefined ? undefined : createPlant(list, await tagsIn(list));
  const asset = given.text('asset') ?? '';
  const broken = new BrokenLines(terminal);
  const feed = async (): Promise<ReturnType<typeof recordedFrames>> => {
    // What cannot be opened is told before anything is connected to.
    (await openText(path)).close();
    const bytes = path.toLowerCase().endsWith('.gz') ? undefined : (await stat(path)).size;
    const file: RecordedFeed['file'] = { bytes, open: () => openText(path) };
    const columns = { time: given.text('time-column') ?? '', label: given.text('label-column') ?? '' };
    const reading = { plant, timeZone, columns };
    return recordedFrames({ file, reading, asset, repeat: given.flag('repeat'), skipped: (item) => broken.tell(item) });
  };
  const code = await runTo(given, [asset], plant ?? SWAT, feed, terminal);
  broken.end();
  return code;
};

/** Tells of the first broken lines, and how many there were. */
class BrokenLines {
  #count = 0;

  constructor(private readonly terminal: Terminal) {}

  tell({ error }: Parameters<RecordedFeed['skipped']>[0]): void {
    this.#count += 1;
    if (this.#count <= MOST_TOLD) this.terminal.progress(errorText(error));
  }

  end(): void {
    if (this.#count > 0) this.terminal.progress(errorText(new SwatError('replay-skipped', { lines: this.#count })));
  }
}
