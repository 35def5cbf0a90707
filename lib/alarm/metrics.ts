import { SwatError } from '../errors';
import { ALARM_KINDS, type AlarmKind } from './episode';
import type { AlarmEvent } from './event';
import { isPlainEvent } from './plain-event';
import { Rates, type Flood, type Rate } from './rates';
import { isCount, isTime } from './restore';
import { isRecord } from '../record';
import { PRIORITIES, type Priority } from './settings';
import { TopCounts } from './top-counts';

const HOUR_MS = 3_600_000;
/** Three times within a minute: chattering. */
const CHATTER_MS = 60_000;
const CHATTER_TIMES = 3;
/** Over within so long, without anyone having done anything: fleeting. */
const FLEETING_MS = 10_000;
/** Standing for longer: stale. */
const STALE_MS = 24 * HOUR_MS;
/** Names that are counted, and alarms that are watched, at most. */
const MOST_ACTORS = 500;
const MOST_POINTS = 10_000;
const TOLD = 10;

const METRICS = 'metrics';
const ACTOR = 'metrics/actor/';
const POINT = 'metrics/point/';
const SLOT = 'metrics/slot/';

/** An alarm as metrics name it: which, and by which tag it began. */
export interface NamedAlarm {
  readonly asset: string;
  readonly kind: AlarmKind;
  readonly tag: string;
}

/** Metrics after ISA-18.2 / IEC 62682. Only annunciated alarms count: each time one asks for a person. Times in ms or as told. */
export interface MetricsReport {
  /** Clock time since when, ms since the epoch; null before the first alarm. */
  readonly since: number | null;
  readonly alarms: number;
  readonly per10Min: Rate;
  readonly perHour: Rate;
  readonly flood: Flood;
  /** Raised three times within a minute: how often that began, and which have done so within the last hour. */
  readonly chattering: { readonly count: number; readonly alarms: readonly NamedAlarm[] };
  /** Over within ten seconds, without an action. */
  readonly fleeting: number;
  /** Standing for more than a day now. */
  readonly stale: { readonly count: number; readonly alarms: readonly (NamedAlarm & { readonly since: number })[] };
  /** The ten most frequent, by asset and the tag that went first; `count` is at most `over` too high. */
  readonly badActors: readonly Actor[];
  readonly timeToAcknowledge: { readonly count: number; readonly meanS: number | null };
  readonly priorities: Readonly<Record<Priority, { readonly count: number; readonly share: number }>>;
}

interface Actor {
  readonly asset: string;
  readonly tag: string;
  readonly count: number;
  readonly over: number;
  readonly share: number;
}

/** What is known of one alarm point: plain data, a new value per change. */
interface Point extends NamedAlarm {
  /** Its last annunciations, at most three. */
  readonly times: readonly number[];
  readonly chatters: boolean;
  /** Since when it stands, and waits for an acknowledgement. */
  readonly stands: number | null;
  readonly waits: number | null;
  /** Whether a person has done something since it stands. */
  readonly acted: boolean;
}

const ANNUNCIATED: ReadonlySet<string> = new Set(['raised', 're-raised', 're-alarmed', 'unshelved', 'unsuppressed', 'returned-to-service']); // prettier-ignore
const ACTIONS: ReadonlySet<string> = new Set(['acknowledged', 'shelved', 'suppressed', 'out-of-service', 'unlatched', 'reset']); // prettier-ignore
const STANDING: ReadonlySet<string> = new Set(['unacknowledged', 'acknowledged', 'latched-unacknowledged', 'latched-acknowledged']); // prettier-ignore

/** Whether an event is an annunciation: the moment in which an alarm asks for a person. */
export function isAnnunciated({ event, state }: Pick<AlarmEvent, 'event' | 'state'>): boolean {
  return ANNUNCIATED.has(event) && state === 'unacknowledged';
}

/** Whether an alarm in this state stands: the process is in alarm, or a person is yet to say that it is over. */
export function isStanding(state: AlarmEvent['state']): boolean {
  return STANDING.has(state);
}

/** Counts alarm events into the metrics that ISA-18.2 asks for, on the clock, in bounded memory. */
export class AlarmMetrics {
  private readonly rates: Rates;
  private readonly actors = new TopCounts(MOST_ACTORS);
  private readonly points = new Map<string, Point>();
  private readonly priorities: Record<Priority, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  private chattering = 0;
  private fleeting = 0;
  private acknowledged = { count: 0, ms: 0 };
  private swept = 0;

