import type { Contribution } from '../detect/detector';
import type { Tag } from '../plant/dictionary';
import type { StateEntry } from '../snapshot/file';
import type { StateOwner } from '../snapshot/log';
import { bandsOf, bucketsOf, scaleOf } from './downsample';
import { Episodes } from './episodes';
import { expectationOf } from './expectation';
import type { TagValue } from './frame';
import { Past, type Saved } from './past';
import { Present, type Spoken } from './present';
import { qualityOf } from './quality';
import type { DataQuality, KnownAsset, Overview, TagTrace, Trend } from './reader';
import type { Spans } from './resolutions';
import { StandingAlarms, type AlarmTold } from './standing-alarms';
import { TimeGuard } from './time-guard';
import type { CheckedTrend } from './trend-query';

/** A verdict, as the past takes it. */
export interface VerdictTold extends Omit<Spoken, 'tags'> {
  readonly tags: readonly Contribution[];
}

export interface AssetSettings {
  readonly spans: Spans;
  /** A tag that was not heard of for so long is stale, ms. */
  readonly staleMs: number;
}

/** While frames come, windows of the same asset say nothing of values; ms. */
const FRAMES_MS = 60_000;
/** Traces that are shown where none are asked for. */
const CULPRITS = 5;

const SCORE = 'score';
const tagTrace = (tag: string): string => `tag/${tag}`;
const expectedTrace = (tag: string): string => `expected/${tag}`;
/** Has a value only where the tag's could not be scored. */
const badTrace = (tag: string): string => `bad/${tag}`;

const TAGS = 'tags';
const SPOKEN = 'verdict';
const ALARMS = 'alarms';
const NAME = 'asset';
const EPISODE = /^episode\/(\d{1,15})$/;
const NOBODY: Pick<Saved, 'change' | 'forget'> = { change: () => undefined, forget: () => undefined };

/** Everything that is kept of one asset. */
export class AssetHistory implements StateOwner {
  readonly #past: Past;
  readonly #present: Present;
  readonly #episodes: Episodes;
  readonly #alarms = new StandingAlarms();
  readonly #traces = new Map<string, string>();
  #guard = new TimeGuard();
  #saved: Pick<Saved, 'change' | 'forget'> = NOBODY;
  #framesUntil = -Infinity;
  #news = true;
  #stale = 0;

  private readonly staleMs: number;

  constructor(
    readonly asset: string,
    { spans, staleMs }: AssetSettings,
  ) {
    this.staleMs = staleMs;
    const saved = {
      change: (key: string) => this.#saved.change(key),
      forget: (key: string) => this.#saved.forget(key),
    };
    this.#past = new Past(spans, saved);
    this.#present = new Present(staleMs);
    this.#episodes = new Episodes((key) => this.#saved.change(`episode/${key}`));
  }

  get bytes(): number {
    return this.#past.bytes;
  }

  /** Whether {@link overview} says something else than when this was asked the last time. @param now the steady clock, ms */
  takeNews(now: number): boolean {
    const stale = this.#present.staleAt(now);
    const news = this.#news || stale !== this.#stale;
    this.#news = false;
    this.#stale = stale;
    return news;
  }

