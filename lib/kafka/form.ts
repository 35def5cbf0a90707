import Papa from 'papaparse';
import { SwatError } from '../errors';
import { isBuffer } from '../record';
import { TIME_KEYS } from '../stream/time';

/** How values are written: JSON, CSV (a line or several), text, or bytes as they are. */
export const FORMS = ['json', 'csv', 'text', 'raw'] as const;

export interface FormSettings {
  readonly form: (typeof FORMS)[number];
  /** Columns of CSV in their order; none: the first line of each value names them. */
  readonly columns: readonly string[];
}

/** Header that carries the event time, ms since 1970: the time of a record itself is when it was written, for retention goes by it. */
export const TIME_HEADER = 'swat-time';

type Row = Record<string, string | number>;

/**
 * The payload that a value stands for. `null` (a tombstone) stays `null`. Of CSV, one line becomes an object by column, several an
 * array of them; numbers become numbers, with a decimal comma where the separator is none.
 * @throws SwatError `kafka-json`, `kafka-csv`, `kafka-utf8`
 */
export function readValue(value: Buffer | null, { form, columns }: FormSettings): unknown {
  if (value === null) return null;
  switch (form) {
    case 'raw':
      return value;
    case 'text':
      return textOf(value);
    case 'csv':
      return rowsOf(textOf(value), columns);
    case 'json': {
      const text = textOf(value);
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message.slice(0, 120) : '';
        throw new SwatError('kafka-json', { start: shown(text), detail }, { cause });
      }
    }
  }
}

/**
 * The value for a payload; `null` writes a tombstone.
 * @throws SwatError `kafka-payload` where the form cannot take it
 */
export function writeValue(payload: unknown, { form, columns }: FormSettings): Buffer | string | null {
  if (payload === null) return null;
  const refuse = (): SwatError => new SwatError('kafka-payload', { form, found: kindOf(payload) });
  switch (form) {
    case 'raw':
    case 'text':
      if (isBuffer(payload) || typeof payload === 'string') return payload;
      if (ArrayBuffer.isView(payload) && payload instanceof Uint8Array)
        return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      throw refuse();
    case 'csv': {
      const rows = Array.isArray(payload) ? (payload as unknown[]) : [payload];
      if (rows.length === 0 || !rows.every(isRow)) throw refuse();
      const fields = columns.length > 0 ? columns : Object.keys(rows[0]);
      const data = rows.map((row) => fields.map((field) => (Object.hasOwn(row, field) ? row[field] : '')));
      return Papa.unparse(columns.length > 0 ? data : [fields, ...data], { newline: '\n' });
    }
    case 'json': {
      const text = jsonOf(payload);
      if (text === undefined) throw refuse();
      return text;
    }
  }
}

/**
 * When what a record tells of has happened: as its header says, else as the payload itself does (then `undefined`: it is read
 * there), else when it was written.
 */
export function eventTime(
  headers: Readonly<Record<string, string>>,
  payload: unknown,
  written: number,
): number | undefined {
  const said = Object.hasOwn(headers, TIME_HEADER) ? Number(headers[TIME_HEADER]) : Number.NaN;
  if (Number.isFinite(said)) return said;
  const first: unknown = Array.isArray(payload) ? payload.at(0) : payload;
  const own = typeof first === 'object' && first !== null && TIME_KEYS.some((key) => Object.hasOwn(first, key));
  return own ? undefined : written;
}

function textOf(value: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch (cause) {
    throw new SwatError('kafka-utf8', { bytes: value.length, start: value.subarray(0, 8).toString('hex') }, { cause });
  }
}

function rowsOf(text: string, columns: readonly string[]): Row | Row[] {
  const { data, meta } = Papa.parse<string[]>(text, { delimitersToGuess: [',', ';', '\t'], skipEmptyLines: true });
  const names = columns.length > 0 ? columns : (data.at(0) ?? []).map((name) => name.trim());
  const lines = columns.length > 0 ? data : data.slice(1);
  if (lines.length === 0) throw new SwatError('kafka-csv', { start: shown(text), found: 0, columns: names.length });
  const rows = lines.map((cells) => {
    if (cells.length !== names.length) {
      throw new SwatError('kafka-csv', { start: shown(text), found: cells.length, columns: names.length });
    }
    const row: Row = {};
    names.forEach((name, index) => {
      const cell = cells[index].trim();
      const number = Number(meta.delimiter === ',' ? cell : cell.replace(',', '.'));
      if (name !== '__proto__') row[name] = cell !== '' && Number.isFinite(number) ? number : cell;
    });
    return row;
  });
  return rows.length === 1 ? rows[0] : rows;
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBuffer(value);
}

/** `undefined` for what JSON has no form for. */
function jsonOf(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch {
    return undefined;
  }
}

function kindOf(payload: unknown): string {
  if (Array.isArray(payload)) return 'array';
  return isBuffer(payload) ? 'buffer' : typeof payload;
}

function shown(text: string): string {
  return text.slice(0, 60).replaceAll(/\s+/g, ' ');
}
