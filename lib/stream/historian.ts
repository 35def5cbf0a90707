import { createHash } from 'node:crypto';
import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import type { Label } from '../plant/label';
import { cellsOf, columnsOf, withTime, type Columns, type NamedColumns } from './columns';
import { LineSplitter, type Line } from './lines';
import { timeReader, type TimeReader } from './local-time';

/** One line of a historian's file as a frame. */
export interface HistorianRecord {
  readonly line: number;
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** By tag name; a cell that holds no number is left out, so that the reader's policy for missing values applies. */
  readonly values: Record<string, number>;
  /** Cells that are not empty and could not be read: a tag's without a number, a label that says nothing. */
  readonly unreadable?: readonly UnreadableCell[];
  /** Only where the file has a label column and the cell is readable. */
  readonly label?: Label;
}

/** A cell that was left out: the title of its column and its text, shortened. */
export interface UnreadableCell {
  readonly column: string;
  readonly value: string;
}

/** What a file gives, in its order. */
export type HistorianItem =
  /** `head` stands for all lines up to it: the same for the same lines. */
  | { readonly kind: 'header'; readonly line: number; readonly columns: Columns; readonly head: string }
  | { readonly kind: 'record'; readonly record: HistorianRecord }
  | { readonly kind: 'skipped'; readonly line: number; readonly error: SwatError };

/** A place in a file that was read before. */
export interface HistorianPlace {
  /** See the header of {@link HistorianItem}. */
  readonly head: string;
  /** The record that was taken last; `null` for none. */
  readonly last: {
    readonly line: number;
    /** Its event time, ms, and when the attack under way in it began; `null` for none. */
    readonly time: number;
    readonly since: number | null;
  } | null;
}

export interface HistorianOptions {
  /** Whose tags to look for; without it, every column with a title is one, but time and label. */
  readonly plant?: Plant | undefined;
  /** IANA zone of times that carry no offset. */
  readonly timeZone: string;
  readonly columns: NamedColumns;
}

/** The header stands within the first lines: some exports put a title or the stages above it. */
const HEADER_WITHIN = 20;

/** This many broken lines before the first good one, and it is no file of a historian. */
const HOPELESS = 1000;

/**
 * Reads a historian's CSV as it streams by: nothing is kept but one line, and whoever pulls slowly slows the reading.
 * Broken lines are told with their number and passed over.
 * @param from goes on behind this place: lines up to it are passed over in silence, and hardly looked at
 * @throws SwatError `file-empty`, `csv-no-tags` (no header with a tag of the plant), `csv-no-time` (no column with a time),
 *   `csv-no-values` (times, but no number), `csv-no-lines` (nothing below the header), `csv-column-named`, `time-zone`; `file-changed` where the place is not in this file; and whatever the input throws
 */
export async function* readHistorian(
  input: AsyncIterable<Uint8Array | string>,
  options: HistorianOptions,
  from?: HistorianPlace,
): AsyncGenerator<HistorianItem, undefined> {
  const splitter = new LineSplitter();
  const reader = new LineReader(options, from);
  for await (const chunk of input) {
    for (const line of splitter.push(chunk)) {
      const item = reader.read(line);
      if (item !== undefined) yield item;
    }
  }
  for (const line of splitter.end()) {
    const item = reader.read(line);
    if (item !== undefined) yield item;
  }
  reader.end();
  return undefined;
}

class LineReader {
  private readonly readTime: TimeReader;
  private columns: Columns | undefined;
  private firstLine = '';
  private records = 0;
  private skipped = 0;
  /** Of the skipped lines, those whose time could be read. */
  private timed = 0;
  private attackSince: number | undefined;
  private readonly head = createHash('sha256');
  /** The place to go on from, until it has been passed. */
  private ahead: HistorianPlace['last'];

  constructor(
    private readonly options: HistorianOptions,
    private readonly from?: HistorianPlace,
  ) {
    this.readTime = timeReader(options.timeZone);
    this.ahead = from?.last ?? null;
  }

  read(line: Line): HistorianItem | undefined {
    if (this.columns !== undefined && this.ahead !== null) {
      this.pass(line, this.columns, this.ahead);
      return undefined;
    }
    if (line.text.trim() === '') return undefined;
    if (this.columns === undefined) return this.header(line);
    try {
      const record = this.record(line, this.columns);
      this.records += 1;
      return { kind: 'record', record };
    } catch (error) {
      if (!(error instanceof SwatError)) throw error;
      this.skipped += 1;
      if (error.code === 'line-values') this.timed += 1;
      if (this.records === 0 && this.skipped >= HOPELESS) this.end();
      return { kind: 'skipped', line: line.number, error };
    }
  }

