import type { NodeAPI, NodeStatus } from 'node-red';
import type { OpenAlarm } from '../../lib/alarm/book';
import type { CommandOutcome, ListedAlarm } from '../../lib/alarm/command';
import { isActive } from '../../lib/alarm/episode';
import type { AlarmLine, Digest, Notification } from '../../lib/alarm/notify/notification';
import { together } from '../../lib/alarm/together';
import { LEVELS } from '../../lib/alarm/verdict';
import { eventWords, type AlarmWords } from '../../lib/alarm/wording';
import { culprit, say, speaker } from './sentence';
import { words } from './words';

type Words = Pick<NodeAPI, '_'>;

/** An alarm event in words of Node-RED's language; see {@link eventWords}. */
export function alarmEventWords(RED: Words, about: Parameters<typeof eventWords>[1]): AlarmWords {
  return eventWords(speaker(RED), about);
}

/** A notification in words: of one alarm, of a group of them, or of a storm. */
export function notificationWords(RED: Words, notification: Notification): AlarmWords {
  const { alarms, digest, because, sentence } = notification;
  const why = culprit(RED, because);
  if (digest !== undefined) return { text: digestText(RED, sentence, digest), why };
  if (alarms === undefined) return alarmEventWords(RED, notification);
  const more = (notification.count ?? alarms.length) - alarms.length;
  const lines = alarms.map((alarm) => groupLine(RED, alarm)).join(words(RED, 'sentences.alarm-group-between'));
  const code = more > 0 ? 'alarm-group-more' : 'alarm-group';
  return { text: say(RED, { ...sentence, code }, { lines, more: String(more) }), why };
}

function groupLine(RED: Words, { asset, level, tag, event }: AlarmLine): string {
  const what = event === 'cleared' ? words(RED, 'sentences.alarm-group-over') : tag;
  const code = what === '' ? 'alarm-group-line-untold' : 'alarm-group-line';
  return say(RED, { code, params: { asset, level } }, { what });
}

function digestText(RED: Words, sentence: Notification['sentence'], digest: Digest): string {
  const { alarms, cleared, reminders } = digest;
  const counts = (counted: Digest['tags']): string => counted.map(({ name, count }) => `${name} ${count}`).join(', ');
  const levels = [...LEVELS].reverse().flatMap((level) => {
    const count = digest.levels[level] ?? 0;
    return count === 0 ? [] : [`${words(RED, `sentences.level.${level}`)} ${count}`];
  });
  const told = [say(RED, sentence)];
  if (alarms > 0) told.push(words(RED, 'sentences.digest-alarms', { alarms, levels: levels.join(', ') }));
  if (cleared + reminders > 0) told.push(words(RED, 'sentences.digest-ended', { cleared, reminders }));
  if (digest.tags.length > 0) told.push(words(RED, 'sentences.digest-tags', { tags: counts(digest.tags) }));
  if (digest.assets.length > 0) told.push(words(RED, 'sentences.digest-assets', { assets: counts(digest.assets) }));
  return together(told);
}

/** What a command answers; of `list` with its alarms in words, and who may act. */
export function commandAnswer(RED: Words, { alarms, ...answer }: CommandOutcome['answer'], actors: object): object {
  if (alarms === undefined) return { ok: true, ...answer };
  return { ok: true, ...answer, alarms: alarms.map((each) => listed(RED, each)), actors };
}

function listed(RED: Words, { alarm, commands, waiting }: ListedAlarm): object {
  const {
    id,
    asset,
    kind,
    state,
    since,
    level,
    count,
    onset,
    peak,
    last,
    firstOut,
    because,
    model,
    note,
    hold,
    priority,
    guidance,
  } = alarm;
  const told = { because, text: say(RED, because), why: culprit(RED, because) };
  const people = {
    ...(guidance === undefined ? {} : { guidance }),
    ...(note === undefined ? {} : { note }),
    ...(hold === undefined ? {} : { hold }),
  };
  const what = {
    id,
    asset,
    kind,
    state,
    since,
    level,
    priority,
    episode: count,
    onset,
    peak,
    time: last.time,
    firstOut,
  };
  return structuredClone({ ...what, ...told, model, ...people, ...waiting, commands });
}

/** What stands: nothing, the one alarm with its tag, or how many. What is on hold is grey. */
export function alarmStatus(RED: Words, all: readonly OpenAlarm[], logFailed: boolean): NodeStatus {
  const open = all.filter(({ hold }) => hold === undefined);
  const text = statusText(RED, open, all.length - open.length);
  if (logFailed) return { fill: 'red', shape: 'ring', text: words(RED, 'status.log-failed', { text }) };
  if (open.length === 0) return { fill: all.length === 0 ? 'green' : 'grey', shape: 'dot', text };
  const unacknowledged = open.some(({ state }) => state.endsWith('unacknowledged'));
  const critical = open.some(({ level }) => level === 'CRITICAL');
  const fill = open.some(isActive) ? (critical ? 'red' : 'yellow') : 'grey';
  return { fill, shape: unacknowledged ? 'dot' : 'ring', text };
}

function statusText(RED: Words, open: readonly OpenAlarm[], held: number): string {
  if (open.length === 0) return held === 0 ? words(RED, 'status.no-alarm') : words(RED, 'status.alarms-held', { held });
  if (open.length > 1) return words(RED, 'status.alarms', { count: open.length });
  const [{ state, level, kind, because }] = open;
  const tag = Object.hasOwn(because.params, 'tag') ? String(because.params.tag).slice(0, 12) : '';
  const what = kind === 'communication' ? words(RED, 'status.alarm-of-communication') : tag;
  return words(RED, `status.alarm-${state}`, { level, tag: what });
}
