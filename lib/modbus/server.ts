import { SwatError } from '../errors';
import type { Plant, Tag } from '../plant/dictionary';
import type { Table } from '../plant/source';
import { ServerTCP } from '../vendor/modbus-server';
import { DeviceRegisters } from './registers';

/** Exceptions of Modbus (application protocol 1.1b3, section 7). */
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const DEVICE_FAILURE = 4;
const NO_SUCH_DEVICE = 11;
/** Unit ids of devices. */
const MOST_UNITS = 247;

/**
 * A Modbus TCP server with the registers of a plant's tags, as the plant's devices would have them: by the sources in the
 * dictionary. Read-only: a write is refused with the exception "illegal function".
 *
 * Devices are counted from 0, one for each asset. The tags of device 0 answer under the unit id of their source, or 1 where it
 * names none; those of the next one behind it, under the ids that follow.
 */
export class ModbusServer {
  readonly #units = new Map<number, DeviceRegisters>();
  readonly #devices: readonly DeviceRegisters[][];
  #server: ServerTCP | undefined;

  /** @throws SwatError `modbus-no-registers`, `modbus-units` {devices, most} */
  constructor(plant: Plant, devices: number) {
    const { registers } = plant.sources;
    if (registers.length === 0) throw new SwatError('modbus-no-registers', { plant: plant.name });
    const bases = [...new Set(registers.map(({ unitId = 1 }) => unitId))];
    const span = Math.max(...bases) - Math.min(...bases) + 1;
    const most = Math.floor((MOST_UNITS - Math.min(...bases) + 1) / span);
    if (devices > most) throw new SwatError('modbus-units', { devices, most });
    this.#devices = Array.from({ length: devices }, (_, device) =>
      bases.map((base) => {
        const mine = new DeviceRegisters(
          plant,
          registers.filter(({ unitId = 1 }) => unitId === base),
        );
        this.#units.set(base + device * span, mine);
        return mine;
      }),
    );
  }

  /**
   * Begins to listen.
   * @param host an address of this machine
   * @throws SwatError `modbus-listen` {host, port, reason}
   */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const read = (table: Table) => (address: number, unit: number) => this.#read(table, address, unit);
      const write = (): never => {
        throw exception(ILLEGAL_FUNCTION);
      };
      const bit = (table: Table) => (address: number, unit: number) => this.#read(table, address, unit) === 1;
      const server = new ServerTCP(
        {
          getHoldingRegister: read('holding'),
          getInputRegister: read('input'),
          getCoil: bit('coil'),
          getDiscreteInput: bit('discrete'),
          setCoil: write,
          setRegister: write,
        },
        { host, port },
      );
      // A client that goes away in mid-answer is no news.
      server.on('socketError', () => undefined);
      server.on('serverError', (cause) => {
        reject(new SwatError('modbus-listen', { host, port, reason: reasonOf(cause) }, { cause }));
      });
      server.on('initialized', () => {
        this.#server = server;
        resolve();
      });
    });
  }

  /** Writes the values of a device's tags; see {@link DeviceRegisters.put}. */
  put(device: number, valueOf: (tag: Tag) => number | undefined): void {
    for (const registers of this.#devices[device]) registers.put(valueOf);
  }

  /** What can be read of the first device: its unit ids, and of each table the first and last address. */
  get areas(): { readonly units: readonly number[]; readonly tables: ReadonlyMap<Table, readonly [number, number]> } {
    const first = new Set(this.#devices[0]);
    const units = [...this.#units].filter(([, device]) => first.has(device)).map(([unit]) => unit);
    const tables = new Map<Table, readonly [number, number]>();
    for (const device of first)
      for (const [table, [from, to]] of device.areas) {
        const [least, most] = tables.get(table) ?? [from, to];
        tables.set(table, [Math.min(least, from), Math.max(most, to)]);
      }
    return { units, tables };
  }

  /** Connections that are open. */
  get clients(): number {
    return this.#server?.socks.size ?? 0;
  }

  /** Ends every connection and stops listening. */
  close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    return server === undefined ? Promise.resolve() : new Promise((resolve) => server.close(() => resolve()));
  }

  /** @throws what the server answers as an exception */
  #read(table: Table, address: number, unit: number): number {
    const device = this.#units.get(unit);
    if (device === undefined) throw exception(NO_SUCH_DEVICE);
    if (!device.filled) throw exception(DEVICE_FAILURE);
    const word = device.read(table, address);
    if (word === undefined) throw exception(ILLEGAL_ADDRESS);
    return word;
  }
}

/** As the server of modbus-serial takes it. */
function exception(modbusErrorCode: number): Error {
  return Object.assign(new Error(`Modbus exception ${modbusErrorCode}`), { modbusErrorCode });
}

function reasonOf(cause: Error | null): string {
  return cause === null ? '?' : 'code' in cause ? String(cause.code) : cause.message;
}
