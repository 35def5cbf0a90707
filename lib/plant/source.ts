import { SwatError } from '../errors';
import { decimalOf } from './decimal';
import type { Tag } from './dictionary';

/** Where a value lies in a Modbus device. Holding and input registers are words of 16 bits, the others single bits. */
export const TABLES = ['holding', 'input', 'coil', 'discrete'] as const;
export type Table = (typeof TABLES)[number];

/** How registers make a number. `bool`: anything but 0; `bit`: one bit of a register, 0 the lowest. */
export const DATA_TYPES = ['int16', 'uint16', 'int32', 'uint32', 'float32', 'float64', 'bool', 'bit'] as const;
export type DataType = (typeof DATA_TYPES)[number];

/**
 * In which order the bytes of a number of two registers come, the highest called A: `ABCD` as Modbus says, `CDAB` the low word
 * first, `BADC` the bytes of each register swapped, `DCBA` both. In the same way for one register and for four.
 */
export const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type Order = (typeof ORDERS)[number];

/** Registers, or single bits, that a number takes. */
export const WORDS: Readonly<Record<DataType, number>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  float64: 4,
  bool: 1,
  bit: 1,
};

/** Where a tag's value comes from, and how what comes from there is brought into the tag's unit: `value * gain + offset`. */
export interface TagSource {
  /** Modbus: `table`, `register`, `dataType` and `order` are there together, or none is. */
  readonly table?: Table;
  /** The first register's address as it is sent, counted from 0. */
  readonly register?: number;
  /** Unit id, 0 to 255; absent: that of whichever device is read. */
  readonly unitId?: number;
  readonly dataType?: DataType;
  /** Of `bit`: which, 0 to 15. */
  readonly bit?: number;
  readonly order?: Order;
  /** Not 0; 1 where absent. */
  readonly gain?: number;
  /** In the tag's unit; 0 where absent. */
  readonly offset?: number;
  /** OPC UA NodeId, such as `ns=2;s=LIT101`. */
  readonly nodeId?: string;
  /** MQTT topic, without wildcards; or the name of a Sparkplug metric. */
  readonly topic?: string;
}

/** The Modbus registers of one tag. */
export interface Register {
  /** Position of the tag. */
  readonly tag: number;
  readonly table: Table;
  /** First address and how many, registers or bits. */
  readonly register: number;
  readonly count: number;
  readonly unitId: number | undefined;
  readonly dataType: DataType;
  readonly bit: number;
  readonly order: Order;
}

/** The sources of a plant's tags. */
export interface Sources {
  /** In the order of the tags. */
  readonly registers: readonly Register[];
  /** Position of the tag that a NodeId or a topic of the dictionary stands for. */
  tagAt(address: string): number | undefined;
}

/**
 * Finds the tags by their sources.
 * @throws SwatError `source-twice` {source, tag, other}, `source-name` (a topic is the name of another tag), `source-overlap`
 */
export function sourcesOf(tags: readonly Tag[]): Sources {
  const addresses = new Map<string, number>();
  const names = new Map(tags.map(({ name }, tag) => [name, tag]));
  tags.forEach(({ name, source }, tag) => {
    for (const address of [source?.nodeId, source?.topic]) {
      if (address === undefined) continue;
      const other = addresses.get(address);
      const named = names.get(address) ?? tag;
      if (named !== tag) throw new SwatError('source-name', { tag: name, source: address, other: tags[named].name });
      if (other !== undefined && other !== tag)
        throw new SwatError('source-twice', { source: address, tag: name, other: tags[other].name });
      addresses.set(address, tag);
    }
  });
  const registers = Object.freeze(tags.flatMap(({ source }, tag) => registerOf(source, tag)));
  refuseOverlap(registers, tags);
  return { registers, tagAt: (address) => addresses.get(address) };
}

/** Whether a tag's values come with a gain or an offset that is not of an address: of whatever reading comes. */
export function scalesAll(source: TagSource | undefined): boolean {
  return source !== undefined && (source.nodeId ?? source.topic ?? source.register) === undefined;
}

/** A value as it came from a tag's source, in the tag's unit; what is no number stays as it is, an empty text too. */
export function inUnit(value: unknown, source: TagSource | undefined): unknown {
  const { gain = 1, offset = 0 } = source ?? {};
  if (gain === 1 && offset === 0) return value;
  if (typeof value === 'number') return value * gain + offset;
  if (typeof value === 'boolean') return Number(value) * gain + offset;
  const number = typeof value === 'string' ? decimalOf(value) : undefined;
  return number === undefined ? value : number * gain + offset;
}

function registerOf(source: TagSource | undefined, tag: number): Register[] {
  const { table, register, unitId, dataType, bit = 0, order } = source ?? {};
  if (table === undefined || register === undefined || dataType === undefined || order === undefined) return [];
  return [{ tag, table, register, count: WORDS[dataType], unitId, dataType, bit, order }];
}

/** Two tags of one register are a slip, but for different bits of it. */
function refuseOverlap(registers: readonly Register[], tags: readonly Tag[]): void {
  const taken = new Map<string, Register[]>();
  for (const mine of registers) {
    const { tag, table, register, count, unitId = '' } = mine;
    for (let at = register; at < register + count; at += 1) {
      const place = `${table} ${unitId} ${at}`;
      const there = taken.get(place) ?? [];
      const other = there.find(
        ({ dataType, bit }) => !(dataType === 'bit' && mine.dataType === 'bit' && bit !== mine.bit),
      );
      if (other !== undefined) {
        const told = { tag: tags[tag].name, other: tags[other.tag].name, table, register: at };
        throw new SwatError('source-overlap', told);
      }
      taken.set(place, [...there, mine]);
    }
  }
}
