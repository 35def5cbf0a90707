import type { Plant, Tag } from '../plant/dictionary';

/** What is checked, and how. Times in ms of event time, but for `lostMs` of a whole asset, which is arrival time. */
export interface CheckSettings {
  /** A sensor that shows the same value for so long is stuck; 0: never. */
  readonly stuckMs: number;
  /** Samples of the stretch that must come again, value for value, to be called replayed; 0: not checked. */
  readonly stretch: number;
  /** Stretches that are remembered of each sensor. */
  readonly remembered: number;
  /** Greatest change per second of a sensor, as a share of its range; 0: only where the tag says so. */
  readonly ratePerS: number;
  /** Whether values outside of the tag's range are told, and those past its alarm limits HH and LL. */
  readonly range: boolean;
  readonly limits: boolean;
  /** Without a usable value for so long, a tag or a whole asset has lost its communication; 0: never. */
  readonly lostMs: number;
  /** So long it is learned which states are usual; 0: every one that the dictionary names. */
  readonly learnMs: number;
  /** A change of state, a rate or a range must be wrong for so long before it is told. */
  readonly raiseMs: number;
  /** And right for so long before its end is told. */
  readonly clearMs: number;
  /** Assets that are checked at once. */
  readonly maxAssets: number;
  /** An asset without data for so long (arrival time, ms) may be forgotten. */
  readonly idleMs: number;
}

/** What is checked unless something else is asked for. */
export const CHECK_DEFAULTS: CheckSettings = {
  stuckMs: 60_000,
  stretch: 60,
  remembered: 720,
  ratePerS: 0,
  range: true,
  limits: true,
  lostMs: 30_000,
  learnMs: 86_400_000,
  raiseMs: 3000,
  clearMs: 60_000,
  maxAssets: 100,
  idleMs: 3_600_000,
};

/** What is checked of one tag. */
export interface TagRule {
  /** 0: never stuck. */
  readonly stuckMs: number;
  readonly noise: number;
  /** Values no further from 0 than this are those of a flow that stands, a pump that is off: they may stay as they are. */
  readonly rest: number;
  /** Greatest change per second; Infinity where there is none. */
  readonly ratePerS: number;
  readonly lostMs: number;
  /** Whether the tag has a `lostMs` of its own: then silence between single readings counts too. */
  readonly ownLost: boolean;
  readonly sensor: boolean;
  /** Alarm limits that count; infinite where there are none. */
  readonly ll: number;
  readonly hh: number;
  /** States that the dictionary names; `undefined` where any may be. */
  readonly states: ReadonlySet<number> | undefined;
}

/** Shares of a tag's range: what is as good as 0, and by how much an alarm limit must be passed. */
const REST = 0.002;
const NEAR = 0.01;

/** The rules of every tag, in the plant's order. */
export function tagRules({ tags }: Plant, settings: CheckSettings): readonly TagRule[] {
  return tags.map((tag) => ruleOf(tag, settings));
}

/** The plant without a range for actuators whose states are named: what is no state of theirs is told as that. */
export function judgedByState(plant: Plant): Plant {
  const wide = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
  const tags = plant.tags.map((tag) =>
    tag.kind === 'actuator' && tag.states !== undefined ? { ...tag, ...wide } : tag,
  );
  return { ...plant, tags };
}

function ruleOf(tag: Tag, settings: CheckSettings): TagRule {
  const { check = {}, kind, low, high, limits, states } = tag;
  const sensor = kind === 'sensor';
  const near = NEAR * (high - low);
  const { ll = -Infinity, hh = Infinity } = settings.limits ? (limits ?? {}) : {};
  const rate = check.ratePerS ?? settings.ratePerS * (high - low);
  return {
    stuckMs: sensor ? (check.stuckAfterS === undefined ? settings.stuckMs : check.stuckAfterS * 1000) : 0,
    noise: check.noise ?? 0,
    rest: Math.max(REST * (high - low), check.noise ?? 0),
    ratePerS: sensor && rate > 0 ? rate : Infinity,
    lostMs: check.lostAfterS === undefined ? settings.lostMs : check.lostAfterS * 1000,
    ownLost: check.lostAfterS !== undefined,
    sensor,
    // A limit at the end of what can be is none: a flow that stands has noise below 0.
    ll: ll - near,
    hh: hh + near,
    states: states === undefined ? undefined : new Set(Object.keys(states).map(Number)),
  };
}