  /** @param changed is told each key whose state is another one now */
  constructor(private readonly changed: (key: string) => void) {
    this.rates = new Rates((slot) => {
      changed(SLOT + String(slot));
    });
  }

  /** Takes an event; call once for each, in order. */
  consider(event: AlarmEvent, now: number): void {
    const { kind, asset, firstOut, state } = event;
    const key = `${kind}/${asset}`;
    const annunciated = isAnnunciated(event);
    const known = this.points.get(key);
    if ((!annunciated && known === undefined) || isPlainEvent(event)) return;
    const fresh = { asset, kind, times: [], chatters: false, stands: null, waits: null, acted: false };
    let point: Point = { ...(known ?? fresh), tag: firstOut?.tag ?? '' };
    if (annunciated) point = this.annunciated(point, event.priority, now);
    if (event.event === 'acknowledged' && point.waits !== null) {
      this.acknowledged = { count: this.acknowledged.count + 1, ms: this.acknowledged.ms + Math.max(0, now - point.waits) }; // prettier-ignore
    }
    if (ACTIONS.has(event.event) || event.reason === 'reset') point = { ...point, waits: null, acted: true };
    if (!isStanding(state) && point.stands !== null) {
      if (!point.acted && now - point.stands <= FLEETING_MS) this.fleeting += 1;
      point = { ...point, stands: null };
    }
    this.put(key, point);
    this.changed(METRICS);
  }

  /** Time has passed. */
  tick(now: number): void {
    const begins = this.rates.begin(now);
    if (this.rates.advance(now) || begins) this.changed(METRICS);
    if (Math.abs(now - this.swept) < 60_000) return;
    this.swept = now;
    for (const [key, { stands, waits, times }] of this.points) {
      const quiet = stands === null && waits === null && Math.abs(now - (times.at(-1) ?? 0)) > HOUR_MS;
      if (quiet) this.drop(key);
    }
  }

  /** How often alarms come: what is cheap to tell. */
  brief(now: number): Pick<MetricsReport, 'per10Min' | 'perHour' | 'flood'> {
    this.rates.advance(now);
    const { rates } = this;
    return { per10Min: rates.perTenMinutes(now), perHour: rates.perHour(now), flood: rates.floods(now) };
  }

  report(now: number): MetricsReport {
    const brief = this.brief(now);
    const { alarms } = this.rates;
    const points = [...this.points.values()];
    const chatter = points.filter(({ chatters, times }) => chatters && now - (times.at(-1) ?? 0) <= HOUR_MS);
    const stale = points.flatMap(({ asset, kind, tag, stands }) =>
      stands !== null && now - stands > STALE_MS ? [{ asset, kind, tag, since: stands }] : [],
    );
    const { count, ms } = this.acknowledged;
    const share = (of: number): number => (alarms === 0 ? 0 : of / alarms);
    const priorities = PRIORITIES.map((each) => [each, { count: this.priorities[each], share: share(this.priorities[each]) }]); // prettier-ignore
    return {
      since: this.rates.began,
      alarms,
      ...brief,
      chattering: {
        count: this.chattering,
        alarms: chatter.slice(0, TOLD).map(({ asset, kind, tag }) => ({ asset, kind, tag })),
      },
      fleeting: this.fleeting,
      stale: { count: stale.length, alarms: stale.sort((a, b) => a.since - b.since).slice(0, TOLD) },
      badActors: this.actors.top(TOLD).map(({ name, count: times, over }) => {
        const { asset, tag } = actorOf(name);
        return { asset, tag, count: times, over, share: share(times) };
      }),
      timeToAcknowledge: { count, meanS: count === 0 ? null : ms / count / 1000 },
      priorities: Object.fromEntries(priorities) as MetricsReport['priorities'],
    };
  }

  /** The keys of the state as it is now. */
  *keys(): IterableIterator<string> {
    yield METRICS;
    for (const { name } of this.actors.all()) yield ACTOR + name;
    for (const key of this.points.keys()) yield POINT + key;
    for (const slot of this.rates.slots()) yield SLOT + String(slot);
  }

  /** The keys of the alarm points of an asset. */
  keysOf(asset: string): string[] {
    return ALARM_KINDS.map((kind) => `${kind}/${asset}`).flatMap((key) => (this.points.has(key) ? [POINT + key] : []));
  }

