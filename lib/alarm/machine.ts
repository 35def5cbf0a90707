import {
  alarmId,
  begin,
  eventTime,
  follow,
  hasRisen,
  isActive,
  isDue,
  isOver,
  isSettled,
  recur,
  type AlarmKind,
  type Episode,
  type Note,
} from './episode';
import type { Known } from '../operator/actor';
import type { AlarmVerdict } from './read-verdict';
import type { AlarmSettings, EpisodeSettings } from './settings';
import { isHold, transition, type AlarmAction, type AlarmEventName, type AlarmState, type HoldState, type Trigger } from './transitions'; // prettier-ignore

/** Who says something, and why, as far as is known: both may be empty. */
export interface By {
  readonly user: string;
  readonly comment: string;
  /** How the user was known, where that was checked. */
  readonly known?: Known;
}

/** What keeps an alarm from being annunciated. */
export interface Hold extends Omit<By, 'known'> {
  readonly state: HoldState;
  /** Of the alarm that stood when it began, else its own. */
  readonly id: string;
  /** Wall-clock time, ms. */
  readonly since: number;
  /** When it ends by itself, wall-clock time, ms. */
  readonly until?: number;
  /** It ends when the alarm returns to normal, too. */
  readonly oneShot?: true;
  /** What a person said last while it stood. */
  readonly note?: Note;
}

/** The alarm of an asset, of one kind: an episode, a hold, or both. Plain data; a new value per step. */
export interface Alarm {
  readonly asset: string;
  readonly kind: AlarmKind;
  readonly episode?: Episode;
  readonly hold?: Hold;
}

/** Why an episode or a hold ended by itself, or by `reset`. */
export type EndReason = 'calm' | 'calm-then-silent' | 'reset' | 'rewind' | 'expired' | 'returned' | 'command';

/** What can happen to an alarm. A `tick` is time passing without a verdict; `overdue` ends what has a time to end, and no more. */
export type AlarmInput =
  | { readonly kind: 'verdict'; readonly verdict: AlarmVerdict }
  | { readonly kind: 'tick' | 'overdue' }
  | { readonly kind: 'rewind' }
  | {
      readonly kind: 'action';
      readonly action: AlarmAction;
      readonly by: By;
      /** Of `shelve`. */
      readonly until?: number;
      readonly oneShot?: boolean;
    };

/** One transition. */
export interface Change {
  readonly event: AlarmEventName;
  readonly previous: AlarmState;
  readonly state: AlarmState;
  /** The episode at the change: also when it is over, and a quiet one where there is none. */
  readonly episode: Episode;
  /** The hold that began or ended, or that stands. */
  readonly hold?: Hold;
  readonly reason?: EndReason;
}

/** The alarm after a step, and what changed, in order. It is over and done where it has neither an episode nor a hold. */
export interface Step {
  readonly alarm: Alarm;
  readonly changes: readonly Change[];
}

/** Without a verdict for this long when it clears, an alarm says so, ms. */
const SILENT_MS = 5_000;

export function stateOf({ episode, hold }: Pick<Alarm, 'episode' | 'hold'>): AlarmState {
  return hold?.state ?? episode?.state ?? 'normal';
}

/**
 * The state machine of one alarm, pure; its transitions are those of the table `TRANSITIONS` and no others. What a verdict
 * or time brings about is found here; an action that is not legal in the alarm's state changes nothing.
 *
 * An alarm is raised when the annunciation level has stood for the on-delay, escalated at each higher level (which takes
 * back an acknowledgement: it was given to something less), and cleared after the off-delay of calm. Calm is a judged
 * verdict of level NONE; a verdict that could not judge is not, and no verdict at all changes nothing: time alone only
 * finishes a delay that a verdict had begun.
 * @param now wall-clock time, ms
 */
export function step(alarm: Alarm, input: AlarmInput, now: number, settings: AlarmSettings): Step {
  const run = new Run(alarm, now, settings);
  switch (input.kind) {
    case 'verdict':
      run.verdict(input.verdict);
      break;
    case 'tick':
      run.tick();
      break;
    case 'overdue':
      run.overdue();
      break;
    case 'rewind':
      if (alarm.episode !== undefined) run.ended('reset', 'rewind');
      break;
    case 'action':
      run.action(input);
      break;
  }
  return run;
}

