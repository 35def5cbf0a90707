import type { Plant, Tag } from '../plant/dictionary';
import { encode } from '../plant/register-codec';
import type { Register, Table } from '../plant/source';

/** A table of one device: its words or bits, and from where to where it has any. */
interface Area {
  readonly from: number;
  readonly words: Uint16Array;
}

/**
 * The registers of one device that has a plant's tags: those of the dictionary, and zeros between them. Before the first
 * {@link put} nothing can be read.
 */
export class DeviceRegisters {
  readonly #areas = new Map<Table, Area>();
  #filled = false;

  /** @param registers those of the device */
  constructor(
    private readonly plant: Plant,
    private readonly registers: readonly Register[],
  ) {
    for (const { table } of registers) {
      if (this.#areas.has(table)) continue;
      const mine = registers.filter((each) => each.table === table);
      const from = Math.min(...mine.map(({ register }) => register));
      const end = Math.max(...mine.map(({ register, count }) => register + count));
      this.#areas.set(table, { from, words: new Uint16Array(end - from) });
    }
  }

  /** Of each table the first and the last address. */
  get areas(): ReadonlyMap<Table, readonly [number, number]> {
    return new Map([...this.#areas].map(([table, { from, words }]) => [table, [from, from + words.length - 1]]));
  }

  /** Whether there is anything to read yet. */
  get filled(): boolean {
    return this.#filled;
  }

  /**
   * Writes the values of tags, each in the tag's unit. A tag without a usable value becomes NaN in a float, and keeps its last
   * value anywhere else: Modbus has no quality.
   */
  put(valueOf: (tag: Tag) => number | undefined): void {
    for (const register of this.registers) {
      const tag = this.plant.tags[register.tag];
      const value = valueOf(tag);
      const area = this.#areas.get(register.table);
      if (area === undefined) continue;
      const isFloat = register.dataType === 'float32' || register.dataType === 'float64';
      if (value !== undefined) write(area, register, rawOf(value, tag, register));
      else if (isFloat) write(area, register, Number.NaN);
    }
    this.#filled = true;
  }

  /** A word, or a bit as 0 and 1; `undefined` where the device has none. */
  read(table: Table, address: number): number | undefined {
    const area = this.#areas.get(table);
    return area?.words[address - area.from];
  }
}

function write({ from, words }: Area, register: Register, raw: number): void {
  const at = register.register - from;
  const made = encode(raw, register);
  // Other bits of its register are other tags.
  if (register.dataType === 'bit') words[at] = (words[at] & ~(1 << register.bit)) | made[0];
  else words.set(made, at);
}

/** What a device would hold of a value: gain and offset taken out; a bit for the higher of two states. */
function rawOf(value: number, { source, kind, states }: Tag, { dataType }: Register): number {
  const { gain = 1, offset = 0 } = source ?? {};
  if ((dataType === 'bool' || dataType === 'bit') && kind === 'actuator' && states !== undefined)
    return value >= Math.max(...Object.keys(states).map(Number)) ? 1 : 0;
  return (value - offset) / gain;
}
