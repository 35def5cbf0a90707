import type { AlarmState } from '../alarm/transitions';
import type { Level } from '../alarm/verdict';

/** A stretch of time of one value: when it begins (event time, ms), the lowest, the highest and the last value in it. */
export type Bucket = readonly [time: number, low: number, high: number, last: number];

/** The same of what a detector expected: when it begins, the lowest and the highest expectation. */
export type Band = readonly [time: number, low: number, high: number];

/** An asset whose past is kept. */
export interface KnownAsset {
  readonly asset: string;
  /** Event times of the oldest and of the newest that is kept, ms. */
  readonly first: number;
  readonly last: number;
  /** Of the newest verdict; NONE where there is none. */
  readonly level: Level;
}

export interface Assets {
  /** Worst level first, then by name. */
  readonly assets: readonly KnownAsset[];
}

/** What of the past is asked for. Everything may be left out. */
export interface TrendQuery {
  /** The worst asset, where none is named. */
  readonly asset?: string;
  /** Event time, ms: an hour before `to`, where it is left out. */
  readonly from?: number;
  /** Event time, ms: the newest that is kept, where it is left out. */
  readonly to?: number;
  /** Buckets of each trace, at most: 2 to 2000; 600 where it is left out. */
  readonly points?: number;
  /** At most 12; without them those that were most to blame in the span. */
  readonly tags?: readonly string[];
}

/** One episode of an anomaly, or of an alarm. */
export interface TrendEpisode {
  /** Of the alarm that it belongs to, where there is one. */
  readonly id?: string;
  readonly from: number;
  /** Where it lasts: the newest time that is kept. */
  readonly to: number;
  /** The highest that it reached: INFO, WARNING or CRITICAL. */
  readonly level: Level;
  /** Who was to blame at its highest level, in the language of the Node-RED that made it. */
  readonly text?: string;
  /** Only of one that lasts. */
  readonly open?: true;
}

/** How one tag went. */
export interface TagTrace {
  readonly tag: string;
  /** Empty where no plant dictionary knows the tag; so is the unit. */
  readonly stage: string;
  readonly unit: string;
  /** Of an actuator: the dictionary's words by value. */
  readonly states?: Readonly<Record<string, string>>;
  readonly values: readonly Bucket[];
  /**
   * Only while a verdict blamed the tag and said what it had expected: within the range of the dictionary, of an actuator one
   * state where it was clear which one.
   */
  readonly expected?: readonly Band[];
}

/** The past of an asset, made coarser to fit: a low or a high of the span is never lost. A gap in time is a missing bucket. */
export interface Trend {
  /** Empty where nothing is kept of any asset. */
  readonly asset: string;
  readonly from: number;
  readonly to: number;
  /** Length of every bucket, ms. Buckets begin at multiples of it. */
  readonly step: number;
  /** The verdicts' ratio: 1 is the threshold. */
  readonly score: readonly Bucket[];
  readonly threshold: 1;
  /** Those that touch the span, oldest first. */
  readonly episodes: readonly TrendEpisode[];
  readonly tags: readonly TagTrace[];
}

/** `bad`: it must not be scored. `stale`: nothing came of it for so many seconds as the node says. `none`: it has no value yet. */
export type TagQuality = 'good' | 'bad' | 'stale' | 'none';

/** How a tag stands. */
export interface TagNow {
  readonly tag: string;
  readonly stage: string;
  readonly kind: 'sensor' | 'actuator';
  /** `null` with quality `none`. */
  readonly value: number | null;
  readonly unit: string;
  readonly quality: TagQuality;
  /** The word for an actuator's value in the plant's dictionary, such as `open`. */
  readonly state?: string;
  /** The range of the plant's dictionary, where it has one. */
  readonly low?: number;
  readonly high?: number;
  /** Only of a tag that is to blame: its share, above 0, at most 1. */
  readonly share?: number;
}

export type StageHealth = 'normal' | 'INFO' | 'WARNING' | 'CRITICAL' | 'bad-data' | 'no-data';

export interface StageNow {
  /** Empty for tags that no plant dictionary knows. */
  readonly stage: string;
  /** The worst that holds: a level where a tag of the stage is to blame, then bad data, then no data. */
  readonly health: StageHealth;
  /** Names of the tags that it is for, by comma: `LIT301, P301`. */
  readonly why?: string;
}

