import { SwatError } from '../errors';
import type { Plant } from '../plant/dictionary';
import { decode } from '../plant/register-codec';
import { inUnit, type Register, type Table } from '../plant/source';
import { isBuffer, isRecord } from '../record';

type Loose = Readonly<Record<string, unknown>>;

/** What a Modbus node has read: registers or bits of one table that follow one another. */
export interface Block {
  readonly table: Table;
  /** Address of the first. */
  readonly from: number;
  /** Absent where the node does not tell. */
  readonly unitId: number | undefined;
  readonly values: readonly unknown[];
}

/** By function code, and by the names that the nodes have for them. */
const READ_BY: readonly (readonly [table: Table, code: number, name: string])[] = [
  ['coil', 1, 'Coil'],
  ['discrete', 2, 'Input'],
  ['holding', 3, 'HoldingRegister'],
  ['input', 4, 'InputRegister'],
];

/**
 * The answer of a Modbus device that a message carries, as `node-red-contrib-modbus` (read and getter nodes, either output) and
 * `node-red-contrib-modbustcp` send it: plain numbers or bits, and beside them what was asked for. `undefined` for any other message.
 * @throws SwatError `modbus-failed` for a read that has failed; `modbus-ieee` where the node makes floats of the registers itself
 */
export function blockOf(message: Loose): Block | undefined {
  const { payload, error } = message;
  if (payload === '') {
    // node-red-contrib-modbus leaves the place of a failed read empty, and says what it did then.
    if (!isRecord(error) || !Object.hasOwn(error, 'nodeStatus')) return undefined;
    throw new SwatError('modbus-failed', { reason: shown(error.message) });
  }
  const { settings, input } = message;
  if (isRecord(settings) && settings.adr !== undefined && settings.ieeeType !== undefined) {
    if (settings.ieeeType !== 'off') throw new SwatError('modbus-ieee');
    return toBlock(payload, settings.dataType, settings.adr, settings.quantity, message.unitid);
  }
  // A read node says what it asked for in `input`, a getter in `modbusRequest`.
  const asked = message.modbusRequest ?? (isRecord(input) ? input.payload : undefined);
  if (!isRecord(asked) || asked.fc === undefined) return undefined;
  const data = isRecord(payload) && isBuffer(payload.buffer) ? payload.data : payload;
  return toBlock(data, asked.fc, asked.address, asked.quantity, asked.unitid);
}

/**
 * The tags that lie in a block, by name and in their unit; `undefined` for a plant without registers. A value whose registers
 * the block cuts off is `undefined`, one that its registers cannot be is NaN.
 * @param whole whether the block must hold all tags that have registers
 * @throws SwatError `modbus-none`, `modbus-unit` (the block does not say of which device it is), `modbus-part`
 */
export function frameOf(block: Block, { tags, sources }: Plant, whole: boolean): Record<string, unknown> | undefined {
  const { registers } = sources;
  if (registers.length === 0) return undefined;
  const { table, from, unitId, values } = block;
  const found = registers.filter((each) => isIn(each, block));
  if (found.length === 0) {
    const unit = unitId === undefined ? '' : String(unitId);
    throw new SwatError('modbus-none', { table, from, to: from + Math.max(1, values.length) - 1, unit });
  }
  if (unitId === undefined && new Set(found.map((each) => each.unitId)).size > 1) throw new SwatError('modbus-unit');
  if (whole && found.length < registers.length)
    throw new SwatError('modbus-part', { tags: found.length, all: registers.length });
  return Object.fromEntries(
    found.map((each) => {
      const tag = tags[each.tag];
      const raw = rawOf(each, block);
      // An actuator's bit is one of its states; of a sensor it is a number.
      return [tag.name, inUnit(typeof raw === 'boolean' && tag.kind === 'sensor' ? Number(raw) : raw, tag.source)];
    }),
  );
}

function isIn({ table, register, unitId }: Register, block: Block): boolean {
  return (
    table === block.table &&
    register >= block.from &&
    register < block.from + block.values.length &&
    (unitId === undefined || block.unitId === undefined || unitId === block.unitId)
  );
}

function rawOf(register: Register, { table, from, values }: Block): unknown {
  const at = register.register - from;
  if (at + register.count > values.length) return undefined;
  if (table === 'holding' || table === 'input') return decode(values, at, register) ?? Number.NaN;
  const bit = values[at];
  return typeof bit === 'boolean' || bit === 0 || bit === 1 ? Boolean(bit) : Number.NaN;
}

function toBlock(data: unknown, read: unknown, address: unknown, quantity: unknown, unit: unknown): Block | undefined {
  const table = READ_BY.find(([, code, name]) => read === name || codeIn(read) === code)?.[0];
  const [from, count, unitId] = [numberIn(address), numberIn(quantity), numberIn(unit)];
  const plain = Array.isArray(data) && data.every((each) => typeof each === 'number' || typeof each === 'boolean');
  if (table === undefined || from === undefined || !plain) return undefined;
  // Bits come in whole bytes: what is beyond those asked for is no value.
  return { table, from, unitId, values: count === undefined ? data : data.slice(0, count) };
}

/** The function code in `3`, `"3"`, `"FC3"` and `"FC 3"`. */
function codeIn(read: unknown): number | undefined {
  return numberIn(typeof read === 'string' ? read.replace(/^FC ?/i, '') : read);
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

function shown(reason: unknown): string {
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : '?';
}
