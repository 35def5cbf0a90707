import type { AlarmEvent } from '../alarm/event';
import type { JournalEntry } from './journal';

/**
 * What the journal records of an alarm event. The body is the event as it is, with the hash of the settings of the node
 * that decided it.
 * @param logged wall-clock time, ms
 */
export function entryOf(event: AlarmEvent, source: string, configHash: string, logged: number): JournalEntry {
  const { time, seq, id, asset, tags, state, level, user = '', comment = '' } = event;
  const { priority, firstOut } = event as { priority?: string; firstOut?: { tag: string } | null };
  return {
    time,
    logged,
    source,
    seq,
    event: event.event,
    alarm: id,
    asset,
    tag: firstOut?.tag ?? tags.at(0)?.tag ?? '',
    tags: tags.map(({ tag }) => tag),
    state,
    level,
    priority: priority ?? '',
    user,
    comment,
    body: { ...event, configHash },
  };
}
