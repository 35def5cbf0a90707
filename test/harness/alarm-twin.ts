import assert from 'node:assert/strict';
import { runAlarmCommand } from '../../lib/alarm/command';
import { AlarmDesk, type Delivery } from '../../lib/alarm/desk';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Notification } from '../../lib/alarm/notify/notification';
import { readVerdict } from '../../lib/alarm/read-verdict';
import { readAlertSettings } from '../../nodes/runtime/alert-settings';

type Given = Readonly<Record<string, unknown>>;

/** What a list of alarms or silences says of one, apart from its times. */
export interface Standing {
  readonly what: string;
  /** When it ends by itself; 0: not. */
  readonly until: number;
}

/** The two runs give the same command at another time, at most this much apart, ms. */
const APART_MS = 60_000;

/** The alarms of a process that is left alone: what one that is killed must have, and must have told. */
export class AlarmTwin {
  readonly events: AlarmEvent[] = [];
  readonly keys = new Set<string>();
  private readonly desk: AlarmDesk;

  /** @param definition of the `swat-alert` */
  constructor(definition: Given) {
    this.desk = new AlarmDesk(readAlertSettings(definition), () => undefined);
  }

  verdict(payload: Given): void {
    this.took(this.desk.verdict(readVerdict(payload), Date.now()));
  }

  command(given: Given): void {
    this.took(runAlarmCommand(this.desk, given, Date.now()).delivery);
  }

  tick(): void {
    this.took(this.desk.tick(Date.now()));
  }

  state(asset: string): string {
    return this.desk.list().find((each) => each.asset === asset)?.state ?? 'normal';
  }

  idOf(asset: string): string {
    return this.desk.list().find((each) => each.asset === asset)?.id ?? '';
  }

  silenceOf(matchers: string): string {
    return this.desk.silences().find((each) => matcherText(each) === matchers)?.id ?? '';
  }

  alarms(): Map<string, Standing> {
    return standing(this.desk.list().map((each) => ({ ...each, episode: each.count })));
  }

  silences(): Map<string, Standing> {
    return silenced(this.desk.silences() as unknown as Given[]);
  }

  private took(delivery: Delivery | undefined): void {
    if (delivery === undefined) return;
    this.events.push(...delivery.events);
    for (const { key } of delivery.notifications) this.keys.add(key);
  }
}

/** Alarms and holds by asset. An id that comes of the time of a command is left out. */
export function standing(list: readonly Given[]): Map<string, Standing> {
  return new Map(
    list.map(({ asset, id, kind, state, level, episode, note, hold }) => {
      const held = hold as { state: string; comment: string; until?: number } | undefined;
      const said = (note as { comment: string } | undefined)?.comment ?? '';
      const about = [
        episode === 0 ? '' : id,
        kind,
        state,
        level,
        episode,
        said,
        held?.state ?? '',
        held?.comment ?? '',
      ];
      return [String(asset), { what: about.join('|'), until: held?.until ?? 0 }];
    }),
  );
}

/** Silences by their comment. */
export function silenced(list: readonly Given[]): Map<string, Standing> {
  return new Map(
    list.map((each) => [String(each.comment), { what: matcherText(each as never), until: Number(each.until) }]),
  );
}

/** @throws AssertionError where one is missing, is another, or is there too much */
export function same(found: Map<string, Standing>, expected: Map<string, Standing>, when: string): void {
  const texts = (of: Map<string, Standing>): string[] => [...of].map(([name, { what }]) => `${name} ${what}`).sort();
  assert.deepEqual(texts(found), texts(expected), when);
  for (const [name, { until }] of expected) {
    assert.ok(Math.abs((found.get(name)?.until ?? 0) - until) < APART_MS, `${when}: ${name} ends at another time`);
  }
}

/** What happened to each asset, in order, without what comes of the time of a command. */
export function histories(events: readonly AlarmEvent[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { asset, event, id, state, previous, level, episode, comment, notice } of events) {
    const about = [event, episode === 0 ? '' : id, previous, state, level, episode, comment ?? '', notice ?? ''];
    (found[asset] ??= []).push(about.join('|'));
  }
  return found;
}

/** What was notified, by key, without the numbers of events: those of different assets may come in another order. */
export function newsOf(keys: Iterable<string>): string[] {
  return [...keys].map((key) => key.replace(/\.\d+$/, '')).sort();
}

export type ToldNotification = Notification & { readonly redelivered?: boolean };

function matcherText({
  matchers,
}: {
  readonly matchers: readonly { label: string; op: string; value: string }[];
}): string {
  return matchers.map(({ label, op, value }) => `${label}${op}${value}`).join(',');
}
