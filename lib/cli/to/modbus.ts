import { ModbusServer } from '../../modbus/server';
import { englishText } from '../../platform/catalogue';
import type { OutFrame, Sink, SinkAround, SinkState } from './sink';
import type { Target } from './target';

/** The lowest quality that is good, as in OPC DA. */
const GOOD = 192;

/**
 * Serves the frames as Modbus registers, by the sources in the plant's dictionary: the plant's own devices as a client sees them.
 * Each asset is a device of its own, under unit 1 and up in their order. Read-only. There is no quality in Modbus: what has no good
 * value is NaN in a float, and keeps its last value anywhere else.
 * @throws SwatError `modbus-no-registers`, `modbus-units`
 */
export function modbusSink(target: Target, around: SinkAround): Sink {
  return new ModbusSink(target, around);
}

class ModbusSink implements Sink {
  readonly #server: ModbusServer;
  #sent = 0;

  constructor(
    private readonly target: Target,
    private readonly around: SinkAround,
  ) {
    this.#server = new ModbusServer(around.plant, around.assets.length);
  }

  ready(): Promise<void> {
    const [{ host, port }] = this.target.addresses;
    return this.#server.listen(host, port);
  }

  where(): string {
    const [{ host, port }] = this.target.addresses;
    const { units, tables } = this.#server.areas;
    const areas = [...tables].map(
      ([table, [from, to]]) => `${englishText(`cli.to-table-${table}`, {}) ?? table} ${from}-${to}`,
    );
    const tags = this.around.plant.sources.registers.length;
    const params = { tags, at: `${host}:${port}`, units: units.join(', '), areas: areas.join(', ') };
    const others = this.around.assets.length - 1;
    const text = englishText('cli.to-serving', params) ?? '';
    return others === 0 ? text : `${text} ${englishText('cli.to-serving-others', { others }) ?? ''}`;
  }

  put({ asset, values, quality = {} }: OutFrame): Promise<void> {
    this.#server.put(this.around.assets.indexOf(asset), ({ name }) =>
      (quality[name] ?? GOOD) >= GOOD && Object.hasOwn(values, name) ? values[name] : undefined,
    );
    this.#sent += 1;
    return Promise.resolve();
  }

  get state(): SinkState {
    const note = englishText('cli.to-clients', { clients: this.#server.clients }) ?? '';
    return { sent: this.#sent, waiting: 0, refused: 0, problem: undefined, note };
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
