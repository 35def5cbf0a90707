import { SwatError } from '../../errors';
import { isActive } from '../episode';
import type { Groups } from './groups';
import type { Inhibition } from './inhibition';
import type { Standing } from './news';
import type { News } from './notification';
import type { Told, Wait } from './told';

/**
 * What was told of each alarm, and what is yet to be told and waits for something. One entry per open alarm, and per one that
 * is over and of which something waits. Keeps groups and inhibition in step.
 */
export class ToldBook {
  private readonly told = new Map<string, Told>();
  private readonly readyIds = new Set<string>();
  private readonly mutedIds = new Set<string>();

  /** @param changed is told the id of each alarm whose entry is another one now */
  constructor(
    private readonly groups: Groups,
    private readonly inhibition: Inhibition,
    private readonly changed: (id: string) => void,
  ) {}

  /** Alarms whose news is told at the end of this turn. */
  get ready(): ReadonlySet<string> {
    return this.readyIds;
  }

  /** Alarms whose news waits for the end of a silence or of another alarm. */
  get muted(): ReadonlySet<string> {
    return this.mutedIds;
  }

  get size(): number {
    return this.told.size;
  }

  ids(): IterableIterator<string> {
    return this.told.keys();
  }

  get(id: string): Told | undefined {
    return this.told.get(id);
  }

  /** @throws SwatError `told-unknown`: a mistake of the caller's */
  entry(id: string): Told {
    const told = this.told.get(id);
    if (told === undefined) throw new SwatError('told-unknown', { id });
    return told;
  }

  put(told: Told): void {
    const before = this.told.get(told.id);
    this.told.set(told.id, told);
    this.changed(told.id);
    const same = before?.labels === told.labels && before.state === told.state && before.waits === told.waits;
    if (!same) this.mayMute(told);
  }

  /** News of an alarm waits for something. */
  wait(id: string, news: News, waits: Wait, by: string): void {
    const before = this.entry(id);
    if (before.waits !== waits || before.by !== by) this.drop(id);
    this.put({ ...this.entry(id), news, waits, by });
    if (waits === 'ready') this.readyIds.add(id);
    else if (waits !== 'group') this.mutedIds.add(id);
  }

  /** What was to be told of an alarm is so no longer. */
  drop(id: string): void {
    const told = this.entry(id);
    if (told.news === undefined) return;
    this.readyIds.delete(id);
    this.mutedIds.delete(id);
    if (told.waits === 'group' && told.by !== undefined) this.groups.leave(told.by, id);
    const rest: { -readonly [K in keyof Told]: Told[K] } = { ...told };
    delete rest.news;
    delete rest.waits;
    delete rest.by;
    this.put(rest);
  }

  /** An alarm that is over and of which nothing is to be told is forgotten. */
  settle(id: string): void {
    const told = this.told.get(id);
    if (told?.state !== 'normal' || told.news !== undefined) return;
    this.forget(id);
  }

  /** Forgets alarms that are open no longer, of which nothing is to be told. */
  prune(open: readonly Standing[]): void {
    const ids = new Set(open.map(({ id }) => id));
    for (const [id, { news }] of this.told) if (news === undefined && !ids.has(id)) this.forget(id);
  }

  /** The ids of the alarms of an asset. */
  of(asset: string): string[] {
    return [...this.told.values()].flatMap(({ id, labels }) => (labels.asset === asset ? [id] : []));
  }

  /** Forgets an alarm, and what waits to be told of it. */
  remove(id: string): void {
    this.drop(id);
    this.forget(id);
  }

  /** Takes back an entry that was saved. */
  restore(told: Told): void {
    this.told.set(told.id, told);
    if (told.waits === 'ready') this.readyIds.add(told.id);
    if (told.waits === 'group' && told.by !== undefined) this.groups.join(told.by, told.id);
    if (told.waits === 'inhibited' || told.waits === 'silenced') this.mutedIds.add(told.id);
    this.mayMute(told);
  }

  private forget(id: string): void {
    this.told.delete(id);
    this.inhibition.remove(id);
    this.changed(id);
  }

  /** An alarm that stands mutes others, unless nobody is told of it because it is muted itself. */
  private mayMute({ id, labels, state, waits }: Told): void {
    if (isActive({ state }) && waits !== 'inhibited') this.inhibition.put(id, labels);
    else this.inhibition.remove(id);
  }
}
