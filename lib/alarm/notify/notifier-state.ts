import { SwatError } from '../../errors';
import { Silences } from '../silences';
import { Groups } from './groups';
import { Inhibition } from './inhibition';
import type { NotifySettings } from './notifier';
import { COUNTED, Storm } from './storm';
import { readTold } from './told';
import { ToldBook } from './told-book';

const TOLD = 'told/';
const GROUP = 'group/';
const SILENCE = 'silence/';
const BUDGET = 'budget';
const COUNT = { tag: 'storm/tag/', asset: 'storm/asset/' } as const;

/** All that a notifier remembers, and how it is saved: plain data by key. */
export class NotifierState {
  readonly silences: Silences;
  readonly groups: Groups;
  readonly inhibition: Inhibition;
  readonly told: ToldBook;
  readonly storm: Storm;

  /** @param changed names each key whose state is another one now */
  constructor(
    settings: NotifySettings,
    private readonly changed: (key: string) => void,
  ) {
    const named =
      (start: string) =>
      (name: string): void => {
        changed(start + name);
      };
    this.silences = new Silences(named(SILENCE));
    this.groups = new Groups(settings, named(GROUP));
    this.inhibition = new Inhibition(settings.inhibit);
    this.told = new ToldBook(this.groups, this.inhibition, named(TOLD));
    this.storm = new Storm(settings, (by, name) => {
      changed(COUNT[by] + name);
    });
  }

  /** The budget of notifications is another one now. */
  spent(): void {
    this.changed(BUDGET);
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield BUDGET;
    for (const by of COUNTED) for (const name of this.storm.named(by)) yield COUNT[by] + name;
    for (const id of this.told.ids()) yield TOLD + id;
    for (const key of this.groups.keys()) yield GROUP + key;
    for (const id of this.silences.ids()) yield SILENCE + id;
  }

  /** The keys of what was told of the alarms of an asset. */
  keysOf(asset: string): string[] {
    return this.told.of(asset).map((id) => TOLD + id);
  }

  /** True for a key of this state. */
  owns(key: string): boolean {
    return key === BUDGET || [TOLD, GROUP, SILENCE, ...Object.values(COUNT)].some((start) => key.startsWith(start));
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key === BUDGET) return this.storm.budget;
    if (key.startsWith(TOLD)) return this.told.get(key.slice(TOLD.length));
    if (key.startsWith(GROUP)) return this.groups.get(key.slice(GROUP.length));
    for (const by of COUNTED) {
      if (key.startsWith(COUNT[by])) return this.storm.counted(by, key.slice(COUNT[by].length));
    }
    return this.silences.get(key.slice(SILENCE.length));
  }

  /**
   * Takes back what was saved of a key.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    if (key === BUDGET) this.storm.restore(key, saved);
    else if (key.startsWith(TOLD)) this.told.restore(readTold(key, saved, key.slice(TOLD.length)));
    else if (key.startsWith(GROUP)) this.groups.restore(key.slice(GROUP.length), saved);
    else if (key.startsWith(SILENCE)) this.silences.restore(key.slice(SILENCE.length), saved);
    else {
      const by = COUNTED.find((each) => key.startsWith(COUNT[each]));
      if (by === undefined) throw new SwatError('snapshot-corrupt', { key });
      this.storm.restoreCounted(key, by, saved);
    }
  }
}
