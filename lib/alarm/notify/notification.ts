import { createHash } from 'node:crypto';
import type { AlarmKind } from '../episode';
import type { AlarmEvent } from '../event';
import { plainCopy } from '../plain-copy';
import type { Priority } from '../settings';
import type { Counted } from '../top-counts';
import type { AlarmState } from '../transitions';
import { LEVELS, type Level, type Sentence } from '../verdict';
import { plantOf } from './labels';

/** A notification of several alarms names at most this many; `count` is how many there are. */
const MOST_LINES = 20;

/** What people are to be told of one alarm, before it is told: plain data. */
export interface News {
  /** Names of the news, the latest last: what it says replaces what was not yet told. */
  readonly keys: readonly string[];
  readonly id: string;
  readonly event: AlarmEvent['event'];
  readonly asset: string;
  readonly kind: AlarmKind;
  readonly level: Level;
  readonly priority: Priority;
  readonly state: AlarmState;
  /** Event time, ms since the epoch. */
  readonly time: number;
  /** The tag that went first, and its stage; empty where none is known. */
  readonly tag: string;
  readonly stage: string;
  readonly sentence: Sentence;
  readonly because: Sentence;
  readonly began?: Sentence;
  readonly guidance?: NonNullable<AlarmEvent['guidance']>;
  readonly step?: number;
  /** 0 for news, else the how-many-th reminder. */
  readonly repeat: number;
}

/** One alarm of a notification that is about several. */
export type AlarmLine = Omit<News, 'keys' | 'guidance'>;

/** What a storm was made of. Times are of the clock, ms since the epoch. */
export interface Digest {
  readonly from: number;
  readonly until: number;
  /** Alarms that nobody was told of singly, and of these at which level. */
  readonly alarms: number;
  readonly levels: Readonly<Partial<Record<Level, number>>>;
  /** Alarms that ended, and reminders that were due. */
  readonly cleared: number;
  readonly reminders: number;
  /** The tags that went first most often, and the assets with the most alarms, at most five and twenty. */
  readonly tags: readonly Counted[];
  readonly assets: readonly Counted[];
}

/** What a person should be told, before it is worded. */
export interface Notification {
  /** The alarm's id; of several alarms, `group/` and the name of the group; of a storm, `storm`. */
  readonly id: string;
  /** The same for the same news, so that a receiver can drop what it has had. */
  readonly key: string;
  /** The alarm event that it tells of, `group` for several alarms, `digest` for the sum of a storm. */
  readonly event: AlarmEvent['event'] | 'group' | 'digest';
  readonly asset: string;
  readonly kind: AlarmKind;
  /** The highest of its alarms, and the priority that goes with it. */
  readonly level: Level;
  readonly priority: Priority;
  readonly state?: AlarmState;
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly tag?: string;
  readonly stage?: string;
  readonly sentence: Sentence;
  readonly because: Sentence;
  /** Why it began, where that was another tag. */
  readonly began?: Sentence;
  /** What an operator should know and do, from the plant. */
  readonly guidance?: NonNullable<AlarmEvent['guidance']>;
  /** Of `unanswered`: which step of the escalation. */
  readonly step?: number;
  /** 0 for news, else the how-many-th reminder. */
  readonly repeat: number;
  /** Of a digest: how many notifications it stands for, else 0. */
  readonly suppressed: number;
  /** Of `group`: its alarms, worst first, and how many there are. */
  readonly alarms?: readonly AlarmLine[];
  readonly count?: number;
  readonly digest?: Digest;
}

/** The notification of one alarm's news, or of several as one. */
export function notificationOf(news: readonly [News, ...News[]], group: string): Notification {
  if (news.length > 1) return groupNotification([...news].sort(worstFirst), group);
  const [{ keys, ...rest }] = news;
  return plainCopy({ ...rest, key: keys[keys.length - 1], suppressed: 0 });
}

function groupNotification(news: readonly News[], group: string): Notification {
  const [worst] = news;
  const assets = new Set(news.map(({ asset }) => asset));
  const asset = assets.size === 1 ? worst.asset : plantOf(worst.asset);
  const lines = news.slice(0, MOST_LINES).map((each): AlarmLine => {
    const line: Omit<News, 'keys'> & { keys?: unknown; guidance?: News['guidance'] } = { ...each };
    delete line.keys;
    delete line.guidance;
    return line;
  });
  return plainCopy({
    id: `group/${group}`,
    key: `group.${hash(news.map(({ keys }) => keys[keys.length - 1]).sort())}`,
    event: 'group',
    asset,
    kind: worst.kind,
    level: worst.level,
    priority: worst.priority,
    time: Math.max(...news.map(({ time }) => time)),
    sentence: { code: 'alarm-group', params: { asset, level: worst.level, count: news.length, assets: assets.size } },
    because: worst.because,
    ...(worst.guidance === undefined ? {} : { guidance: worst.guidance }),
    repeat: Math.min(...news.map(({ repeat }) => repeat)),
    suppressed: 0,
    alarms: lines,
    count: news.length,
  });
}

/** A name for several names. */
export function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Where a level stands among the levels: higher is worse. */
export function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}

/** What ended goes last, then by level, then the oldest first. */
function worstFirst(a: News, b: News): number {
  const over = (news: News): number => (news.event === 'cleared' ? 1 : 0);
  return over(a) - over(b) || rankOf(b.level) - rankOf(a.level) || a.time - b.time || (a.id < b.id ? -1 : 1);
}
