import type { Plant } from '../plant/dictionary';
import type { Input } from '../stream/input';
import { Pace } from '../stream/pace';
import { codeOf } from '../stream/reason';
import { CHECKS, type Advisory, type Check, type Finding } from './advisory';
import { Latch, type Turn } from './latch';
import { pastLimit } from './range';
import { Rate } from './rate';
import { Replay } from './replay';
import type { CheckSettings, TagRule } from './settings';
import { States } from './states';
import { Stuck } from './stuck';

/** What the checks of all assets have in common. */
export interface CheckContext {
  readonly plant: Plant;
  readonly settings: CheckSettings;
  readonly rules: readonly TagRule[];
  /** Hears of every advisory that is raised or cleared. */
  readonly tell: (advisory: Advisory) => void;
}

/** Inputs in a row that confirm that time has jumped. */
const CONFIRM = 3;
/** So many sensors at least that repeat the same time are a recording of the plant, not of one sensor. */
const LEAST_TOGETHER = 3;
/** A pause is usual up to so long where no intervals are known, ms. */
const PAUSE = 10_000;
const OUT_OF_RANGE = codeOf('outOfRange');

/**
 * Everything that is checked of one asset: O(tags) a frame. A value that is no newer than the tag's last is not looked at; when
 * time jumps ahead, three inputs confirm it, and runs, rates and stretches begin anew; when it goes back, everything does.
 */
export class AssetCheck {
  pace = new Pace(PAUSE);
  /** Times of the latest input of each tag and of its latest usable value, ms; NaN before any. */
  readonly times: Float64Array;
  readonly good: Float64Array;
  readonly stuck: Stuck;
  readonly rate: Rate;
  readonly states: States;
  readonly replay: Replay;
  /** By check: a place a tag, and one for the whole asset. */
  readonly latches: Readonly<Record<Check, Latch>>;
  /** What stands, by check and place. At most one for each. */
  readonly standing = new Map<string, Advisory>();
  /** Inputs in a row that jump ahead, or back. */
  jumps = 0;
  jumped: 'ahead' | 'behind' = 'ahead';
  /** Position among the sensors; -1 for an actuator. */
  readonly #sensorOf: Int32Array;
  readonly #tagOf: readonly number[];
  readonly #ownLost: readonly number[];