  /**
   * Takes the values of a frame, or of a window that came with them.
   * @param source `mean`: they are no samples, and of no use where samples come, too
   * @param bad names of tags that must not be scored
   * @param rewound whether the message says that its time has gone back
   * @param now the steady clock, ms
   */
  values(
    time: number,
    values: readonly TagValue[],
    now: number,
    {
      source,
      bad,
      tags,
      rewound = false,
    }: { source: 'frame' | 'raw' | 'mean'; bad?: ReadonlySet<string>; tags?: readonly Tag[]; rewound?: boolean },
  ): void {
    if (!this.#mayKeep(time, rewound)) return;
    if (tags !== undefined && this.#present.describe(tags)) this.#saved.change(TAGS);
    if (source === 'frame') this.#framesUntil = now + FRAMES_MS;
    const inAddition = source !== 'frame' && now < this.#framesUntil;
    const before = this.#present.size;
    for (const each of values) {
      const [tag] = each;
      const isBad = bad?.has(tag) === true;
      // Samples have said it better; that a tag is bad, only a window says.
      if (inAddition && !isBad) continue;
      const value = this.#present.hear(each, isBad, now);
      if (value !== undefined) this.#past.put(this.#traceOf(tag), time, value);
      else if (this.#present.knows(tag)) this.#past.put(badTrace(tag), time, 1);
    }
    if (this.#present.size !== before) this.#saved.change(TAGS);
    this.#news = true;
  }

  /** Takes a verdict. */
  verdict(told: VerdictTold, rewound: boolean): void {
    const { time, level, ratio, text, tags, finding } = told;
    if (!this.#mayKeep(time, rewound)) return;
    this.#past.put(SCORE, time, ratio);
    if (finding === 'anomaly')
      for (const each of tags)
        for (const value of expectationOf(each, this.#present.info(each.tag)))
          this.#past.put(expectedTrace(each.tag), time, value);
    this.#episodes.judge({ time, level, text, tags });
    const before = this.#present.spoken;
    const blamed = tags.map(({ tag, share }) => ({ tag, share }));
    if (!this.#present.speak({ time, level, ratio, text, finding, tags: blamed })) return;
    if (before?.level !== level || before.finding !== finding) this.#saved.change(SPOKEN);
    this.#news = true;
  }

  /** Takes an event of one of its alarms. */
  alarm(told: AlarmTold): void {
    const { kind, id, onset, time, level, why, tags, active } = told;
    if (kind === 'process') this.#episodes.alarm({ id, onset, time, level, why, tags, active });
    if (!this.#alarms.take(told)) return;
    this.#saved.change(ALARMS);
    this.#news = true;
  }

  /** When the oldest that is kept begins, and the newest; event time, ms. */
  get span(): { first: number; last: number } {
    const last = this.#guard.newest ?? 0;
    return { first: Math.min(this.#past.first ?? last, last), last };
  }

  known(): KnownAsset {
    return { asset: this.asset, ...this.span, level: this.#present.level };
  }

  overview(now: number): Overview {
    return this.#present.overview(this.asset, this.span.last, this.#alarms.list(), now);
  }

  trend({ from, to, points, tags }: CheckedTrend): Trend {
    const { last } = this.span;
    const scale = scaleOf(this.#past, from, to, points);
    const shown = tags ?? this.#episodes.culprits(from, to, CULPRITS);
    return {
      asset: this.asset,
      from,
      to,
      step: scale.step,
      score: bucketsOf(this.#past, SCORE, scale, from, to),
      threshold: 1,
      episodes: this.#episodes.within(from, to, last),
      tags: shown.map((tag): TagTrace => {
        const { stage, unit, states } = this.#present.info(tag);
        const expected = bandsOf(this.#past, expectedTrace(tag), scale, from, to);
        const values = bucketsOf(this.#past, tagTrace(tag), scale, from, to);
        return { tag, stage, unit, ...(states && { states }), values, ...(expected.length === 0 ? {} : { expected }) };
      }),
    };
  }

  /** How its tags fared in a span; see {@link qualityOf}. */
  async quality({ from, to }: { readonly from: number; readonly to: number }): Promise<DataQuality> {
    const tags = [...this.#present.tags()].map(({ name, stage }) => ({
      tag: name,
      stage,
      values: this.#traceOf(name),
      bad: badTrace(name),
    }));
    const found = await qualityOf(this.#past, tags, { from, to, staleMs: this.staleMs, score: SCORE });
    return { asset: this.asset, ...found };
  }

  /** Forgets what is older than it is kept for. */
  prune(): void {
    this.#past.prune();
    const { first } = this.#past;
    if (first !== undefined) this.#episodes.prune(first);
  }

  /** Forgets the oldest page of what takes the most. @returns whether there was anything to forget */
  shed(): boolean {
    return this.#past.shed();
  }

  /** Who is told of what is to be saved from now on. */
  attach(saved: Pick<Saved, 'change' | 'forget'>): void {
    this.#saved = saved;
  }

  /** Gives what has changed to the disk; `all` also what still grows. */
  save(saved: Saved, all = false): void {
    this.#past.save(saved, all);
    if (all) saved.change(SPOKEN);
  }

  *keys(): Generator<string> {
    yield NAME;
    yield TAGS;
    yield SPOKEN;
    yield ALARMS;
    for (const key of this.#episodes.keys()) yield `episode/${key}`;
    yield* this.#past.keys();
  }

  full(key: string): Uint8Array | undefined {
    const episode = EPISODE.exec(key)?.[1];
    if (episode !== undefined) return bytesOf(this.#episodes.saved(Number(episode)));
    const { tags, spoken } = this.#present.saved();
    if (key === NAME) return bytesOf(this.asset);
    if (key === TAGS) return bytesOf(tags);
    if (key === SPOKEN) return bytesOf(spoken);
    if (key === ALARMS) return bytesOf(this.#alarms.list());
    return this.#past.full(key);
  }

  /** Takes back what was saved; it is not to be used before that is done. @returns keys of what could not be used */
  async restore(entries: ReadonlyMap<string, StateEntry>): Promise<string[]> {
    const refused = await this.#past.restore(entries);
    const read = (key: string): unknown => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const data = dataOf(entry.full);
      if (data === undefined) refused.push(key);
      return data;
    };
    this.#present.restore(read(TAGS), read(SPOKEN), (tag) => this.#past.latest(tagTrace(tag)));
    this.#alarms.restore(this.asset, read(ALARMS));
    for (const key of entries.keys()) {
      const episode = EPISODE.exec(key)?.[1];
      if (episode !== undefined && !this.#episodes.restore(Number(episode), read(key))) refused.push(key);
    }
    this.#guard = new TimeGuard(this.#past.newest);
    return refused;
  }

  /** The name of a tag's trace, made once: a new text for each value would be looked up slowly. At most one for each tag. */
  #traceOf(tag: string): string {
    let name = this.#traces.get(tag);
    if (name === undefined) this.#traces.set(tag, (name = tagTrace(tag)));
    return name;
  }

  /** Whether what has this time is kept; where the time has gone back, what was later is forgotten first. */
  #mayKeep(time: number, rewound: boolean): boolean {
    const judgement = this.#guard.judge(time, rewound);
    if (judgement !== 'rewind') return judgement === 'keep';
    this.#past.cut(time);
    this.#episodes.cut(time);
    this.#present.rewind();
    return true;
  }
}

/** Of a file's entries: the name of the asset that they are of; `undefined` where they do not say. */
export function assetOf(entries: ReadonlyMap<string, StateEntry>): string | undefined {
  const entry = entries.get(NAME);
  const name = entry && dataOf(entry.full);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function bytesOf(data: unknown): Uint8Array | undefined {
  return data === undefined ? undefined : Buffer.from(JSON.stringify(data));
}

function dataOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
