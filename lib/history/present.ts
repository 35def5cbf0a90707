import { FINDINGS, LEVELS, type Finding, type Level } from '../alarm/verdict';
import { MAX_TAGS, type Tag } from '../plant/dictionary';
import { isRecord } from '../record';
import type { TagValue } from './frame';
import type { AlarmNow, Overview, StageNow, TagNow } from './reader';
import { readTagInfo, stateValue, tagInfo, unknownTag, type TagInfo } from './tag-info';

const LONGEST = 500;

/** The newest verdict, as far as the present needs it. */
export interface Spoken {
  readonly time: number;
  readonly level: Level;
  readonly ratio: number;
  readonly finding: Finding;
  readonly text: string;
  readonly tags: readonly { readonly tag: string; readonly share: number }[];
}

/** How a tag was heard of the last time; `at` is the machine's steady clock, ms. */
interface Heard {
  value: number | null;
  bad: boolean;
  at: number;
}

/** How an asset stands: its tags, and the newest verdict. */
export class Present {
  readonly #infos = new Map<string, TagInfo>();
  readonly #heard = new Map<string, Heard>();
  #described: readonly Tag[] | undefined;
  #spoken: Spoken | undefined;

  /** @param staleMs a tag that was not heard of for so long is stale, ms */
  constructor(private readonly staleMs: number) {}

  get level(): Level {
    return this.#spoken?.level ?? 'NONE';
  }

  /** The verdict that was heard last. */
  get spoken(): Spoken | undefined {
    return this.#spoken;
  }

