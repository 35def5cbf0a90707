import { SwatError } from '../errors';

/** A notification as it is kept until it has arrived: plain data with a key. */
export interface News extends Readonly<Record<string, unknown>> {
  /** The same for the same news. */
  readonly key: string;
}

/** Which kinds of news a channel passes on: `alarm` is everything that is none of the others. */
export type NewsKind = 'alarm' | 'cleared' | 'reminder' | 'unanswered';

/** What a channel passes on. */
export interface NewsFilter {
  readonly level: 'INFO' | 'WARNING' | 'CRITICAL';
  readonly kinds: readonly NewsKind[];
  /** From 1: only what nobody has answered, from this step of the escalation on. 0: everything. */
  readonly step: number;
}

const LEVELS: readonly unknown[] = ['INFO', 'WARNING', 'CRITICAL'];
const LONGEST_KEY = 200;
/** Longer news, in characters of JSON, keeps its plain fields only, each cut. */
const LONGEST_NEWS = 32_768;
const LONGEST_FIELD = 4000;
const MOST_FIELDS = 50;

/**
 * A notification from a message, sharing nothing with it. More than 32 kB of JSON is cut down to its plain fields.
 * @throws SwatError `notify-payload`
 */
export function readNews(payload: unknown): News {
  const wrong = new SwatError('notify-payload');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw wrong;
  const key: unknown = Object.hasOwn(payload, 'key') ? (payload as Record<string, unknown>).key : undefined;
  if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) throw wrong;
  let json;
  try {
    json = JSON.stringify(payload);
  } catch (cause) {
    throw new SwatError('notify-payload', {}, { cause });
  }
  if (json.length <= LONGEST_NEWS) return JSON.parse(json) as News;
  const plain = Object.entries(payload)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MOST_FIELDS)
    .map(([name, value]: [string, unknown]) => [
      name.slice(0, LONGEST_KEY),
      typeof value === 'string' ? value.slice(0, LONGEST_FIELD) : value,
    ]);
  return { ...(Object.fromEntries(plain) as Record<string, unknown>), key };
}

/** Whether a channel passes news on. News without a level, such as a digest, passes every level. */
export function passes(news: News, { level, kinds, step }: NewsFilter): boolean {
  const given = LEVELS.indexOf(news.level);
  if (given >= 0 && given < LEVELS.indexOf(level)) return false;
  const kind = kindOf(news);
  if (step > 0) return kind === 'unanswered' && typeof news.step === 'number' && news.step >= step;
  return kinds.includes(kind);
}

function kindOf({ event, repeat }: News): NewsKind {
  if (typeof repeat === 'number' && repeat > 0) return 'reminder';
  return event === 'cleared' || event === 'unanswered' ? event : 'alarm';
}
