import { SwatError } from '../errors';
import { DATA_TYPES, ORDERS, TABLES, WORDS, type Order, type Table, type TagSource } from './source';

/** Addresses of one table, and ids of units. */
const MOST_REGISTERS = 65_536;
const MOST_UNIT = 255;
/** Longer addresses are none. */
const MAX_ADDRESS = 1000;
/** How documents number registers: the first digit is the table, and they count from 1. */
const NUMBERED: Readonly<Record<string, Table>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };
const OTHER_ORDERS: Readonly<Record<string, Order>> = { BIG: 'ABCD', LITTLE: 'CDAB', AB: 'ABCD', BA: 'BADC' };

/**
 * Reads where a tag's value comes from: a row with the names of {@link TagSource}, as texts or numbers. Without a table the
 * registers are holding registers, and the numbers of documents are understood: 40001 is holding register 0, 30001 input
 * register 0, 10001 discrete input 0, 00001 coil 0 (also with six digits).
 * @param tag what the errors call it
 * @returns `undefined` where there is no source
 * @throws SwatError `tag-choice`, `tag-whole`, `tag-number`, `source-register`, `source-bit`, `source-type`, `source-gain`,
 *   `source-node-id`, `source-topic`
 */
export function sourceOf(tag: string, given: Readonly<Record<string, unknown>>): TagSource | undefined {
  const source: TagSource = {
    ...registersOf(tag, given),
    ...scaleOf(tag, given),
    ...addressOf(tag, 'nodeId', given.nodeId, 'source-node-id', /^(ns=\d+;|nsu=[^;]+;)?[isgb]=./),
    ...addressOf(tag, 'topic', given.topic, 'source-topic', /^[^+#\0]+$/),
  };
  return Object.keys(source).length === 0 ? undefined : source;
}

function registersOf(tag: string, given: Readonly<Record<string, unknown>>): TagSource {
  const named = choice(tag, 'table', text(given.table).toLowerCase(), TABLES);
  const numbered = named === undefined ? /^([0134])(\d{4,5})$/.exec(text(given.register)) : null;
  const table = named ?? (numbered === null ? 'holding' : NUMBERED[numbered[1]]);
  const shown = numbered === null ? given.register : Number(numbered[2]) - 1;
  const register = whole(tag, 'register', shown, MOST_REGISTERS - 1);
  const unitId = whole(tag, 'unitId', given.unitId, MOST_UNIT);
  const dataType = choice(tag, 'dataType', text(given.dataType).toLowerCase(), DATA_TYPES);
  const bit = whole(tag, 'bit', given.bit, 15);
  const letters = text(given.order).toUpperCase();
  const order = choice(tag, 'order', (OTHER_ORDERS[letters] as Order | undefined) ?? letters, ORDERS);
  if (register === undefined) {
    const said = [named, unitId, dataType, bit, order].some((each) => each !== undefined);
    if (said) throw new SwatError('source-register', { tag });
    return {};
  }
  const bits = table === 'coil' || table === 'discrete';
  const type = dataType ?? (bits ? 'bool' : bit === undefined ? 'uint16' : 'bit');
  if (bits && type !== 'bool') throw new SwatError('source-type', { tag, table, type });
  if ((type === 'bit') !== (bit !== undefined)) throw new SwatError('source-bit', { tag, type });
  if (register + WORDS[type] > MOST_REGISTERS)
    throw new SwatError('tag-whole', { tag, column: 'register', value: register, most: MOST_REGISTERS - WORDS[type] });
  return {
    table,
    register,
    ...(unitId === undefined ? {} : { unitId }),
    dataType: type,
    ...(bit === undefined ? {} : { bit }),
    order: order ?? 'ABCD',
  };
}

function scaleOf(tag: string, given: Readonly<Record<string, unknown>>): TagSource {
  const gain = number(tag, 'gain', given.gain);
  const offset = number(tag, 'offset', given.offset);
  if (gain === 0) throw new SwatError('source-gain', { tag });
  return {
    ...(gain === undefined || gain === 1 ? {} : { gain }),
    ...(offset === undefined || offset === 0 ? {} : { offset }),
  };
}

function addressOf(tag: string, column: 'nodeId' | 'topic', value: unknown, code: string, form: RegExp): TagSource {
  const address = text(value);
  if (address === '') return {};
  if (address.length > MAX_ADDRESS || !form.test(address))
    throw new SwatError(code, { tag, value: address.slice(0, 60) });
  return { [column]: address };
}

function choice<T extends string>(tag: string, column: string, value: string, of: readonly T[]): T | undefined {
  if (value === '') return undefined;
  const found = of.find((each) => each.toLowerCase() === value.toLowerCase());
  if (found === undefined)
    throw new SwatError('tag-choice', { tag, column, value: value.slice(0, 40), choices: of.join(', ') });
  return found;
}

function whole(tag: string, column: string, value: unknown, most: number): number | undefined {
  const given = number(tag, column, value);
  if (given !== undefined && !(Number.isInteger(given) && given >= 0 && given <= most))
    throw new SwatError('tag-whole', { tag, column, value: given, most });
  return given;
}

function number(tag: string, column: string, value: unknown): number | undefined {
  const shown = text(value);
  if (shown === '') return undefined;
  const given = Number(shown);
  if (!Number.isFinite(given)) throw new SwatError('tag-number', { tag, column, value: shown.slice(0, 40) });
  return given;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