  /** Takes over what a dictionary says of its tags. @returns whether that is news */
  describe(tags: readonly Tag[]): boolean {
    if (this.#described === tags) return false;
    this.#described = tags;
    // The order of the dictionary is the order that is shown.
    const before = [...this.#infos];
    this.#infos.clear();
    for (const tag of tags) this.#infos.set(tag.name, tagInfo(tag));
    for (const [name, info] of before) if (!this.#infos.has(name) && this.#heard.has(name)) this.#infos.set(name, info);
    return true;
  }

  /** A tag as far as it is known. */
  info(name: string): TagInfo {
    return this.#infos.get(name) ?? unknownTag(name);
  }

  /** The tags that are known, in their order. */
  tags(): IterableIterator<TagInfo> {
    return this.#infos.values();
  }

  /** Whether a tag is known: there is no room for more than there may be. */
  knows(name: string): boolean {
    return this.#infos.has(name);
  }

  /** How many tags there are. */
  get size(): number {
    return this.#infos.size;
  }

  /** How many tags are stale. @param now the steady clock, ms */
  staleAt(now: number): number {
    let stale = 0;
    for (const { at } of this.#heard.values()) if (now - at > this.staleMs) stale += 1;
    return stale;
  }

  /** Takes the value of a tag. @returns it as a number; `undefined` where there is none, or no room for another tag */
  hear([name, given]: TagValue, bad: boolean, now: number): number | undefined {
    let info = this.#infos.get(name);
    if (info === undefined) {
      if (this.#infos.size >= MAX_TAGS) return undefined;
      info = unknownTag(name);
      this.#infos.set(name, info);
    }
    const value = typeof given === 'boolean' ? stateValue(info, given) : given;
    const heard = this.#heard.get(name);
    const isBad = bad || value === undefined;
    if (heard === undefined) this.#heard.set(name, { value: isBad ? null : value, bad: isBad, at: now });
    else {
      // What is bad does not replace the last value that could be used.
      if (!isBad) heard.value = value;
      heard.bad = isBad;
      heard.at = now;
    }
    return isBad ? undefined : value;
  }

  /** Takes a verdict. One that is older than the last is not of now. @returns whether it was taken */
  speak(spoken: Spoken): boolean {
    if (this.#spoken !== undefined && spoken.time < this.#spoken.time) return false;
    this.#spoken = { ...spoken, text: spoken.text.slice(0, LONGEST) };
    return true;
  }

  /** Time has gone back: what comes now is of now. */
  rewind(): void {
    if (this.#spoken !== undefined) this.#spoken = { ...this.#spoken, time: -Infinity };
  }

  /** @param time newest event time, ms @param now the steady clock, ms */
  overview(asset: string, time: number, alarms: AlarmNow[], now: number): Overview {
    const spoken = this.#spoken;
    const shares = new Map(spoken?.tags.map(({ tag, share }) => [tag, share]));
    const tags = [...this.#infos.values()].map((info) => this.#tagNow(info, shares.get(info.name), now));
    return {
      asset,
      time,
      level: this.level,
      ratio: spoken?.ratio ?? 0,
      ready: spoken !== undefined && (spoken.finding === 'normal' || spoken.finding === 'anomaly'),
      text: spoken?.text ?? '',
      tags,
      stages: stagesOf(tags, this.level),
      alarms,
    };
  }

  /** What is saved of the tags and of the verdict. */
  saved(): { readonly tags: unknown; readonly spoken: unknown } {
    return { tags: [...this.#infos.values()], spoken: this.#spoken };
  }

  /** Takes back what was saved; `latest` gives the last value of a tag, which is stale until it comes again. */
  restore(tags: unknown, spoken: unknown, latest: (tag: string) => number | undefined): void {
    for (const each of Array.isArray(tags) ? (tags as unknown[]).slice(0, MAX_TAGS) : []) {
      const info = readTagInfo(each);
      if (info === undefined) continue;
      this.#infos.set(info.name, info);
      const value = latest(info.name);
      if (value !== undefined) this.#heard.set(info.name, { value, bad: false, at: -Infinity });
    }
    this.#spoken = readSpoken(spoken);
  }

  #tagNow({ name, stage, kind, unit, low, high, states }: TagInfo, share: number | undefined, now: number): TagNow {
    const heard = this.#heard.get(name);
    const value = heard?.value ?? null;
    const state = value === null ? undefined : states?.[String(value)];
    return {
      tag: name,
      stage,
      kind,
      value,
      unit,
      quality: heard === undefined ? 'none' : now - heard.at > this.staleMs ? 'stale' : heard.bad ? 'bad' : 'good',
      ...(state === undefined ? {} : { state }),
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
      ...(share === undefined ? {} : { share }),
    };
  }
}

/** The stages in the order of their first tags, those of tags that no dictionary knows last. */
function stagesOf(tags: readonly TagNow[], level: Level): StageNow[] {
  const byStage = new Map<string, TagNow[]>();
  for (const tag of tags) {
    const found = byStage.get(tag.stage);
    if (found === undefined) byStage.set(tag.stage, [tag]);
    else found.push(tag);
  }
  const nameless = byStage.get('');
  byStage.delete('');
  if (nameless !== undefined) byStage.set('', nameless);
  return [...byStage].map(([stage, members]): StageNow => {
    const why = (fits: (tag: TagNow) => boolean): string =>
      members
        .filter(fits)
        .map(({ tag }) => tag)
        .join(', ');
    const guilty = why(({ share }) => share !== undefined);
    if (level !== 'NONE' && guilty !== '') return { stage, health: level, why: guilty };
    const isSilent = ({ quality }: TagNow): boolean => quality === 'stale' || quality === 'none';
    if (members.every(isSilent)) return { stage, health: 'no-data', why: why(isSilent) };
    const unusable = why((tag) => tag.quality !== 'good');
    return unusable === '' ? { stage, health: 'normal' } : { stage, health: 'bad-data', why: unusable };
  });
}

function readSpoken(data: unknown): Spoken | undefined {
  if (!isRecord(data)) return undefined;
  const { time, ratio, text } = data;
  const level = LEVELS.find((each) => each === data.level);
  const finding = FINDINGS.find((each) => each === data.finding);
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (!isNumber(time) || !isNumber(ratio) || level === undefined || finding === undefined) return undefined;
  const tags = (Array.isArray(data.tags) ? (data.tags as unknown[]) : []).flatMap((each) =>
    isRecord(each) && typeof each.tag === 'string' && isNumber(each.share)
      ? [{ tag: each.tag, share: each.share }]
      : [],
  );
  return { time, level, ratio, finding, text: typeof text === 'string' ? text.slice(0, LONGEST) : '', tags };
}
