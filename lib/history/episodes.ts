import { LEVELS, type Level } from '../alarm/verdict';
import { isRecord } from '../record';
import type { TrendEpisode } from './reader';

/** Episodes of an asset, at most; the oldest go first. */
export const MOST_EPISODES = 1000;
const MOST_TAGS = 10;
const LONGEST = 500;

/** What a verdict says of an episode. */
export interface Judged {
  readonly time: number;
  readonly level: Level;
  readonly text: string;
  readonly tags: readonly { readonly tag: string; readonly share: number }[];
}

/** What an alarm event says of one. */
export interface Alarmed {
  readonly id: string;
  readonly onset: number;
  readonly time: number;
  readonly level: Level;
  readonly why: string;
  readonly tags: readonly { readonly tag: string; readonly share: number }[];
  /** Whether the process is in alarm after the event. */
  readonly active: boolean;
}

/** An episode as it is kept. */
interface Kept {
  from: number;
  /** Absent while it lasts. */
  to?: number;
  id?: string;
  level: Level;
  text: string;
  /** Greatest share of each tag that was to blame. */
  tags: Record<string, number>;
  /** Whether verdicts told of it; else only alarm events did. */
  judged: boolean;
}

const rank = (level: Level): number => LEVELS.indexOf(level);

/** The episodes of an asset: from verdicts, with the id of their alarm; where only alarm events come, from these. */
export class Episodes {
  readonly #kept = new Map<number, Kept>();
  #next = 1;
  #judgedAt = -Infinity;

  /** @param changed is told which episode is to be saved, or is gone */
  constructor(private readonly changed: (key: number) => void) {}

