import { quantileOf } from '../detect/calibration';
import type { Contribution } from '../detect/detector';
import type { AttackEvent } from '../plant/attack-event';
import { readBoard, readScoredAttacks } from './board-state';
import { isRecord } from '../record';
import { readContributions } from './scores';
import { LEVELS, type Level } from './verdict';

/** An alarm counts for an attack until so long after its end, ms of event time. */
export const GRACE_MS = 300_000;
/** An attack is scored a little later than that, so that alarms on their way through the flow are in, ms. */
const LATE_MS = 30_000;
/** An alarm up to so long after an attack's end, beyond the grace, is put down to the plant's recovery, ms. */
export const RECOVERY_MS = 3_600_000;
/** Scored attacks that are kept one by one; the totals count all. */
export const MOST_RESULTS = 1000;

/** What the scoreboard takes of an alarm event. */
export interface ScoredAlarm {
  readonly event: string;
  /** Event time, ms since the epoch. */
  readonly time: number;
  readonly level: Level;
  readonly tags: readonly Pick<Contribution, 'tag' | 'stage'>[];
}

/** How one attack went. Times are event time in ms since the epoch, delays plant-seconds. */
export interface AttackScore {
  readonly attack: number;
  readonly title: string;
  readonly tags: readonly string[];
  /** Stages of the attack points, that of the first one first. */
  readonly stages: readonly string[];
  readonly started: number;
  readonly ended: number | null;
  /** The first recorded tag that an unattacked twin has otherwise, and when; null for an attack without a trace. */
  readonly firstDifference: { readonly time: number; readonly tag: string } | null;
  /** An alarm was raised between its start and five minutes after its end. */
  readonly detected: boolean;
  readonly delayS: number | null;
  /** Counted from {@link started}. */
  readonly delayFromStartS: number | null;
  /** Level, and the tag and stage named first, of the alarm that detected it. */
  readonly level: Level | null;
  readonly named: string | null;
  readonly stage: string | null;
  /** Whether that is a stage of an attack point, and whether of the first one. */
  readonly stageNamed: boolean;
  readonly firstStageNamed: boolean;
  /** Alarms since the attack before (and its five minutes), between its start and five minutes after its end, and later. */
  readonly alarmsBefore: number;
  readonly alarms: number;
  readonly alarmsRecovering: number;
}

/** What a scoreboard remembers beside its results: plain data. */
export interface BoardState {
  /** Under way, or not yet scored. */
  readonly open: readonly AttackScore[];
  readonly falseAlarms: number;
  readonly recovering: number;
  /** Alarms since the last attack that it does not account for. */
  readonly unaccounted: number;
  /** How far event time has come, ms; `null` before the first tick. */
  readonly time: number | null;
  readonly normalMs: number;
}

/** Of the attacks that are kept: at most the last 1000. */
export interface ScoreTotals {
  readonly attacks: number;
  readonly detected: number;
  readonly missed: readonly number[];
  readonly stageNamed: number;
  readonly firstStageNamed: number;
  readonly medianDelayS: number | null;
  /** Alarms that no attack accounts for. Of these, {@link recovering} came within the hour after an attack. */
  readonly falseAlarms: number;
  readonly recovering: number;
  /** Plant-hours outside attacks and the five minutes after them. */
  readonly normalHours: number;
  readonly falseAlarmsPerDay: number | null;
}

/**
 * The alarm event in a payload, as `swat-alert` sends it, and of which asset; `undefined` for anything else. Shares
 * nothing with the message.
 */
export function readAlarm(payload: unknown): (ScoredAlarm & { readonly asset: string }) | undefined {
  if (!isRecord(payload)) return undefined;
  const { event, id, asset, time } = payload;
  const level = LEVELS.find((each) => each === payload.level);
  if (typeof event !== 'string' || typeof id !== 'string' || typeof asset !== 'string' || level === undefined) {
    return undefined;
  }
  if (typeof time !== 'number' || !Number.isFinite(time)) return undefined;
  const tags = readContributions(payload.tags).map(({ tag, stage }) => ({ tag, stage }));
  return { event, asset, time, level, tags };
}

type Running = { -readonly [K in keyof AttackScore]: AttackScore[K] };

/**
 * Holds alarms against attacks: for each attack whether and how soon it was detected, and what was named first. It takes
 * events in the order in which they come; alarms may come late by some seconds. At most 1000 attacks are kept, the
 * oldest go first.
 */
export class Scoreboard {
  private scores: Running[] = [];
  private open: Running[] = [];
  private falseAlarms = 0;
  private recovering = 0;
  /** Alarms since the last attack that it does not account for. */
  private unaccounted = 0;
  private time: number | undefined;
  private normalMs = 0;

  /** @param stageOf stage of a tag by name */
  constructor(private readonly stageOf: (tag: string) => string) {}

  /** Whether an attack is under way or not yet scored. */
  get busy(): boolean {
    return this.open.length > 0;
  }

