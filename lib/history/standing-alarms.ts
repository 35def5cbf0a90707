import { ALARM_STATES, type AlarmState } from '../alarm/transitions';
import { LEVELS, type Level } from '../alarm/verdict';
import { isRecord } from '../record';
import type { AlarmNow } from './reader';

/** Alarms of an asset that are kept, at most; the oldest go first. */
const MOST = 200;
const LONGEST = 500;
const LONGEST_NAME = 128;
const MOST_TAGS = 10;

/** An event of `swat-alert`, as far as the past needs it. */
export interface AlarmTold {
  readonly id: string;
  readonly asset: string;
  readonly kind: 'process' | 'communication';
  readonly level: Level;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly onset: number;
  readonly time: number;
  readonly text: string;
  readonly why: string;
  readonly tags: readonly { readonly tag: string; readonly share: number }[];
}

/**
 * An alarm event at `msg.payload`, as `swat-alert` sends it in its own form; `undefined` for anything else, events of silences
 * among it.
 */
export function readAlarm(payload: unknown): AlarmTold | undefined {
  if (!isRecord(payload) || typeof payload.event !== 'string' || !Number.isSafeInteger(payload.seq)) return undefined;
  const { id, asset, time, onset } = payload;
  const state = ALARM_STATES.find((each) => each === payload.state);
  const level = LEVELS.find((each) => each === payload.level);
  if (!isName(id) || !isName(asset) || !isTime(time) || state === undefined || level === undefined) return undefined;
  return {
    id,
    asset,
    kind: payload.kind === 'communication' ? 'communication' : 'process',
    level,
    state,
    active: payload.active === true,
    onset: isRecord(onset) && isTime(onset.time) ? onset.time : time,
    time,
    text: textOf(payload.text),
    why: textOf(payload.why),
    tags: tagsOf(payload.tags),
  };
}

/** The alarms of an asset that stand, are on hold, or wait to be acknowledged. */
export class StandingAlarms {
  readonly #alarms = new Map<string, AlarmNow>();

  /** Takes an event. @returns whether anything is different now */
  take({ id, asset, level, state, onset, text, tags }: AlarmTold): boolean {
    if (state === 'normal') return this.#alarms.delete(id);
    this.#alarms.set(id, { id, asset, level, state, since: onset, text, tags: tags.map(({ tag }) => tag) });
    const oldest = this.#alarms.keys().next();
    if (this.#alarms.size > MOST && oldest.done !== true) this.#alarms.delete(oldest.value);
    return true;
  }

  /** Worst first, then the newest. */
  list(): AlarmNow[] {
    return [...this.#alarms.values()].sort(
      (a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || b.since - a.since,
    );
  }

  /** Takes back what was saved; what is no alarm of the asset is left out. */
  restore(asset: string, data: unknown): void {
    for (const each of Array.isArray(data) ? (data as unknown[]).slice(0, MOST) : []) {
      if (!isRecord(each)) continue;
      const { id, since, tags } = each;
      const state = ALARM_STATES.find((known) => known === each.state);
      const level = LEVELS.find((known) => known === each.level);
      if (!isName(id) || !isTime(since) || state === undefined || level === undefined) continue;
      const names = Array.isArray(tags) ? tags.filter(isName).slice(0, MOST_TAGS) : [];
      this.#alarms.set(id, { id, asset, level, state, since, text: textOf(each.text), tags: names });
    }
  }
}

function tagsOf(value: unknown): { tag: string; share: number }[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_TAGS).flatMap((each: unknown) => {
    if (!isRecord(each) || !isName(each.tag) || !isTime(each.share)) return [];
    return [{ tag: each.tag, share: each.share }];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : '';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