  /** Takes a verdict; one that is older than the one before says nothing new. */
  judge({ time, level, text, tags }: Judged): void {
    if (time < this.#judgedAt) return;
    this.#judgedAt = time;
    const [key, open] = this.#last(({ to }) => to === undefined) ?? [];
    if (key !== undefined && open !== undefined) {
      if (level === 'NONE') this.#set(key, { ...open, to: time });
      else if (rank(level) > rank(open.level) || !open.judged || hasNews(open, tags))
        this.#set(key, {
          ...open,
          ...(rank(level) > rank(open.level) ? { level, text: text.slice(0, LONGEST) } : {}),
          tags: joined(open.tags, tags),
          judged: true,
        });
    } else if (level !== 'NONE') {
      this.#add({ from: time, level, text: text.slice(0, LONGEST), tags: joined({}, tags), judged: true });
    }
  }

  /** Takes an event of an alarm of the process. */
  alarm({ id, onset, time, level, why, tags, active }: Alarmed): void {
    if (level === 'NONE') return;
    const [key, found] = this.#last(({ from, to = Infinity }) => from <= time && to >= onset) ?? [];
    if (key === undefined || found === undefined) {
      if (active)
        this.#add({ from: onset, id, level, text: why.slice(0, LONGEST), tags: joined({}, tags), judged: false });
      return;
    }
    const over = !found.judged && found.to === undefined && !active;
    const higher = rank(level) > rank(found.level) ? { level, text: why.slice(0, LONGEST) } : {};
    if (found.id === id && !over && higher.level === undefined) return;
    this.#set(key, { ...found, id, ...higher, ...(over ? { to: time } : {}) });
  }

  /** Forgets what began after a time, and ends what lasted then; see `Past.cut`. */
  cut(time: number): void {
    this.#judgedAt = -Infinity;
    for (const [key, episode] of [...this.#kept]) {
      if (episode.from > time) this.#drop(key);
      else if ((episode.to ?? Infinity) > time) this.#set(key, { ...episode, to: time });
    }
  }

  /** Forgets what ended before a time. */
  prune(before: number): void {
    for (const [key, { to = Infinity }] of [...this.#kept]) if (to < before) this.#drop(key);
  }

  /** Those that touch a span, oldest first. @param now where one that lasts ends so far */
  within(from: number, to: number, now: number): TrendEpisode[] {
    return this.#touching(from, to).map(({ from: begin, to: end, id, level, text }) => ({
      ...(id === undefined ? {} : { id }),
      from: begin,
      to: end ?? Math.max(begin, now),
      level,
      ...(text === '' ? {} : { text }),
      ...(end === undefined ? { open: true as const } : {}),
    }));
  }

  /** The tags that were most to blame in a span: by share and by how long. */
  culprits(from: number, to: number, most: number): string[] {
    const blame = new Map<string, number>();
    for (const episode of this.#touching(from, to)) {
      const lasts = Math.max(1000, Math.min(to, episode.to ?? to) - Math.max(from, episode.from));
      for (const [tag, share] of Object.entries(episode.tags)) blame.set(tag, (blame.get(tag) ?? 0) + share * lasts);
    }
    return [...blame]
      .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([tag]) => tag);
  }

  keys(): IterableIterator<number> {
    return this.#kept.keys();
  }

  /** An episode as plain data; `undefined` where it is gone. */
  saved(key: number): unknown {
    return this.#kept.get(key);
  }

  /** Takes back one that was saved. @returns false for what is none */
  restore(key: number, data: unknown): boolean {
    const episode = readKept(data);
    if (episode === undefined || !Number.isSafeInteger(key) || key < 1) return false;
    this.#kept.set(key, episode);
    this.#next = Math.max(this.#next, key + 1);
    return true;
  }

  #touching(from: number, to: number): Kept[] {
    return [...this.#kept.values()]
      .filter((each) => each.from <= to && (each.to ?? Infinity) >= from)
      .sort((a, b) => a.from - b.from);
  }

  #last(fits: (episode: Kept) => boolean): [number, Kept] | undefined {
    let last: [number, Kept] | undefined;
    for (const each of this.#kept)
      if (fits(each[1]) && (last === undefined || each[1].from >= last[1].from)) last = each;
    return last;
  }

  #add(episode: Kept): void {
    this.#set(this.#next, episode);
    this.#next += 1;
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MOST_EPISODES && oldest.done !== true) this.#drop(oldest.value);
  }

  #set(key: number, episode: Kept): void {
    this.#kept.set(key, episode);
    this.changed(key);
  }

  #drop(key: number): void {
    this.#kept.delete(key);
    this.changed(key);
  }
}

/** Whether a tag is blamed that was not, and there is room for it. */
function hasNews({ tags }: Kept, blamed: Judged['tags']): boolean {
  return Object.keys(tags).length < MOST_TAGS && blamed.some(({ tag }) => !Object.hasOwn(tags, tag));
}

function joined(before: Kept['tags'], blamed: Judged['tags']): Kept['tags'] {
  const shares = new Map(Object.entries(before));
  for (const { tag, share } of blamed) {
    const known = shares.get(tag);
    if (known === undefined ? shares.size < MOST_TAGS : known < share) shares.set(tag, share);
  }
  return Object.fromEntries(shares);
}

function readKept(data: unknown): Kept | undefined {
  if (!isRecord(data) || !isRecord(data.tags)) return undefined;
  const { from, to, id, text, judged } = data;
  const level = LEVELS.find((each) => each === data.level);
  const isTime = (time: unknown): time is number => typeof time === 'number' && Number.isFinite(time);
  const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST;
  if (!isTime(from) || level === undefined || level === 'NONE' || !isText(text)) return undefined;
  if (!(to === undefined || isTime(to)) || !(id === undefined || isText(id))) return undefined;
  const tags = Object.entries(data.tags).filter((each): each is [string, number] => isTime(each[1]));
  return {
    from,
    ...(to === undefined ? {} : { to }),
    ...(id === undefined ? {} : { id }),
    level,
    text,
    tags: Object.fromEntries(tags.slice(0, MOST_TAGS)),
    judged: judged === true,
  };
}
