import type { AlarmDesk } from '../../lib/alarm/desk';
import type { AlarmEvent } from '../../lib/alarm/event';
import { PLAIN_EVENTS } from '../../lib/alarm/plain-event';
import { ALARM_EVENTS, ALARM_STATES, HOLD_STATES } from '../../lib/alarm/transitions';
import type { OutboxCounts } from '../../lib/journal/outbox-settings';
import type { Figures } from '../../lib/metrics/families';

/** Counts the alarm events that were sent. */
export class EventFigures {
  readonly #counts: Record<string, number> = zeros([...ALARM_EVENTS, ...PLAIN_EVENTS]);

  add(events: readonly Pick<AlarmEvent, 'event'>[]): void {
    for (const { event } of events) this.#counts[event] += 1;
  }

  /**
   * What `swat-alert` tells.
   * @param failed which records cannot be written
   * @param now ms, never goes back
   */
  figures(desk: AlarmDesk, failed: { readonly log: boolean; readonly journal: boolean }, now: number): Figures {
    const states = zeros([...ALARM_STATES.filter((state) => state !== 'normal'), ...HOLD_STATES]);
    for (const { state } of desk.list()) states[state] += 1;
    const { flood, chattering, stale } = desk.report(now);
    return {
      swat_alarms: states,
      swat_alarm_events_total: { ...this.#counts },
      swat_alarm_flood: Number(flood.now),
      swat_alarms_chattering: chattering.alarms.length,
      swat_alarms_stale: stale.count,
      swat_record_failed: { log: Number(failed.log), journal: Number(failed.journal) },
    };
  }
}

/** What `swat-notify` tells. */
export function outboxFigures({ waiting, sent, dead, ...ever }: OutboxCounts, failing: boolean): Figures {
  const { confirmed, failed, dropped, duplicates } = ever;
  return {
    swat_notifications: { waiting, sent, dead },
    swat_notifications_total: { confirmed, failed, dropped, duplicate: duplicates },
    swat_channel_failing: Number(failing),
  };
}

function zeros(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 0]));
}
