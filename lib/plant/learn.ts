import { SwatError } from '../errors';
import type { Tag } from './dictionary';
import { isTagName, MAX_TAGS } from './dictionary';
import { stageFromName } from './list';

/** At most this many states: a tag that shows more different values is a sensor. */
const MAX_STATES = 4;
/**
 * A learned range goes this far beyond what was seen, in times of the span or of the greatest magnitude seen, whichever
 * is more: a pump that never switched while learning leaves every flow behind it nearly constant.
 */
const MARGIN = 2;
/** And at least so far up: a reading near zero tells nothing of its scale. */
const LEAST_MARGIN = 100;
/** ISA-5.1 letters of an instrument: a measured variable, perhaps D, then I and T (LIT101, DPIT301, AI2, TT5). */
const INSTRUMENT = /^[A-Z]D?(IT|I|T)[-_]?\d/i;

interface Seen {
  low: number;
  high: number;
  /** The different whole numbers seen, while there are few; `undefined` once it cannot be an actuator. */
  states: Set<number> | undefined;
}

/** What a learner has seen, as plain data: per tag its name, lowest and highest value, and its states while they are few. */
export interface SavedPlantLearning {
  readonly frames: number;
  readonly seen: readonly (readonly [name: string, low: number, high: number, states: readonly number[] | null])[];
}

/** How a learning stands: frames taken of the frames it needs. */
export interface LearningProgress {
  readonly frames: number;
  readonly needed: number;
}

/**
 * Learns a tag dictionary from the first frames of a plant: every property with a finite number becomes a tag, in the
 * order of first sight. A tag that only ever showed up to four small whole numbers is an actuator, unless its name is that
 * of an instrument that never moved; any other is a sensor. Ranges are wide: what did not come up while learning is for
 * the detectors to judge, not bad data. The stage comes from the number in the name.
 * Holds at most 2000 tags: later ones are ignored.
 */
export class PlantLearner {
  private readonly seen = new Map<string, Seen>();
  private frames = 0;

  /** @param needed frames to learn from, at least 1 */
  constructor(private readonly needed: number) {}

  get progress(): LearningProgress {
    return { frames: this.frames, needed: this.needed };
  }

  /** Takes one frame; frames without any number do not count. Says whether there are enough now. */
  add(frame: Readonly<Record<string, unknown>>): boolean {
    let numbers = 0;
    for (const name of Object.keys(frame)) {
      const value = frame[name];
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      if (!isTagName(name) || name === 'timestamp') continue;
      numbers += 1;
      this.see(name, value);
    }
    if (numbers > 0) this.frames += 1;
    return this.frames >= this.needed;
  }

  /** The tags as seen so far. */
  tags(): Tag[] {
    return [...this.seen].map(([name, seen]) => tagFrom(name, seen));
  }

  /** What was seen so far, to be saved. */
  get saved(): SavedPlantLearning {
    const seen = [...this.seen].map(
      ([name, { low, high, states }]) => [name, low, high, states === undefined ? null : [...states]] as const,
    );
    return { frames: this.frames, seen };
  }

  /**
   * Adds what another process had seen before. At least one more frame is needed afterwards.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(saved: unknown): void {
    const { frames, seen } = readSaved(saved);
    const since = [...this.seen];
    this.seen.clear();
    for (const [name, low, high, states] of seen) {
      this.seen.set(name, { low, high, states: states === null ? undefined : new Set(states) });
    }
    for (const [name, { low, high, states }] of since) {
      for (const value of states ?? [low, high]) this.see(name, value);
      const known = this.seen.get(name);
      if (known !== undefined && states === undefined) known.states = undefined;
    }
    this.frames = Math.min(this.frames + frames, this.needed - 1);
  }

  private see(name: string, value: number): void {
    const seen = this.seen.get(name);
    if (seen === undefined) {
      if (this.seen.size >= MAX_TAGS) return;
      this.seen.set(name, { low: value, high: value, states: isState(value) ? new Set([value]) : undefined });
      return;
    }
    seen.low = Math.min(seen.low, value);
    seen.high = Math.max(seen.high, value);
    if (seen.states === undefined || seen.states.has(value)) return;
    if (isState(value) && seen.states.size < MAX_STATES) seen.states.add(value);
    else seen.states = undefined;
  }
}

function readSaved(saved: unknown): SavedPlantLearning {
  const damaged = new SwatError('snapshot-corrupt', { key: 'tags' });
  if (typeof saved !== 'object' || saved === null) throw damaged;
  const { frames, seen } = saved as Partial<SavedPlantLearning>;
  if (!Number.isSafeInteger(frames) || !Array.isArray(seen) || seen.length > MAX_TAGS) throw damaged;
  const whole = seen.every((entry: unknown) => {
    if (!Array.isArray(entry)) return false;
    const [name, low, high, states] = entry as unknown[];
    const few =
      states === null || (Array.isArray(states) && states.length <= MAX_STATES && states.every(Number.isFinite));
    return typeof name === 'string' && isTagName(name) && Number.isFinite(low) && Number.isFinite(high) && few;
  });
  if (!whole) throw damaged;
  return saved as SavedPlantLearning;
}

/** States of an actuator are small whole numbers. */
function isState(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 9;
}

function tagFrom(name: string, { low, high, states }: Seen): Tag {
  const stage = stageFromName(name);
  if (states !== undefined && !(states.size === 1 && INSTRUMENT.test(name))) {
    const named = [...states].sort((a, b) => a - b).map((state) => [String(state), String(state)] as const);
    // A state that did not come up while learning (a valve on its way) must not be called bad data later.
    return {
      name,
      stage,
      kind: 'actuator',
      unit: '',
      low: 0,
      high: Math.max(2, high),
      states: Object.fromEntries(named),
    };
  }
  const scale = Math.max(high - low, Math.abs(low), Math.abs(high));
  const up = Math.max(MARGIN * scale, LEAST_MARGIN);
  // What was never negative seldom gets far below zero; historians write -999 and the like for "no value".
  const bottom = low < 0 ? low - up : -Math.max(1, scale);
  return { name, stage, kind: 'sensor', unit: '', low: bottom, high: high + up };
}
