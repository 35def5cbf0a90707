import { SwatError } from '../../../lib/errors';
import type {
  BrokerClient,
  ConsumeSettings,
  ConsumeWatcher,
  OutRecord,
  Position,
  RunningConsumer,
} from '../../../lib/kafka/broker';

/** What a broker would do next, told by the test: what a real one does is tested against a real one, in test/kafka. */
export class MemoryClient implements BrokerClient {
  /** What fails the next attempts, the first first; `undefined` lets one through. */
  readonly troubles: (SwatError | undefined)[] = [];
  readonly written: { topic: string; records: readonly OutRecord[] }[] = [];
  readonly committed: Position[] = [];
  readonly calls: string[] = [];
  watcher: ConsumeWatcher | undefined;
  settings: ConsumeSettings | undefined;
  end = 100;

  consume(settings: ConsumeSettings, watcher: ConsumeWatcher): Promise<RunningConsumer> {
    this.calls.push('consume');
    return this.#try(() => {
      this.settings = settings;
      this.watcher = watcher;
      return {
        pause: () => void this.calls.push('pause'),
        resume: () => void this.calls.push('resume'),
        commit: (positions) => {
          this.calls.push('commit');
          return this.#try(() => void this.committed.push(...positions));
        },
        ends: () => this.#try(() => new Map([[0, this.end]])),
        stands: () => Promise.reject(new Error('not here')),
        begin: () => undefined,
        hold: () => undefined,
        close: () => {
          this.calls.push('close');
          return Promise.resolve();
        },
      };
    });
  }

  produce(): ReturnType<BrokerClient['produce']> {
    this.calls.push('produce');
    return this.#try(() => ({
      send: (topic: string, records: readonly OutRecord[]) =>
        this.#try(() => void this.written.push({ topic, records })),
      close: () => {
        this.calls.push('close');
        return Promise.resolve();
      },
    }));
  }

  transact(): never {
    throw new Error('not here');
  }

  admin(): never {
    throw new Error('not here');
  }

  #try<T>(work: () => T): Promise<T> {
    const trouble = this.troubles.shift();
    return trouble === undefined ? Promise.resolve(work()) : Promise.reject(trouble);
  }
}
