import type { HistorianItem, HistorianOptions, UnreadableCell } from './historian';
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

/**
 * A historian's file as a source of frames.
 * @param open opens the file anew, from its start
 * @param skipped hears of broken lines
 * @param cellSkipped hears of cells that could not be read, in lines that could
 */
export function replaySource(
  open: () => Promise<OpenFile>,
  options: ReplayOptions,
  skipped: (item: Extract<HistorianItem, { kind: 'skipped' }>) => void,
  cellSkipped: (cell: UnreadableCell & { readonly line: number }) => void,
): FrameSource<SourceFrame> {
  let file: OpenFile | undefined;
  let items: AsyncGenerator<HistorianItem, undefined> | undefined;
  let records = 0;
  let closed = false;

  const begin = async (): Promise<AsyncGenerator<HistorianItem, undefined>> => {
    const opened = await open();
    if (closed) opened.close();
    file = opened;
    records = 0;
    return readHistorian(opened, options);
  };

  return {
    async next() {
      while (!closed) {
        items ??= await begin();
        const result: IteratorResult<HistorianItem, undefined> = await items.next();
        const { value } = result;
        if (value === undefined) {
          items = undefined;
          // A file without a single record would be read again and again for nothing.
          if (!options.loop || records === 0) return undefined;
        } else if (value.kind === 'skipped') skipped(value);
        else if (value.kind === 'record') {
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
