import type { HistorianItem, HistorianOptions, HistorianPlace, UnreadableCell } from './historian';
import { readHistorian } from './historian';
import type { FrameSource } from './pacer';
import type { SourceFrame } from './source';

/** A file that is open for reading. */
export interface OpenFile extends AsyncIterable<Uint8Array> {
  close(): void;
}

export interface ReplayOptions extends HistorianOptions {
  /** Starts again from the top after the last line, without end. */
  readonly loop: boolean;
}

/** A historian's file as a source of frames. */
export interface ReplaySource extends FrameSource<SourceFrame> {
  /** Stands for the file's first lines up to its header; `undefined` before they have been read. */
  readonly head: string | undefined;
}

/**
 * A historian's file as a source of frames.
 * @param open opens the file anew, from its start
 * @param skipped hears of broken lines
 * @param cellSkipped hears of cells that could not be read, in lines that could
 * @param from the first time, it goes on behind this place
 */
export function replaySource(
  open: () => Promise<OpenFile>,
  options: ReplayOptions,
  skipped: (item: Extract<HistorianItem, { kind: 'skipped' }>) => void,
  cellSkipped: (cell: UnreadableCell & { readonly line: number }) => void,
  from?: HistorianPlace,
): ReplaySource {
  let file: OpenFile | undefined;
  let items: AsyncGenerator<HistorianItem, undefined> | undefined;
  let records = 0;
  let closed = false;
  let place = from;
  let head = from?.head;

  const begin = async (): Promise<AsyncGenerator<HistorianItem, undefined>> => {
    const opened = await open();
    if (closed) opened.close();
    file = opened;
    // Of a file that is gone on with, records were read before.
    records = place?.last ? 1 : 0;
    const first = place;
    place = undefined;
    return readHistorian(opened, options, first);
  };

  const isClosed = (): boolean => closed;

  return {
    get head() {
      return head;
    },
    async next() {
      while (!isClosed()) {
        items ??= await begin();
        const result: IteratorResult<HistorianItem, undefined> = await items.next();
        // Whoever closed it hears nothing more, and has it told again when it goes on.
        if (isClosed()) return undefined;
        const { value } = result;
        if (value === undefined) {
          items = undefined;
          // A file without a single record would be read again and again for nothing.
          if (!options.loop || records === 0) return undefined;
        } else if (value.kind === 'header') ({ head } = value);
        else if (value.kind === 'skipped') skipped(value);
        else {
          records += 1;
          const { unreadable, ...record } = value.record;
          unreadable?.forEach((cell) => cellSkipped({ ...cell, line: record.line }));
          return record;
        }
      }
      return undefined;
    },
    close() {
      closed = true;
      file?.close();
    },
  };
}
