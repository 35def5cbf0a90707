import { SwatError } from '../../errors';
import { plainCopy } from '../plain-copy';
import { isCount, isTime } from '../restore';
import { isRecord } from '../../record';
import { TopCounts, type Counted } from '../top-counts';
import { LEVELS, type Level } from '../verdict';
import { plantOf } from './labels';
import { hash, rankOf, type News, type Notification } from './notification';

/** Names that are counted during a storm, and those that a digest tells. */
const MOST_NAMES = 50;
const TOLD_TAGS = 5;
const TOLD_ASSETS = 20;

export interface StormSettings {
  /** More notifications than this in {@link periodMs} are a storm (a token bucket of this size that refills evenly). */
  readonly limit: number;
  readonly periodMs: number;
}

/** What one alarm is counted as in the storm that began at `from`. */
export interface Counting {
  readonly from: number;
  readonly level: Level;
}

/** The storm as it goes on: what nobody was told of since `from`. */
interface Tally {
  readonly from: number;
  key: string;
  notifications: number;
  alarms: number;
  cleared: number;
  reminders: number;
  levels: Partial<Record<Level, number>>;
  /** Of the worst news and the latest. */
  worst: Pick<News, 'level' | 'priority' | 'kind' | 'because'> | null;
  plant: string | null;
  time: number;
}

/** The budget of notifications as it stands: plain data. */
export interface Budget {
  readonly tokens: number;
  readonly filledAt: number;
  /** How many notifications digests have stood for so far. */
  readonly suppressedInAll: number;
  readonly storm: Tally | null;
}

/** What is counted by name during a storm. */
export const COUNTED = ['tag', 'asset'] as const;
type CountedBy = (typeof COUNTED)[number];

/**
 * Too many notifications at once tell a person nothing. Beyond the limit they are counted instead of sent, and each period
 * of the storm ends with one digest of what it was. The storm is over after a period with less than half of the limit.
 * Runs on wall-clock time. The state is plain data in parts: {@link budget}, and one count for each name.
 */
export class Storm {
  private tokens: number;
  private filledAt = 0;
  private suppressedInAll = 0;
  private tally: Tally | null = null;
  private readonly names: Record<CountedBy, TopCounts> = {
    tag: new TopCounts(MOST_NAMES),
    asset: new TopCounts(MOST_NAMES),
  };

  /** @param changed is told each name whose count is another one now */
  constructor(
    private readonly settings: StormSettings,
    private readonly changed: (by: CountedBy, name: string) => void,
  ) {
    this.tokens = settings.limit;
  }

  /** How many notifications digests stand for so far, the one to come included. */
  get suppressed(): number {
    return this.suppressedInAll;
  }

  /** True while notifications are counted instead of sent. */
  get rages(): boolean {
    return this.tally !== null;
  }

  /** True when a notification may go out now, which is then paid for; else {@link count} is to be called with its news. */
  admits(now: number): boolean {
    if (this.tally !== null) return false;
    const { limit, periodMs } = this.settings;
    // A clock that was set back says nothing of what was spent: better told than not.
    const elapsed = now < this.filledAt ? periodMs : now - this.filledAt;
    this.tokens = Math.min(limit, this.tokens + (limit * elapsed) / periodMs);
    this.filledAt = now;
    if (this.tokens < 1) {
      this.begin(now);
      return false;
    }
    this.tokens -= 1;
    return true;
  }

  /**
   * Counts what is not sent.
   * @param news of one notification, each with what its alarm was counted as before
   * @returns what each alarm is counted as now, in the same order
   */
  count(
    news: readonly { readonly news: News; readonly counted: Counting | undefined }[],
    now: number,
  ): (Counting | undefined)[] {
    const tally = this.tally ?? this.begin(now);
    tally.notifications += 1;
    this.suppressedInAll += 1;
    return news.map((each) => this.countOne(tally, each.news, each.counted));
  }

  /** The digest of the period of a storm that is over by now. */
  digest(now: number): Notification | undefined {
    const { tally } = this;
    if (tally === null) return undefined;
    const { limit, periodMs } = this.settings;
    const from = Math.min(tally.from, now);
    if (from < tally.from) this.tally = { ...tally, from };
    if (now - from < periodMs) return undefined;
    const told = tally.worst === null ? undefined : this.notification(tally, tally.worst, now);
    this.tally = null;
    if (tally.notifications >= limit / 2) this.begin(now);
    else {
      this.forgetNames();
      this.tokens = limit - tally.notifications;
      this.filledAt = now;
    }
    return told;
  }

  get budget(): Budget {
    const { tokens, filledAt, suppressedInAll, tally } = this;
    return { tokens, filledAt, suppressedInAll, storm: tally };
  }

  /** The names that are counted. */
  named(by: CountedBy): string[] {
    return this.names[by].all().map(({ name }) => name);
  }

  /** How often a name came: plain data; `undefined` when it is not counted. */
  counted(by: CountedBy, name: string): Counted | undefined {
    return this.names[by].get(name);
  }

