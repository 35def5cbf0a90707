import Papa from 'papaparse';
import { SwatError } from '../errors';
import { isReserved, type Plant } from '../plant/dictionary';
import type { TimeReader } from './local-time';

/** What stands where in a historian's file. */
export interface Columns {
  readonly delimiter: string;
  /** Number of cells in the header. */
  readonly width: number;
  readonly time: number;
  readonly label: number | undefined;
  /** Title of the label column; empty where there is none. */
  readonly labelTitle: string;
  /** Tag columns: name and position. */
  readonly tags: readonly (readonly [name: string, column: number])[];
  /** Titles that are no tag of the plant. */
  readonly unknown: readonly string[];
  /** Tags of the plant without a column. */
  readonly missing: readonly string[];
}

/** Columns that a dialog named; empty for "find it". */
export interface NamedColumns {
  readonly time: string;
  readonly label: string;
}

const TIME_TITLES = new Set(['timestamp', 'time', 'datetime', 'date', 'tstamp', 'utctime', 'localtime']);
const LABEL_TITLES = new Set(['normalattack', 'attack', 'label', 'attlabel', 'attackstatus', 'anomaly', 'event']);

/**
 * The cells of one line, `undefined` where its quotes do not match. Quotes reach to the end of the line at most, so that a
 * stray one spoils one line only.
 */
export function cellsOf(line: string, delimiter: string): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter);
  const { data, errors } = Papa.parse<string[]>(line, { delimiter });
  return errors.some((error) => error.type === 'Quotes') ? undefined : data[0];
}

/**
 * Finds the columns by the header line, or says that this is no header of this plant (no title is one of its tags).
 * Without a plant, a header is a line of titles only, and all but time and label are tags.
 * The time column may stay open (-1) until {@link withTime} sees a line of data.
 * @throws SwatError `csv-column` when a column that was named is not there
 */
export function columnsOf(header: string, plant: Plant | undefined, named: NamedColumns): Columns | undefined {
  const { delimiter } = Papa.parse(header, { delimitersToGuess: [',', ';', '\t', '|'], preview: 1 }).meta;
  const titles = (cellsOf(header, delimiter) ?? []).map((title) => title.trim());
  const isTag = tagTest(titles, plant, named);
  const tags: [string, number][] = [];
  const seen = new Set<string>();
  titles.forEach((title, column) => {
    if (!isTag(title) || seen.has(title)) return;
    seen.add(title);
    tags.push([title, column]);
  });
  if (tags.length === 0) return undefined;

  const find = (title: string, usual: ReadonlySet<string>): number => {
    if (title === '') return titles.findIndex((candidate) => !seen.has(candidate) && usual.has(plain(candidate)));
    const column = titles.indexOf(title);
    if (column < 0) throw new SwatError('csv-column-named', { column: title, columns: titles.slice(0, 12).join(', ') });
    return column;
  };
  const time = find(named.time, TIME_TITLES);
  const label = find(named.label, LABEL_TITLES);
  return {
    delimiter,
    width: titles.length,
    time,
    label: label < 0 ? undefined : label,
    labelTitle: label < 0 ? '' : titles[label],
    tags,
    unknown: titles.filter((title, column) => !seen.has(title) && column !== time && column !== label && title !== ''),
    missing: (plant?.tags ?? []).filter((tag) => !seen.has(tag.name)).map((tag) => tag.name),
  };
}

/** Settles an open time column: the first that is no tag and holds a time. `undefined` when there is none. */
export function withTime(columns: Columns, cells: readonly string[], read: TimeReader): Columns | undefined {
  if (columns.time >= 0) return columns;
  const taken = new Set(columns.tags.map(([, column]) => column));
  const time = cells.findIndex((cell, column) => !taken.has(column) && read(cell) !== undefined);
  return time < 0 ? undefined : { ...columns, time };
}

function tagTest(titles: readonly string[], plant: Plant | undefined, named: NamedColumns): (title: string) => boolean {
  if (plant !== undefined) return (title) => plant.indexOf(title) !== undefined;
  const titlesOnly = titles.length > 1 && titles.every((title) => title !== '' && Number.isNaN(Number(title)));
  return (title) =>
    titlesOnly &&
    !isReserved(title) &&
    title !== named.time &&
    title !== named.label &&
    !TIME_TITLES.has(plain(title)) &&
    !LABEL_TITLES.has(plain(title));
}

function plain(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z]/g, '');
}
