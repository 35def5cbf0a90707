import Papa from 'papaparse';
import { SwatError } from '../errors';
import { MAX_TAGS, type Tag } from './dictionary';
import { tagOf } from './list';
import { sourcesOf } from './source';

/** A line of a tag list that could not be read, and why. */
export interface CsvProblem {
  /** Line in the text, counted from 1; the header is a line too. */
  readonly line: number;
  readonly error: SwatError;
}

/** What people call the columns, in lower case. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  name: ['name', 'tag', 'tag name', 'tagname'],
  stage: ['stage', 'area', 'unit area', 'section'],
  kind: ['kind', 'type'],
  unit: ['unit', 'units', 'eu', 'engineering unit'],
  low: ['low', 'min', 'minimum', 'range low'],
  high: ['high', 'max', 'maximum', 'range high'],
  states: ['states', 'values'],
  description: ['description', 'meaning', 'comment'],
  maxAgeMs: ['maxagems', 'max age ms'],
  ll: ['ll'],
  l: ['l'],
  h: ['h'],
  hh: ['hh'],
  stuckAfterS: ['stuckafters', 'stuck after s'],
  noise: ['noise'],
  ratePerS: ['ratepers', 'rate per s'],
  lostAfterS: ['lostafters', 'lost after s'],
  cause: ['cause', 'causes', 'probable cause'],
  consequence: ['consequence', 'consequences'],
  response: ['response', 'operator response', 'corrective action'],
  table: ['table', 'register table'],
  register: ['register', 'address', 'modbus register', 'modbus address'],
  unitId: ['unit id', 'unitid', 'slave', 'slave id'],
  dataType: ['data type', 'datatype'],
  bit: ['bit'],
  order: ['word order', 'order', 'byte order'],
  gain: ['gain', 'factor'],
  offset: ['offset'],
  nodeId: ['node id', 'nodeid'],
  topic: ['topic', 'mqtt topic'],
};

/**
 * Reads a tag list from CSV text with a header line (comma, semicolon or tab; a decimal comma where the separator is
 * none). Needed columns: `tag`, `low`, `high`; see {@link tagOf} for the rest. Readable lines are kept, the others, and
 * those whose register, NodeId or topic is another tag's, are told one by one; at most 2000 lines are read.
 * @throws SwatError `csv-empty`, `csv-column` (a needed column is missing)
 */
export function tagsFromCsv(text: string): { tags: Tag[]; problems: CsvProblem[] } {
  const { data, meta } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { delimitersToGuess: [',', ';', '\t'] });
  const head = data.findIndex((cells) => cells.some((cell) => cell.trim() !== ''));
  if (head < 0) throw new SwatError('csv-empty');

  const columns = columnsOf(data[head]);
  const tags: Tag[] = [];
  const problems: CsvProblem[] = [];
  const lines = new Map<string, number>();
  for (let row = head + 1; row < data.length; row += 1) {
    const cells = data[row];
    if (cells.every((cell) => cell.trim() === '')) continue;
    try {
      if (tags.length + problems.length >= MAX_TAGS) {
        throw new SwatError('plant-too-large', { plant: 'CSV', tags: data.length - head - 1, most: MAX_TAGS });
      }
      const tag = tagOf(rowOf(cells, columns, meta.delimiter !== ','), row + 1);
      if (lines.has(tag.name)) throw new SwatError('tag-twice', { tag: tag.name });
      lines.set(tag.name, row + 1);
      tags.push(tag);
    } catch (error) {
      if (!(error instanceof SwatError)) throw error;
      // A line is told by its number already.
      const told = error.code === 'tag-name' ? new SwatError('csv-tag-name', { tag: error.details.tag }) : error;
      problems.push({ line: row + 1, error: told });
      if (error.code === 'plant-too-large') break;
    }
  }
  return withoutClashes(tags, problems, lines);
}

/** Addresses that are taken twice are looked for so often: each look finds one. */
const MOST_CLASHES = 50;

/** Leaves out tags whose address is another one's, too. */
function withoutClashes(
  tags: readonly Tag[],
  problems: readonly CsvProblem[],
  lines: ReadonlyMap<string, number>,
): { tags: Tag[]; problems: CsvProblem[] } {
  let kept = [...tags];
  const told = [...problems];
  for (let turn = 0; turn < MOST_CLASHES; turn += 1) {
    try {
      sourcesOf(kept);
      break;
    } catch (error) {
      if (!(error instanceof SwatError)) throw error;
      const { tag } = error.details;
      kept = kept.filter(({ name }) => name !== tag);
      told.push({ line: lines.get(String(tag)) ?? 0, error });
    }
  }
  return { tags: kept, problems: told.sort((a, b) => a.line - b.line) };
}

function columnsOf(header: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  header.forEach((cell, index) => {
    const title = cell.trim().toLowerCase();
    const column = Object.keys(COLUMNS).find((key) => COLUMNS[key].includes(title));
    if (column !== undefined && !columns.has(column)) columns.set(column, index);
  });
  if (!columns.has('name')) throw new SwatError('csv-column', { column: 'tag' });
  for (const column of ['low', 'high']) {
    if (!columns.has(column) && !columns.has('states')) throw new SwatError('csv-column', { column });
  }
  return columns;
}

function rowOf(
  cells: readonly string[],
  columns: ReadonlyMap<string, number>,
  decimalComma: boolean,
): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [column, index] of columns) {
    const cell = (cells[index] ?? '').trim();
    row[column] = decimalComma && /^-?\d*,\d+$/.test(cell) ? cell.replace(',', '.') : cell;
  }
  return row;
}

/** The columns that are written even where no tag has anything in them. */
const ALWAYS = ['name', 'stage', 'kind', 'unit', 'low', 'high', 'states'];

/**
 * The tags as CSV text with a header line, as {@link tagsFromCsv} reads it; columns that are empty throughout are left out, but
 * for the usual ones.
 */
export function csvOf(tags: readonly Tag[]): string {
  const rows = tags.map(({ states = {}, limits, check, guidance, source, ...own }) => {
    const listed = Object.entries(states).map(([value, word]) => `${value}=${word}`);
    const cells = [
      ['states', listed.join('|')],
      ...[own, limits, check, guidance, source].flatMap((part = {}) => Object.entries(part)),
    ];
    return new Map(cells as [string, string | number][]);
  });
  const columns = Object.keys(COLUMNS).filter(
    (column) => ALWAYS.includes(column) || rows.some((row) => (row.get(column) ?? '') !== ''),
  );
  const fields = columns.map((column) => COLUMNS[column][column === 'name' ? 1 : 0]);
  const data = rows.map((row) => columns.map((column) => row.get(column) ?? ''));
  return Papa.unparse({ fields, data }, { newline: '\n' });
}