/** An alarm that stands, is on hold, or has returned without anyone having acknowledged it. */
export interface AlarmNow {
  readonly id: string;
  readonly asset: string;
  readonly level: Level;
  readonly state: AlarmState;
  /** Event time of its onset, ms. */
  readonly since: number;
  readonly text: string;
  /** Names, most to blame first. */
  readonly tags: readonly string[];
}

/** How an asset stands now. */
export interface Overview {
  /** Empty where nothing is known of any asset. */
  readonly asset: string;
  /** Event time of the newest that came, ms; 0 where nothing did. */
  readonly time: number;
  readonly level: Level;
  /** Of the newest verdict; 1 is the threshold. */
  readonly ratio: number;
  /** Whether the newest verdict judged the data: its detectors were ready and the data good enough. */
  readonly ready: boolean;
  /** The newest verdict in words; empty where there is none. */
  readonly text: string;
  /** In the order of the plant's dictionary, then by name. */
  readonly tags: readonly TagNow[];
  readonly stages: readonly StageNow[];
  /** Worst first, then the newest. */
  readonly alarms: readonly AlarmNow[];
}

/** What was wrong with one tag in a span of time. */
export interface TagFaults {
  readonly tag: string;
  /** Empty where no plant dictionary knows the tag. */
  readonly stage: string;
  /** So long its values could not be scored, ms. */
  readonly bad: number;
  /** So long nothing came of it while others came, ms. */
  readonly missing: number;
}

/** How the tags of an asset fared in a span of time. */
export interface DataQuality {
  readonly asset: string;
  readonly from: number;
  readonly to: number;
  /** It is counted in steps of so long, ms: 1 s, 10 s or 5 min, by how far back it reaches. */
  readonly step: number;
  /** Steps in which anything came of the asset, ms: what {@link TagFaults} are shares of. */
  readonly heard: number;
  /** So long data came of the asset, ms: what comes more seldom than the steps lasts until the next usually comes. */
  readonly came: number;
  /** So long there were verdicts that judged what came, ms; likewise. */
  readonly judged: number;
  /** Tags that are known. */
  readonly known: number;
  /** How many of them had something wrong. */
  readonly faulty: number;
  /** Those, worst first, at most 20. */
  readonly tags: readonly TagFaults[];
}

/** The past and the present that a history keeps, for other nodes of the same process. Nothing that it gives may be changed. */
export interface HistoryReader {
  /**
   * @throws SwatError `history-asset` {asset} for a name that is not known, `history-span` {from, to} where `to` is not
   * after `from`, `history-number` {part}, `history-points` {points, most}, `history-tags` {most}
   */
  trend(query: TrendQuery): Promise<Trend>;
  /**
   * @param asset the worst one, where it is left out
   * @throws SwatError `history-asset` {asset}
   */
  overview(asset?: string): Promise<Overview>;
  assets(): Promise<Assets>;
  /**
   * @param span event time, ms; the end does not belong to it
   * @throws SwatError `history-asset` {asset}
   */
  quality(asset: string, span: { readonly from: number; readonly to: number }): Promise<DataQuality>;
}

/** The latest message of a topic. */
export interface TopicNow {
  readonly topic: string;
  /** Messages a second, over the last ten seconds. */
  readonly rate: number;
  readonly count: number;
  /** When it came, by the machine's clock, ms. */
  readonly time: number;
  /** Its payload as text, at most 300 characters. */
  readonly last: string;
}

/** What a node tells of itself: numbers by name, such as late, bad, missing, lag, rate. */
export interface NodeFigures {
  readonly node: string;
  readonly name: string;
  readonly type: string;
  readonly values: Readonly<Record<string, number>>;
}

/** How the messages and the process fare. */
export interface Streams {
  /** By name; at most 200. */
  readonly topics: readonly TopicNow[];
  readonly figures: readonly NodeFigures[];
  /** Delay of the event loop since the last question, ms. */
  readonly eventLoop: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Bytes. */
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  /** Of the process, seconds. */
  readonly uptime: number;
}