  constructor(
    readonly asset: string,
    readonly context: CheckContext,
  ) {
    const { plant, settings, rules } = context;
    const tags = plant.tags.length;
    this.times = new Float64Array(tags).fill(Number.NaN);
    this.good = new Float64Array(tags).fill(Number.NaN);
    this.stuck = new Stuck(rules);
    this.rate = new Rate(rules);
    this.states = new States(rules, settings.learnMs);
    this.#tagOf = rules.flatMap(({ sensor }, tag) => (sensor ? [tag] : []));
    this.#sensorOf = new Int32Array(tags).fill(-1);
    this.#tagOf.forEach((tag, sensor) => (this.#sensorOf[tag] = sensor));
    this.#ownLost = rules.flatMap(({ ownLost, lostMs }, tag) => (ownLost && lostMs > 0 ? [tag] : []));
    this.replay = new Replay(settings.stretch > 0 ? this.#tagOf.length : 0, settings.stretch, settings.remembered);
    const { raiseMs, clearMs } = settings;
    const latch = (delayMs: number): Latch => new Latch(tags + 1, delayMs, clearMs);
    this.latches = {
      lost: latch(0),
      range: latch(raiseMs),
      stuck: latch(0),
      replayed: latch(0),
      rate: latch(raiseMs),
      'unseen-state': latch(raiseMs),
    };
  }

  /** Takes a frame or a reading. Says false when time has gone back for good: this asset is to begin anew with it. */
  take(input: Input<unknown>): boolean {
    const { time } = input;
    const step = this.#judge(input);
    if (step !== 'next') {
      this.jumps = step === this.jumped ? this.jumps + 1 : 1;
      this.jumped = step;
      if (this.jumps < CONFIRM) return true;
      if (step === 'behind') return false;
      this.#restart();
    }
    this.jumps = 0;
    if (time > (this.pace.last ?? -Infinity)) this.pace.take(time);
    this.#turn('lost', this.#whole, this.latches.lost.drop(this.#whole), time);
    if (input.kind === 'reading') {
      this.#look(input.tag, input.value, input.reason, time);
      for (const tag of this.#ownLost) if (tag !== input.tag) this.#lost(tag, time);
    } else {
      const { values, reasons } = input;
      for (let tag = 0; tag < values.length; tag++) this.#look(tag, values[tag], reasons[tag], time);
    }
    this.#repeated(time);
    return true;
  }

  /** Nothing has come of the asset for so long, ms. */
  silent(forMs: number): void {
    const last = this.pace.last ?? 0;
    const turn = this.latches.lost.take(this.#whole, true, last + forMs, last);
    this.#turn('lost', this.#whole, turn, last + forMs, () => ({ why: 'asset', seconds: Math.round(forMs / 1000) }));
  }

  /** Whether it is known that nothing comes. */
  get isLost(): boolean {
    return this.latches.lost.stands(this.#whole);
  }

  /** What a tag's value is to be marked with. */
  mark(tag: number): 'stuck' | 'replayed' | undefined {
    const { stuck, replayed } = this.latches;
    if (stuck.stands(tag)) return 'stuck';
    const sensor = this.#sensorOf[tag];
    const repeats = sensor >= 0 && sensor < this.replay.sensors && !Number.isNaN(this.replay.lag[sensor]);
    return repeats && (replayed.stands(tag) || replayed.stands(this.#whole)) ? 'replayed' : undefined;
  }

  /** Ends everything that stands. */
  end(reason: 'reset' | 'rewind'): void {
    for (const [key, advisory] of this.standing) {
      this.standing.delete(key);
      const time = Math.max(this.pace.last ?? advisory.time, advisory.time);
      this.context.tell({ ...advisory, event: 'advisory-cleared', time, reason });
    }
  }

  get #whole(): number {
    return this.times.length;
  }

  #judge(input: Input<unknown>): 'next' | 'ahead' | 'behind' {
    const { time } = input;
    const last = input.kind === 'reading' ? this.times[input.tag] : this.pace.last;
    if (last !== undefined && last - time > this.pace.longest()) return 'behind';
    return this.pace.judge(time) === 'ahead' ? 'ahead' : 'next';
  }

  #restart(): void {
    this.stuck.restart();
    this.rate.restart();
    for (let sensor = 0; sensor < this.replay.sensors; sensor++) this.replay.restart(sensor);
    this.good.fill(Number.NaN);
  }

  #look(tag: number, value: number, reason: number, time: number): void {
    if (time <= this.times[tag]) return;
    this.times[tag] = time;
    const sensor = this.#sensorOf[tag];
    if (Number.isNaN(value)) {
      if (this.context.settings.range && reason === OUT_OF_RANGE) this.#range(tag, 'outside', Number.NaN, time);
      if (sensor >= 0 && sensor < this.replay.sensors) this.replay.restart(sensor);
      this.#lost(tag, time);
      return;
    }
    const { latches } = this;
    const rule = this.context.rules[tag];
    this.good[tag] = time;
    this.#turn('lost', tag, latches.lost.drop(tag), time);
    this.#range(tag, pastLimit(rule, value), value, time);
    if (sensor < 0) {
      const why = this.states.look(tag, value, time);
      const turn = latches['unseen-state'].take(tag, why !== undefined, time);
      if (turn !== undefined) this.#turn('unseen-state', tag, turn, time, () => ({ why, value }));
      return;
    }
    const stuck = this.stuck.look(tag, value, time);
    this.#turn('stuck', tag, latches.stuck.take(tag, stuck, time, this.stuck.begin[tag]), time, () => ({
      value,
      seconds: Math.round((time - this.stuck.begin[tag]) / 1000),
    }));
    const fast = this.rate.look(tag, value, time);
    this.#turn('rate', tag, latches.rate.take(tag, fast, time), time, () => ({
      rate: this.rate.rate[tag],
      most: rule.ratePerS,
    }));
    if (sensor < this.replay.sensors) this.replay.look(sensor, value, time);
  }

  #range(tag: number, why: Finding['why'], value: number, time: number): void {
    const { ll, hh } = this.context.rules[tag];
    const { low, high } = this.context.plant.tags[tag];
    const turn = this.latches.range.take(tag, why !== undefined, time);
    this.#turn('range', tag, turn, time, () =>
      why === 'outside' ? { why, low, high } : { why, value, limit: why === 'above' ? hh : ll },
    );
  }

  #lost(tag: number, time: number): void {
    const { lostMs } = this.context.rules[tag];
    if (lostMs === 0) return;
    if (Number.isNaN(this.good[tag])) this.good[tag] = time;
    const silent = time - this.good[tag];
    const turn = this.latches.lost.take(tag, silent > lostMs, time, this.good[tag]);
    this.#turn('lost', tag, turn, time, () => ({ why: 'tag', seconds: Math.round(silent / 1000) }));
  }

  /** One sensor that repeats, or all of them together. */
  #repeated(time: number): void {
    const { replay, latches } = this;
    let telling = 0;
    const together = new Map<number, number>();
    for (let sensor = 0; sensor < replay.sensors; sensor++) {
      if (replay.isTelling(sensor)) telling += 1;
      const lag = replay.lag[sensor];
      if (!Number.isNaN(lag)) together.set(lag, (together.get(lag) ?? 0) + 1);
    }
    if (together.size === 0 && !this.#anyReplayed) return;
    const [lag, count] = [...together].reduce((most, each) => (each[1] > most[1] ? each : most), [Number.NaN, 0]);
    const whole = count >= Math.max(LEAST_TOGETHER, telling / 2);
    const seconds = (ms: number): number => Math.round(ms / 1000);
    this.#turn('replayed', this.#whole, latches.replayed.take(this.#whole, whole, time), time, () => ({
      why: 'all',
      sensors: count,
      seconds: seconds(lag),
    }));
    for (let sensor = 0; sensor < replay.sensors; sensor++) {
      const tag = this.#tagOf[sensor];
      const own = replay.lag[sensor];
      const alone = !Number.isNaN(own) && !(whole && own === lag);
      this.#turn('replayed', tag, latches.replayed.take(tag, alone, time), time, () => ({
        why: 'tag',
        seconds: seconds(own),
      }));
    }
  }

  get #anyReplayed(): boolean {
    for (const { advisory } of this.standing.values()) if (advisory === 'replayed') return true;
    return false;
  }

  #turn(check: Check, place: number, turn: Turn, time: number, finding?: () => Finding): void {
    if (turn === undefined) return;
    const key = keyOf(check, place);
    const { asset, context } = this;
    if (turn === 'cleared') {
      const raised = this.standing.get(key);
      this.standing.delete(key);
      if (raised !== undefined) context.tell({ ...raised, event: 'advisory-cleared', time });
      return;
    }
    const tag = place === this.#whole ? {} : { tag: context.plant.tags[place].name };
    const since = this.latches[check].since[place];
    const advisory: Advisory = { event: 'advisory-raised', advisory: check, asset, ...tag, time, since, finding: finding?.() ?? {} }; // prettier-ignore
    this.standing.set(key, advisory);
    context.tell(advisory);
  }
}

/** What an advisory of a check at a place is kept under; the checks' order is that of {@link CHECKS}. */
function keyOf(check: Check, place: number): string {
  return `${CHECKS.indexOf(check)}/${place}`;
}