  /** Forgets the alarm points of an asset; what was counted stays. */
  forget(asset: string): void {
    for (const kind of ALARM_KINDS) this.points.delete(`${kind}/${asset}`);
  }

  /** True for a key of this state. */
  owns(key: string): boolean {
    return key === METRICS || [ACTOR, POINT, SLOT].some((start) => key.startsWith(start));
  }

  /** The state of a key: plain data; `undefined` when it is gone. */
  full(key: string): unknown {
    if (key.startsWith(ACTOR)) return this.actors.get(key.slice(ACTOR.length));
    if (key.startsWith(POINT)) return this.points.get(key.slice(POINT.length));
    if (key.startsWith(SLOT)) return this.rates.slot(Number(key.slice(SLOT.length)));
    const { chattering, fleeting, acknowledged, priorities } = this;
    return { rates: this.rates.saved(), chattering, fleeting, acknowledged, priorities };
  }

  /**
   * Takes back what was saved of a key.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(key: string, saved: unknown): void {
    const damaged = new SwatError('snapshot-corrupt', { key });
    if (!isRecord(saved)) throw damaged;
    if (key.startsWith(ACTOR)) {
      const { name, count, over } = saved;
      if (typeof name !== 'string' || key !== ACTOR + name || !isCount(count) || !isCount(over)) throw damaged;
      this.actors.restore({ name, count, over });
    } else if (key.startsWith(POINT)) this.points.set(key.slice(POINT.length), readPoint(key, saved, damaged));
    else if (!key.startsWith(SLOT)) this.restoreCommon(saved, damaged);
    else if (!this.rates.restoreSlot(Number(key.slice(SLOT.length)), saved)) throw damaged;
  }

  private annunciated(point: Point, priority: Priority, now: number): Point {
    this.rates.add(now);
    this.priorities[priority] += 1;
    const actor = JSON.stringify([point.asset, point.tag]);
    const displaced = this.actors.add(actor);
    for (const name of displaced === undefined ? [actor] : [actor, displaced]) this.changed(ACTOR + name);
    const times = [...point.times, now].slice(-CHATTER_TIMES);
    const chatters = times.length === CHATTER_TIMES && now - times[0] <= CHATTER_MS;
    if (chatters && !point.chatters) this.chattering += 1;
    const stands = point.stands ?? now;
    return {
      ...point,
      times,
      chatters,
      stands,
      waits: point.waits ?? now,
      acted: point.stands !== null && point.acted,
    };
  }

  private put(key: string, point: Point): void {
    this.points.delete(key);
    this.points.set(key, point);
    this.changed(POINT + key);
    for (const oldest of this.points.keys()) {
      if (this.points.size <= MOST_POINTS) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.points.delete(key);
    this.changed(POINT + key);
  }

  private restoreCommon(
    { rates, chattering, fleeting, acknowledged, priorities }: Record<string, unknown>,
    damaged: SwatError,
  ): void {
    // prettier-ignore
    if (!isCount(chattering) || !isCount(fleeting) || !isRecord(acknowledged) || !isRecord(priorities)) throw damaged;
    const { count, ms } = acknowledged;
    if (!isCount(count) || !isTime(ms) || !PRIORITIES.every((each) => isCount(priorities[each]))) throw damaged;
    if (!this.rates.restore(rates)) throw damaged;
    this.chattering = chattering;
    this.fleeting = fleeting;
    this.acknowledged = { count, ms };
    for (const each of PRIORITIES) this.priorities[each] = Number(priorities[each]);
  }
}

function readPoint(key: string, saved: Record<string, unknown>, damaged: SwatError): Point {
  const { asset, kind, tag, times, chatters, stands, waits, acted } = saved;
  if (typeof asset !== 'string' || typeof tag !== 'string' || (kind !== 'process' && kind !== 'communication')) {
    throw damaged;
  }
  if (!Array.isArray(times) || !times.every(isTime) || typeof chatters !== 'boolean' || typeof acted !== 'boolean') {
    throw damaged;
  }
  if (key !== `${POINT}${kind}/${asset}`) throw damaged;
  if (!(stands === null || isTime(stands)) || !(waits === null || isTime(waits))) throw damaged;
  return { asset, kind, tag, times: times.slice(-CHATTER_TIMES), chatters, stands, waits, acted };
}

function actorOf(name: string): { asset: string; tag: string } {
  const [asset, tag] = JSON.parse(name) as [string, string];
  return { asset, tag };
}