/** Communication is lost or not, and what is lost is told at once. */
const AT_ONCE = { annunciate: 'WARNING', onDelayMs: 0, offDelayMs: 0, hysteresis: 1 } as const;

/** Steps of one input: each transition sees the alarm as the one before has left it. */
class Run implements Step {
  readonly changes: Change[] = [];
  private readonly episodes: EpisodeSettings;

  constructor(
    public alarm: Alarm,
    private readonly now: number,
    private readonly settings: AlarmSettings,
  ) {
    this.episodes = alarm.kind === 'process' ? settings : { ...settings, ...AT_ONCE };
  }

  verdict(verdict: AlarmVerdict): void {
    const { asset, kind, episode: before } = this.alarm;
    const { now, episodes } = this;
    if (before === undefined) {
      const episode = begin(kind, verdict, now, episodes);
      if (episode === undefined) return;
      this.alarm = withParts(asset, kind, episode, this.alarm.hold);
      this.fire(isDue(episode, verdict.time, episodes) ? 'alarm' : 'watch');
      return;
    }
    const episode = follow(before, verdict, now, episodes);
    this.alarm = withParts(asset, kind, episode, this.alarm.hold);
    if (isDue(episode, verdict.time, episodes)) this.raise(verdict.level);
    else if (isActive(episode) && hasRisen(before, episode)) this.fire('rise');
    else if (isSettled(episode, verdict.time, episodes))
      this.ended(isActive(episode) ? 'return' : 'watch-over', 'calm');
  }

  overdue(): void {
    const { hold } = this.alarm;
    if (hold?.until !== undefined && this.now >= hold.until) this.fire('expire', { reason: 'expired' });
  }

  tick(): void {
    this.overdue();
    const { episode } = this.alarm;
    if (episode === undefined) return;
    const time = eventTime(episode, this.now);
    if (isDue(episode, time, this.episodes)) {
      this.raise(episode.level);
    } else if (isSettled(episode, time, this.episodes)) {
      const reason = this.now - episode.heard >= SILENT_MS ? 'calm-then-silent' : 'calm';
      this.ended(isActive(episode) ? 'return' : 'watch-over', reason);
    }
    this.waited();
  }

  action({ action, by, until, oneShot }: Extract<AlarmInput, { kind: 'action' }>): void {
    const { asset, kind, episode, hold } = this.alarm;
    const { now } = this;
    if (action === 'reset') {
      if (episode !== undefined) this.ended('reset', 'reset', by);
      return;
    }
    const state = HOLD_OF[action];
    if (state === undefined) {
      this.fire(action, { by, ...(hold === undefined ? {} : { reason: 'command' }) });
      return;
    }
    const id = episode?.id ?? hold?.id ?? alarmId(asset, now, kind === 'process' ? state : `${kind}/${state}`);
    const limits = { ...(until === undefined ? {} : { until }), ...(oneShot === true ? ({ oneShot } as const) : {}) };
    const { user, comment } = by;
    this.fire(action, { by, hold: { state, id, since: now, user, comment, ...limits } });
  }

  /** An episode is over; so is a shelving that was for it. */
  ended(trigger: 'return' | 'watch-over' | 'reset', reason: EndReason, by?: By): void {
    const stood = isActive(this.alarm.episode);
    this.fire(trigger, { reason, ...(by === undefined ? {} : { by }) });
    if (stood && this.alarm.hold?.oneShot === true) this.fire('expire', { reason: 'returned' });
  }

  private raise(level: Episode['level']): void {
    const { asset, kind, episode, hold } = this.alarm;
    if (episode !== undefined && isOver(episode)) this.alarm = withParts(asset, kind, recur(episode, level), hold);
    this.fire('alarm');
  }

