import type { AlarmNews, Standing } from '../../../../lib/alarm/notify/news';
import { Notifier, type NotifySettings } from '../../../../lib/alarm/notify/notifier';

export const MINUTE = 60_000;
export const SETTINGS: NotifySettings = {
  repeatMs: 15 * MINUTE,
  limit: 10,
  periodMs: 10 * MINUTE,
  groupBy: 'none',
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * MINUTE,
  inhibit: [],
};

let seq = 0;
/** An event to start from: a WARNING of the asset `a`, raised. */
export const event = (more: Partial<AlarmNews> = {}): AlarmNews => {
  const asset = more.asset ?? 'a';
  const level = more.level ?? 'WARNING';
  seq += 1;
  return {
    event: 'raised',
    id: `${asset}.${more.kind ?? 'process'}`,
    seq,
    asset,
    kind: 'process',
    time: 0,
    level,
    priority: level === 'CRITICAL' ? 'high' : 'medium',
    state: 'unacknowledged',
    episode: 1,
    firstOut: { tag: 'LIT101', stage: 'P1', time: 0 },
    sentence: { code: 'alarm-raised', params: { asset, level } },
    because: { code: 'anomaly-mean-above', params: { tag: 'LIT101' } },
    ...more,
  };
};

export const notifier = (more: Partial<NotifySettings> = {}): Notifier =>
  new Notifier({ ...SETTINGS, ...more }, () => undefined);

/** An alarm as it stands, for reminders. */
export const standing = (news: AlarmNews): Standing => ({ ...news, count: news.episode, last: { time: news.time } });