  /** Complains about a file that gave nothing. */
  end(): void {
    if (this.firstLine === '') throw new SwatError('file-empty');
    if (this.columns === undefined) throw new SwatError('csv-no-tags', { header: this.firstLine.slice(0, 80) });
    if (this.records === 0 && this.skipped > 0)
      throw new SwatError(this.timed > 0 ? 'csv-no-values' : 'csv-no-time', { lines: this.skipped });
    if (this.records === 0 && this.ahead === null) throw new SwatError('csv-no-lines');
    if (this.ahead !== null) throw changed(this.ahead.line);
  }

  /** A line up to the place where it goes on: only the first record, for the columns, and the last one are read. */
  private pass(line: Line, columns: Columns, { line: until, time, since }: NonNullable<HistorianPlace['last']>): void {
    if (columns.time >= 0 && line.number < until) return;
    let found: number | undefined;
    try {
      found = this.record(line, columns).time;
    } catch (error) {
      if (!(error instanceof SwatError)) throw error;
    }
    if (line.number < until) return;
    if (found !== time) throw changed(until);
    this.records += 1;
    this.attackSince = since ?? undefined;
    this.ahead = null;
  }

  private header(line: Line): HistorianItem | undefined {
    if (this.firstLine === '') this.firstLine = line.text;
    if (line.number > HEADER_WITHIN) this.end();
    this.head.update(`${line.text}\n`);
    this.columns = columnsOf(line.text, this.options.plant, this.options.columns);
    if (this.columns === undefined) return undefined;
    const head = this.head.digest('hex').slice(0, 16);
    if (this.from !== undefined && this.from.head !== head) throw changed(line.number);
    return { kind: 'header', line: line.number, columns: this.columns, head };
  }

  private record(line: Line, known: Columns): HistorianRecord {
    if (line.cut) throw new SwatError('line-long', { line: line.number });
    const cells = cellsOf(line.text, known.delimiter);
    if (cells === undefined) throw new SwatError('line-quote', { line: line.number });
    // A separator at the end of a line makes an empty cell, which does no harm.
    const isWide = cells.slice(known.width).some((cell) => cell.trim() !== '');
    if (cells.length < known.width || isWide) {
      const code = isWide ? 'line-wide' : 'line-short';
      throw new SwatError(code, { line: line.number, cells: cells.length, expected: known.width });
    }
    const columns = withTime(known, cells, this.readTime);
    const time = columns === undefined ? undefined : this.readTime(cells[columns.time]);
    if (columns === undefined || time === undefined) {
      throw new SwatError('line-time', {
        line: line.number,
        value: (cells[Math.max(0, known.time)] ?? '').slice(0, 40),
      });
    }
    this.columns = columns;

    const values: Record<string, number> = {};
    const unreadable: UnreadableCell[] = [];
    let numbers = 0;
    for (const [tag, column] of columns.tags) {
      const value = numberOf(cells[column], columns.delimiter);
      if (value === undefined) {
        if (cells[column].trim() !== '') unreadable.push(unreadableCell(tag, cells[column]));
        continue;
      }
      values[tag] = value;
      numbers += 1;
    }
    if (numbers === 0) throw new SwatError('line-values', { line: line.number });

    const attack = columns.label === undefined ? undefined : attackOf(cells[columns.label]);
    if (attack === undefined) {
      const cell = columns.label === undefined ? '' : cells[columns.label];
      if (cell.trim() !== '') unreadable.push(unreadableCell(columns.labelTitle, cell));
      return { line: line.number, time, values, ...(unreadable.length > 0 ? { unreadable } : {}) };
    }
    this.attackSince = attack ? (this.attackSince ?? time) : undefined;
    const label: Label = { attack: attack ? true : null, since: this.attackSince ?? null };
    return { line: line.number, time, values, label, ...(unreadable.length > 0 ? { unreadable } : {}) };
  }
}

function changed(line: number): SwatError {
  return new SwatError('file-changed', { line });
}

function unreadableCell(column: string, cell: string): UnreadableCell {
  return { column: column.slice(0, 64), value: cell.trim().slice(0, 40) };
}

function numberOf(cell: string, delimiter: string): number | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  const value = Number(delimiter !== ',' && /^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : text);
  return Number.isFinite(value) ? value : undefined;
}

/** `Normal`, `Attack`, the published file's `A ttack`, 0/1, true/false; anything else says nothing. */
function attackOf(cell: string): boolean | undefined {
  switch (cell.replaceAll(/\s/g, '').toLowerCase()) {
    case 'attack':
    case '1':
    case '1.0':
    case 'true':
      return true;
    case 'normal':
    case '0':
    case '0.0':
    case 'false':
      return false;
    default:
      return undefined;
  }
}
