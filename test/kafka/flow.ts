import type { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import swatKafka from '../../nodes/swat-kafka';
import swatKafkaIn from '../../nodes/swat-kafka-in';
import swatKafkaOut from '../../nodes/swat-kafka-out';
import helper from '../harness/helper';

export type Loose = Record<string, unknown>;

export interface FlowOptions {
  /** Address of the broker. */
  readonly brokers: string;
  /** Settings of the config node, and its credentials. */
  readonly kafka?: Loose;
  readonly secrets?: Loose;
  /** Settings of a swat-kafka-in `in`; none: there is none. */
  readonly in?: Loose;
  /** Settings of a swat-kafka-out `out`; none: there is none. */
  readonly out?: Loose;
  /** Whether `out` is wired behind `in`. */
  readonly through?: boolean;
}

/** What a node has told. */
interface Told {
  readonly errors: string[];
  readonly statuses: { fill?: string; text?: string }[];
}

/** A reader and a writer in a real Node-RED runtime, with what has come out of each of their outputs. */
export class KafkaFlow {
  readonly folder = mkdtempSync(join(tmpdir(), 'swat-kafka-flow-'));
  readonly got: Record<'records' | 'letters' | 'events' | 'written' | 'refused' | 'figures', Loose[]> = {
    records: [],
    letters: [],
    events: [],
    written: [],
    refused: [],
    figures: [],
  };
  readonly told: Record<'in' | 'out', Told> = {
    in: { errors: [], statuses: [] },
    out: { errors: [], statuses: [] },
  };
  /** Called with each record, as a node behind the reader would be. */
  onRecord: (message: Loose) => void = () => undefined;

  async load(options: FlowOptions): Promise<void> {
    helper.settings({ userDir: this.folder });
    const { brokers, kafka = {}, secrets = {}, through = false } = options;
    const flow = [
      { id: 'flow', type: 'tab' },
      { id: 'kafka', type: 'swat-kafka', name: '', brokers, ...kafka },
      ...(options.in === undefined
        ? []
        : [
            {
              id: 'in',
              z: 'flow',
              type: 'swat-kafka-in',
              broker: 'kafka',
              ...options.in,
              wires: [through ? ['records', 'out'] : ['records'], ['letters'], ['events']],
            },
          ]),
      ...(options.out === undefined
        ? []
        : [
            {
              id: 'out',
              z: 'flow',
              type: 'swat-kafka-out',
              broker: 'kafka',
              ...options.out,
              wires: [['written'], ['refused'], ['figures']],
            },
          ]),
      ...Object.keys(this.got).map((id) => ({ id, z: 'flow', type: 'helper' })),
    ];
    await helper.load([swatKafka, swatKafkaIn, swatKafkaOut], flow, {
      kafka: secrets,
    });
    for (const [id, list] of Object.entries(this.got)) {
      helper.getNode(id).on('input', (message) => {
        list.push(message);
        if (id === 'records') this.onRecord(message);
      });
    }
    for (const id of ['in', 'out'] as const) {
      if (options[id] === undefined) continue;
      const node = helper.getNode(id) as unknown as EventEmitter;
      const { errors, statuses } = this.told[id];
      node.on('call:error', ({ firstArg }: { firstArg: string | Error }) => {
        errors.push(typeof firstArg === 'string' ? firstArg : firstArg.message);
      });
      node.on('call:status', ({ firstArg }: { firstArg: { fill?: string } }) => statuses.push(firstArg));
    }
  }

  send(id: 'in' | 'out', message: Loose): void {
    helper.getNode(id).receive(message);
  }

  payloads(of: keyof KafkaFlow['got']): unknown[] {
    return this.got[of].map(({ payload }) => payload);
  }

  events(name: string): Loose[] {
    return [...this.payloads('events'), ...this.payloads('figures')]
      .map((payload) => payload as Loose)
      .filter(({ event }) => event === name);
  }

  unload(): Promise<void> {
    return helper.unload();
  }

  clear(): void {
    for (const list of Object.values(this.got)) list.length = 0;
    for (const { errors, statuses } of Object.values(this.told)) errors.length = statuses.length = 0;
    this.onRecord = () => undefined;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
