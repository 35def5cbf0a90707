import type { NodeAPI } from 'node-red';
import type { News } from '../../lib/journal/outbox-news';
import { titleOf } from './notify-words';

/** As `2026-11-28 12:05:46 CET`, in the time zone of this machine. */
const LOCAL = new Intl.DateTimeFormat('sv-SE', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** What templates can show beside the fields of the news: `title`, and its time as `at` (UTC) and `localTime`; empty without one. */
export function shownFields(RED: Pick<NodeAPI, '_'>, news: News): { title: string; at: string; localTime: string } {
  const { time } = news;
  const known = typeof time === 'number' && Math.abs(time) <= 8.64e15;
  const at = known ? `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC` : '';
  return { title: titleOf(RED, news), at, localTime: known ? LOCAL.format(time) : '' };
}