  /** Nobody has come, or what was acknowledged still stands. */
  private waited(): void {
    const { episode } = this.alarm;
    if (episode === undefined) return;
    const { reAlarmMs, escalateMs, escalateSteps } = this.settings;
    const passed = this.now - episode.since;
    const seen = episode.state === 'acknowledged';
    if (seen && reAlarmMs > 0 && passed >= reAlarmMs) this.fire('re-alarm');
    const next = (episode.step + 1) * escalateMs;
    if (!seen && escalateMs > 0 && episode.step < escalateSteps && passed >= next) this.fire('unanswered');
  }

  private fire(
    trigger: Trigger,
    about: { readonly by?: By; readonly hold?: Hold; readonly reason?: EndReason } = {},
  ): void {
    const { asset, kind, episode, hold } = this.alarm;
    const previous = stateOf(this.alarm);
    const facts = { latching: this.settings.latch, inAlarm: isActive(episode) };
    const row = transition(previous, trigger, facts);
    if (row === undefined) return;
    const { to, event } = row;
    const next = episode && moved(episode, trigger, previous, to, this.now, about.by);
    const noted = hold && trigger === 'comment' ? { ...hold, ...noteOf(about.by, this.now) } : hold;
    const kept = isHold(to) ? (about.hold ?? noted) : undefined;
    this.alarm = withParts(asset, kind, episode && stays(episode, trigger, to) ? next : undefined, kept);
    const told = next ?? quiet(asset, kind, about.hold ?? hold, this.now);
    const held = kept ?? hold;
    this.changes.push({
      event,
      previous,
      state: to,
      episode: told,
      ...(held === undefined ? {} : { hold: held }),
      ...(about.reason === undefined ? {} : { reason: about.reason }),
    });
  }
}

const HOLD_OF: Readonly<Partial<Record<AlarmAction, HoldState>>> = {
  shelve: 'shelved',
  suppress: 'suppressed-by-design',
  'out-of-service': 'out-of-service',
};
const UNHOLDS: ReadonlySet<Trigger> = new Set(['unshelve', 'unsuppress', 'return-to-service', 'expire']);
const ENDS: ReadonlySet<Trigger> = new Set(['return', 'watch-over', 'reset']);

/** The episode in its state after a transition. */
function moved(episode: Episode, trigger: Trigger, from: AlarmState, to: AlarmState, now: number, by?: By): Episode {
  const inAlarm = trigger === 'alarm' || isActive(episode);
  const beneath = inAlarm && !ENDS.has(trigger) ? 'unacknowledged' : 'normal';
  const since = from === to ? episode.since : now;
  const told = from === to ? episode.step : 0;
  return {
    ...episode,
    state: isHold(to) ? beneath : to,
    since,
    step: trigger === 'unanswered' ? told + 1 : told,
    ...(trigger === 'alarm' ? { pending: null } : {}),
    ...(ENDS.has(trigger) ? { because: episode.peak.because } : {}),
    ...noteOf(by, now),
  };
}

function noteOf(by: By | undefined, now: number): { note?: Note } {
  return by === undefined || by.comment === '' ? {} : { note: { user: by.user, comment: by.comment, at: now } };
}

/** Whether there still is an episode after a transition: an alarm, or what may become one. */
function stays(before: Episode, trigger: Trigger, to: AlarmState): boolean {
  if (isHold(to)) return !ENDS.has(trigger) && !isOver(before);
  return to !== 'normal' || trigger === 'watch' || trigger === 'comment' || UNHOLDS.has(trigger);
}

function withParts(asset: string, kind: AlarmKind, episode: Episode | undefined, hold: Hold | undefined): Alarm {
  return { asset, kind, ...(episode === undefined ? {} : { episode }), ...(hold === undefined ? {} : { hold }) };
}

/** What is told of an asset that has a hold and no episode. */
export function quiet(asset: string, kind: AlarmKind, hold: Hold | undefined, now: number): Episode {
  const because = { code: 'alarm-quiet', params: { asset } };
  const moment = { time: now, ratio: 0, tags: [], because };
  return {
    asset,
    kind,
    id: hold?.id ?? alarmId(asset, now, kind),
    state: 'normal',
    since: hold?.since ?? now,
    step: 0,
    level: 'NONE',
    count: 0,
    onset: moment,
    peak: moment,
    last: moment,
    firstOut: null,
    because,
    pending: null,
    calmSince: null,
    heard: now,
    model: '',
  };
}
