import { SwatError } from '../../errors';
import { isTime } from '../restore';
import { isRecord } from '../../record';
import type { Level } from '../verdict';
import type { Labels } from './labels';
import { rankOf } from './notification';

/** Alarms of the same stage or plant are told together. */
export const GROUPINGS = ['none', 'stage', 'plant'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface GroupSettings {
  readonly groupBy: Grouping;
  /** The first news of a group waits so long for more, ms. */
  readonly groupWaitMs: number;
  /** A group that was told is told again after so long at the soonest, ms; of a higher level after the group wait. */
  readonly groupIntervalMs: number;
}

/** Plain data. */
interface Group {
  /** When what waits is due, wall-clock ms; null while nothing waits. */
  readonly due: number | null;
  /** When the group was last told, and the rank of the highest level that it was told since it was quiet. */
  readonly toldAt: number | null;
  readonly worst: number;
}

const EMPTY: Group = { due: null, toldAt: null, worst: 0 };

/** The group of an alarm; undefined when alarms are told one by one. */
export function groupOf(by: Grouping, { plant, stage }: Labels): string | undefined {
  if (by === 'none') return undefined;
  return by === 'plant' ? plant : `${plant}/${stage}`;
}

/** When groups are due, after the group wait and group interval of Alertmanager. Remembers those of the last interval. */
export class Groups {
  private readonly groups = new Map<string, Group>();
  private readonly waiting = new Map<string, Set<string>>();
  private earliest = Infinity;

  constructor(
    private readonly settings: GroupSettings,
    private readonly changed: (key: string) => void,
  ) {}

  /** News of an alarm waits in its group. */
  add(key: string, id: string, level: Level, now: number): void {
    const { groupWaitMs, groupIntervalMs } = this.settings;
    const group = this.groups.get(key) ?? EMPTY;
    const quiet = group.toldAt === null || now - group.toldAt >= groupIntervalMs;
    const soon = now + groupWaitMs;
    const due = quiet || rankOf(level) > group.worst ? soon : Math.max(soon, group.toldAt + groupIntervalMs);
    this.join(key, id);
    this.put(key, { ...group, worst: quiet ? 0 : group.worst, due: Math.min(group.due ?? Infinity, due) });
  }

  /** Puts an alarm back among those that wait, as it was saved; when that is not known of its group, it is due. */
  join(key: string, id: string): void {
    const ids = this.waiting.get(key);
    if (ids === undefined) this.waiting.set(key, new Set([id]));
    else ids.add(id);
    if (!this.groups.has(key)) this.set(key, { ...EMPTY, due: 0 });
  }

  /** News of an alarm waits no longer. */
  leave(key: string, id: string): void {
    const ids = this.waiting.get(key);
    ids?.delete(id);
    if (ids?.size !== 0) return;
    this.waiting.delete(key);
    const group = this.groups.get(key);
    if (group !== undefined) this.put(key, { ...group, due: null });
  }

  /** The alarms of every group that is due by now, which wait no longer. */
  due(now: number): { readonly key: string; readonly ids: readonly string[] }[] {
    const most = now + Math.max(this.settings.groupWaitMs, this.settings.groupIntervalMs);
    if (this.earliest > now && this.earliest <= most) return [];
    const due: { key: string; ids: string[] }[] = [];
    this.earliest = Infinity;
    for (const [key, group] of this.groups) {
      const ids = this.waiting.get(key);
      if (ids !== undefined && (group.due === null || group.due <= now || group.due > most)) {
        due.push({ key, ids: [...ids] });
        this.waiting.delete(key);
        this.put(key, { ...group, due: null });
      } else if (ids === undefined && this.isOver(group, now)) {
        this.groups.delete(key);
        this.changed(key);
      } else this.earliest = Math.min(this.earliest, this.next(group));
    }
    return due;
  }

  /** A group was told, of this level at the highest. */
  told(key: string, level: Level, now: number): void {
    const group = this.groups.get(key) ?? EMPTY;
    this.put(key, { ...group, toldAt: now, worst: Math.max(group.worst, rankOf(level)) });
  }

  keys(): IterableIterator<string> {
    return this.groups.keys();
  }

  get(key: string): object | undefined {
    return this.groups.get(key);
  }

  /**
   * Takes back what was saved of a group.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    const whole = (value: unknown): value is number | null => value === null || isTime(value);
    if (!isRecord(saved) || !whole(saved.due) || !whole(saved.toldAt) || !isTime(saved.worst)) {
      throw new SwatError('snapshot-corrupt', { key });
    }
    this.set(key, { due: saved.due, toldAt: saved.toldAt, worst: saved.worst });
  }

  private put(key: string, group: Group): void {
    this.set(key, group);
    this.changed(key);
  }

  private set(key: string, group: Group): void {
    this.groups.set(key, group);
    this.earliest = Math.min(this.earliest, this.next(group));
  }

  private isOver({ toldAt }: Group, now: number): boolean {
    return toldAt === null || toldAt > now || now - toldAt >= this.settings.groupIntervalMs;
  }

  private next({ due, toldAt }: Group): number {
    return due ?? (toldAt ?? 0) + this.settings.groupIntervalMs;
  }
}