  attack({ event, time, attack, title, tags, tag }: AttackEvent): void {
    const last = this.open.findLast((each) => each.attack === attack);
    switch (event) {
      case 'attack-waiting':
        break;
      case 'attack-started':
        this.open.push({
          attack,
          title,
          tags,
          stages: [...new Set(tags.map((each) => this.stageOf(each)))],
          started: time,
          ended: null,
          firstDifference: null,
          detected: false,
          delayS: null,
          delayFromStartS: null,
          level: null,
          named: null,
          stage: null,
          stageNamed: false,
          firstStageNamed: false,
          alarmsBefore: this.unaccounted,
          alarms: 0,
          alarmsRecovering: 0,
        });
        this.unaccounted = 0;
        break;
      case 'attack-visible':
        if (last !== undefined && tag !== undefined) last.firstDifference = { time, tag };
        break;
      case 'attack-ended':
        if (last?.ended === null) last.ended = time;
        break;
    }
  }

  /** Only alarms that are raised count; other events of an alarm change nothing. */
  alarm({ event, time, level, tags }: ScoredAlarm): void {
    if (event !== 'raised' && event !== 're-raised') return;
    const attacks = [...this.scores, ...this.open];
    const before = attacks.findLast(({ started }) => started <= time);
    if (before === undefined || time > (before.ended ?? time) + GRACE_MS) {
      this.falseAlarms += 1;
      this.unaccounted += 1;
      if (before !== undefined && time <= (before.ended ?? time) + RECOVERY_MS) {
        this.recovering += 1;
        before.alarmsRecovering += 1;
      }
      return;
    }
    before.alarms += 1;
    if (before.detected) return;
    const first = tags.at(0);
    before.detected = true;
    before.delayFromStartS = (time - before.started) / 1000;
    // What raised an alarm before anything differed is luck, not foresight.
    before.delayS = Math.max(0, (time - (before.firstDifference?.time ?? before.started)) / 1000);
    before.level = level;
    before.named = first?.tag ?? null;
    before.stage = first?.stage ?? null;
    before.stageNamed = before.stage !== null && before.stages.includes(before.stage);
    before.firstStageNamed = before.stage === before.stages[0];
  }

  /** Event time has come this far. Gives the attacks that are scored now: over for five minutes. */
  tick(time: number): AttackScore[] {
    const accounted = this.open.some(({ ended }) => ended === null || time <= ended + GRACE_MS);
    if (!accounted && this.time !== undefined) this.normalMs += Math.max(0, time - this.time);
    this.time = Math.max(this.time ?? time, time);
    const done = this.open.filter(({ ended }) => ended !== null && time > ended + GRACE_MS + LATE_MS);
    for (const each of done) {
      this.open.splice(this.open.indexOf(each), 1);
      this.scores.push(each);
      if (this.scores.length > MOST_RESULTS) this.scores.shift();
    }
    return done.map((each) => ({ ...each }));
  }

  /** To go on from here, with the {@link results}. */
  saved(): BoardState {
    const { falseAlarms, recovering, unaccounted, time = null, normalMs } = this;
    return { open: this.open.map((each) => ({ ...each })), falseAlarms, recovering, unaccounted, time, normalMs };
  }

  /** Takes back what {@link saved} gave. @throws SwatError `snapshot-corrupt`; the board then is as it was */
  restore(saved: unknown): void {
    const { open, falseAlarms, recovering, unaccounted, time, normalMs } = readBoard(saved, MOST_RESULTS);
    this.open = [...open];
    this.falseAlarms = falseAlarms;
    this.recovering = recovering;
    this.unaccounted = unaccounted;
    this.time = time ?? undefined;
    this.normalMs = normalMs;
  }

  /** Takes back what {@link results} gave. @throws SwatError `snapshot-corrupt`; the board then is as it was */
  restoreResults(saved: unknown): void {
    this.scores = readScoredAttacks(saved, MOST_RESULTS);
  }

  /** The scored attacks that are kept, oldest first. */
  results(): AttackScore[] {
    return this.scores.map((each) => ({ ...each }));
  }

  totals(): ScoreTotals {
    const found = this.scores.filter(({ detected }) => detected);
    const delays = found.flatMap(({ delayS }) => delayS ?? []).sort((a, b) => a - b);
    const normalHours = this.normalMs / 3_600_000;
    return {
      attacks: this.scores.length,
      detected: found.length,
      missed: this.scores.filter(({ detected }) => !detected).map(({ attack }) => attack),
      stageNamed: found.filter(({ stageNamed }) => stageNamed).length,
      firstStageNamed: found.filter(({ firstStageNamed }) => firstStageNamed).length,
      medianDelayS: delays.length === 0 ? null : quantileOf(delays, 0.5),
      falseAlarms: this.falseAlarms,
      recovering: this.recovering,
      normalHours,
      falseAlarmsPerDay: normalHours === 0 ? null : (this.falseAlarms * 24) / normalHours,
    };
  }
}