  /**
   * Takes back the budget as it was saved.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key });
    if (!isRecord(saved)) throw damaged;
    const { tokens, filledAt, suppressedInAll, storm } = saved;
    if (!isTime(tokens) || !isTime(filledAt) || !isCount(suppressedInAll)) throw damaged;
    const tally = storm === undefined || storm === null ? null : readTally(storm, damaged);
    this.tokens = Math.min(tokens, this.settings.limit);
    this.filledAt = filledAt;
    this.suppressedInAll = suppressedInAll;
    this.tally = tally;
    // A version before names were kept by themselves kept them here.
    const { tags, assets } = isRecord(storm) ? storm : {};
    for (const [by, list] of [['tag', tags] as const, ['asset', assets] as const]) {
      for (const each of readCounted(list)) {
        this.names[by].restore(each);
        this.changed(by, each.name);
      }
    }
  }

  /**
   * Takes back the count of a name as it was saved.
   * @throws SwatError `snapshot-corrupt`
   */
  restoreCounted(key: string, by: CountedBy, saved: unknown): void {
    const counted = readCounted([saved]).at(0);
    if (counted === undefined) throw new SwatError('snapshot-corrupt', { key });
    this.names[by].restore(counted);
  }

  private begin(now: number): Tally {
    this.forgetNames();
    this.tally = {
      from: now,
      key: '',
      notifications: 0,
      alarms: 0,
      cleared: 0,
      reminders: 0,
      levels: {},
      worst: null,
      plant: null,
      time: 0,
    };
    return this.tally;
  }

  private countOne(tally: Tally, news: News, counted: Counting | undefined): Counting | undefined {
    const { level, priority, kind, because, asset, tag, stage } = news;
    const plant = plantOf(asset);
    tally.key = hash([tally.key, ...news.keys]);
    tally.time = Math.max(tally.time, news.time);
    tally.plant = tally.plant === null || tally.plant === plant ? plant : '';
    if (tally.worst === null || rankOf(level) > rankOf(tally.worst.level)) {
      tally.worst = { level, priority, kind, because };
    }
    if (news.repeat > 0) tally.reminders += 1;
    if (news.event === 'cleared') tally.cleared += 1;
    if (news.repeat > 0 || news.event === 'cleared') return counted;
    if (tag !== '') this.countName('tag', stage === '' ? tag : `${tag} (${stage})`);
    this.countName('asset', asset);
    if (counted?.from === tally.from) {
      if (rankOf(level) <= rankOf(counted.level)) return counted;
      tally.levels[counted.level] = (tally.levels[counted.level] ?? 1) - 1;
    } else tally.alarms += 1;
    tally.levels[level] = (tally.levels[level] ?? 0) + 1;
    return { from: tally.from, level };
  }

  private forgetNames(): void {
    for (const by of COUNTED) for (const { name } of this.names[by].clear()) this.changed(by, name);
  }

  private countName(by: CountedBy, name: string): void {
    const displaced = this.names[by].add(name);
    this.changed(by, name);
    if (displaced !== undefined) this.changed(by, displaced);
  }

  private notification(tally: Tally, worst: NonNullable<Tally['worst']>, now: number): Notification {
    const { from, alarms, levels, cleared, reminders, notifications, plant, time } = tally;
    const minutes = (now - from) / 60_000;
    return plainCopy({
      id: 'storm',
      key: `digest.${tally.key}`,
      event: 'digest',
      asset: plant ?? '',
      ...worst,
      time,
      sentence: { code: 'alarm-digest', params: { alarms, cleared, reminders, notifications, minutes } },
      repeat: 0,
      suppressed: notifications,
      digest: {
        from,
        until: now,
        alarms,
        levels,
        cleared,
        reminders,
        tags: this.names.tag.top(TOLD_TAGS),
        assets: this.names.asset.top(TOLD_ASSETS),
      },
    });
  }
}

function readTally(saved: unknown, damaged: SwatError): Tally {
  if (!isRecord(saved)) throw damaged;
  const { from, key, notifications, alarms, cleared, reminders, worst, plant, time } = saved;
  const counts = [notifications, alarms, cleared, reminders].every(isCount);
  if (!counts || !isTime(from) || !isTime(time) || typeof key !== 'string') throw damaged;
  if (!(plant === null || typeof plant === 'string') || !(worst === null || isWorst(worst))) throw damaged;
  const levels: Tally['levels'] = {};
  const given = isRecord(saved.levels) ? saved.levels : {};
  for (const level of LEVELS) if (isCount(given[level])) levels[level] = given[level];
  const tally = { from, key, notifications, alarms, cleared, reminders, levels, worst, plant, time };
  return tally as unknown as Tally;
}

function isWorst(saved: unknown): boolean {
  if (!isRecord(saved) || !isRecord(saved.because) || !LEVELS.some((level) => level === saved.level)) return false;
  return typeof saved.priority === 'string' && typeof saved.kind === 'string' && typeof saved.because.code === 'string';
}

/** What was saved of {@link TopCounts}; what is none is left out. */
function readCounted(saved: unknown): Counted[] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((each: unknown) => {
    if (!isRecord(each) || typeof each.name !== 'string' || !isCount(each.count) || !isCount(each.over)) return [];
    return [{ name: each.name, count: each.count, over: each.over }];
  });
}
