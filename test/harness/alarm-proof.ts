import assert from 'node:assert/strict';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Notification } from '../../lib/alarm/notify/notification';
import { isHold } from '../../lib/alarm/transitions';
import { journal } from '../../lib/cli/journal';
import { histories, newsOf } from './alarm-twin';

type Post = Readonly<Record<string, unknown>>;
interface Again {
  readonly redelivered?: boolean;
}
type ToldEvent = AlarmEvent & Again;
type ToldNotification = Notification & Again;

/** A record of the journal, as far as it is compared. */
export interface Journalled {
  readonly source: string;
  readonly seq: number;
  readonly event: string;
  readonly asset: string;
}

/** The events among what was received, in their order, each once. */
export function eventsOf(posts: readonly Post[]): ToldEvent[] {
  const events = posts.filter((each) => !('key' in each)) as unknown as ToldEvent[];
  return [...new Map(events.map((event) => [event.seq, event])).values()].sort((a, b) => a.seq - b.seq);
}

export function notificationsOf(posts: readonly Post[]): ToldNotification[] {
  return posts.filter((each) => 'key' in each) as unknown as ToldNotification[];
}

/**
 * Every event was received once, and again only with a mark; none is lost, doubled or another than the twin's.
 * @throws AssertionError
 */
export function provenEvents(posts: readonly Post[], expected: readonly AlarmEvent[]): void {
  const seen = new Map<number, ToldEvent>();
  for (const event of posts.filter((each) => !('key' in each)) as unknown as ToldEvent[]) {
    const first = seen.get(event.seq);
    if (first === undefined) seen.set(event.seq, event);
    else {
      assert.equal(event.redelivered, true, `event ${event.seq} came twice, unmarked`);
      assert.deepEqual(histories([event]), histories([first]), `event ${event.seq} came again as another`);
    }
  }
  const events = eventsOf(posts);
  const numbers = events.map(({ seq }) => seq);
  assert.deepEqual(numbers, [...numbers.keys()].map((index) => index + 1), 'a number is missing'); // prettier-ignore
  assert.deepEqual(histories(events), histories(expected));
}

/**
 * The same was notified as by the twin, again only with a mark, and nothing of what is held or of `silenced`.
 * @throws AssertionError
 */
export function provenNotifications(posts: readonly Post[], expected: Iterable<string>, silenced: string): void {
  const seen = new Set<string>();
  for (const { key, redelivered, asset, event, state } of notificationsOf(posts)) {
    assert.ok(!seen.has(key) || redelivered === true, `${key} came twice, unmarked`);
    seen.add(key);
    assert.notEqual(asset, silenced, `${event} of what is silenced`);
    assert.ok(state === undefined || !isHold(state), `${event} of what is ${state}`);
  }
  assert.deepEqual(newsOf(seen), newsOf(expected));
}

/**
 * The journal has each event that was received, once and in order, and had nothing to say of itself.
 * @throws AssertionError
 */
export function provenJournal(records: readonly Journalled[], posts: readonly Post[], source: string): void {
  assert.deepEqual([...new Set(records.map((each) => each.source))], [source], 'the journal had to say something');
  const about = ({ seq, event, asset }: Pick<Journalled, 'seq' | 'event' | 'asset'>): string =>
    `${seq} ${event} ${asset}`;
  assert.deepEqual([...records].sort((a, b) => a.seq - b.seq).map(about), eventsOf(posts).map(about));
}

/**
 * The records of the journal of a user directory whose Node-RED has ended.
 * @throws AssertionError where its chain does not hold
 */
export async function journalIn(userDir: string): Promise<Journalled[]> {
  let text = '';
  const output = { result: (line: string) => void (text += `${line}\n`), progress: () => undefined };
  assert.equal(await journal(['verify', '--dir', userDir], output), 0, text);
  text = '';
  assert.equal(await journal(['export', '--dir', userDir, '--form', 'json'], output), 0, text);
  return JSON.parse(text) as Journalled[];
}

/**
 * The journal of a user directory whose Node-RED has ended holds together, and {@link provenJournal} holds of it.
 * @returns its records
 * @throws AssertionError
 */
export async function provenJournalIn(userDir: string, posts: readonly Post[], source: string): Promise<Journalled[]> {
  const records = await journalIn(userDir);
  provenJournal(records, posts, source);
  return records;
}

/**
 * What was received, with one fault each: at a place that `pick` chooses. A proof that is none would not notice.
 * @returns each by the name of its fault
 */
export function faulty(posts: readonly Post[], pick: (among: number) => number): Map<string, Post[]> {
  const made = new Map<string, Post[]>();
  for (const what of ['event', 'notification'] as const) {
    const name = what === 'event' ? 'seq' : 'key';
    const all = posts.filter((each) => 'key' in each === (what === 'notification'));
    const one: Post = { ...all[pick(all.length)], redelivered: false };
    const isOne = (each: Post): boolean => each[name] === one[name];
    const fresh = { [name]: what === 'event' ? eventsOf(posts).length + 1 : `${String(one.key)}.x` };
    made.set(`a lost ${what}`, posts.filter((each) => !isOne(each))); // prettier-ignore
    made.set(`a doubled ${what}`, [...posts, one]);
    made.set(`a ${what} too much`, [...posts, { ...one, ...fresh }]);
    made.set(`a ${what} of another state`, posts.map((each) => (isOne(each) ? { ...each, state: 'shelved', previous: 'shelved', comment: 'x' } : each))); // prettier-ignore
  }
  return made;
}
