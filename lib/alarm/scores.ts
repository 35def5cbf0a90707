import { isRecord } from '../record';
import { SwatError } from '../errors';
import {
  DETECTOR_KINDS,
  RATIO_KINDS,
  type Contribution,
  type DetectorKind,
  type DetectorScore,
  type PcaStatistics,
} from '../detect/detector';
import { shown } from '../shown';
import { UNUSABLE, type Unusable } from '../stream/reason';
import { STATISTICS } from '../stream/schema';

/** The results of the detectors that have spoken of one window. */
export type Scores = Partial<Record<DetectorKind, DetectorScore>>;

/** What fusion needs to know of the window that was scored. */
export interface ScoredWindow {
  readonly asset: string;
  /** Event time of the window's end, ms since the epoch. */
  readonly end: number;
  /** Share of good values, 0 … 1. */
  readonly good: number;
  /** Why the bad tags are bad; see `WindowPayload`. */
  readonly why?: Readonly<Record<string, Unusable>> | undefined;
  /** Whether the asset's windows started anew with this one. */
  readonly restarted?: 'gap' | 'rewind' | undefined;
}

/** At most this many tags are blamed. */
export const MOST_TAGS = 5;
const LONGEST_NAME = 128;

/**
 * The window at `msg.payload`.
 * @throws SwatError `severity-window` with the part that is missing or wrong
 */
export function readWindow(payload: unknown): ScoredWindow {
  const wrong = (part: string): SwatError => new SwatError('severity-window', { part });
  if (!isRecord(payload)) throw wrong('payload');
  const { asset, end, quality } = payload;
  if (typeof asset !== 'string' || asset === '' || asset.length > LONGEST_NAME) throw wrong('asset');
  if (typeof end !== 'number' || !Number.isFinite(end)) throw wrong('end');
  const good = isRecord(quality) ? quality.good : undefined;
  if (typeof good !== 'number' || !(good >= 0 && good <= 1)) throw wrong('quality.good');
  const { restarted } = payload;
  const window: { -readonly [Key in keyof ScoredWindow]: ScoredWindow[Key] } = { asset, end, good };
  if (isRecord(quality) && isRecord(quality.why)) window.why = readReasons(quality.why);
  if (restarted === 'gap' || restarted === 'rewind') window.restarted = restarted;
  return window;
}

/** The first few tags with a reason that is known. */
function readReasons(why: Readonly<Record<string, unknown>>): Record<string, Unusable> {
  const known = Object.entries(why).flatMap(([tag, reason]) => {
    const found = UNUSABLE.find((each) => each === reason);
    return found === undefined || !isName(tag) ? [] : [[tag, found] as const];
  });
  return Object.fromEntries(known.slice(0, MOST_TAGS));
}

/**
 * The detectors' results at `msg.scores`: own properties of known detectors only, each checked.
 * @throws SwatError `scores-missing` when no detector has spoken, `score-wrong` when one is not what detectors send
 */
export function readScores(value: unknown): Scores {
  if (!isRecord(value)) throw new SwatError('scores-missing');
  const scores: Scores = {};
  let found = false;
  for (const kind of DETECTOR_KINDS) {
    if (!Object.hasOwn(value, kind)) continue;
    scores[kind] = readScore(kind, value[kind]);
    found = true;
  }
  if (!found) throw new SwatError('scores-missing');
  return scores;
}

function readScore(detector: DetectorKind, value: unknown): DetectorScore {
  const wrong = (part: string, given: unknown): SwatError =>
    new SwatError('score-wrong', { detector, part, value: shown(given) });
  if (!isRecord(value)) throw wrong('score', typeof value);
  const { score, threshold, ratio, ready, model } = value;
  const ratioKind = RATIO_KINDS.find((kind) => kind === value.ratioKind);
  if (typeof ready !== 'boolean') throw wrong('ready', typeof ready);
  if (!isNumber(score)) throw wrong('score', score);
  if (!isNumber(threshold)) throw wrong('threshold', threshold);
  if (!isNumber(ratio) || ratio < 0) throw wrong('ratio', ratio);
  if (ratioKind === undefined) throw wrong('ratioKind', typeof value.ratioKind);
  const named = typeof model === 'string' ? model : '';
  const read: DetectorScore = { score, threshold, ratio, ratioKind, ready, model: named };
  // Most scores have none of these: nothing is spread for them.
  if (value.spe !== undefined) Object.assign(read, readStatistics(value));
  if (value.reason === 'muted' && !ready) {
    read.reason = 'muted';
    read.mode = isName(value.mode) ? value.mode : '';
  }
  if (value.contributions !== undefined) read.contributions = readContributions(value.contributions);
  return read;
}

/** The statistics of a PCA, where all of them are numbers. */
function readStatistics({ spe, speLimit, t2, t2Limit }: Record<string, unknown>): PcaStatistics | undefined {
  if (!isNumber(spe) || !isNumber(speLimit) || !isNumber(t2) || !isNumber(t2Limit)) return undefined;
  return { spe, speLimit, t2, t2Limit };
}

/** The first {@link MOST_TAGS} entries of a list that are whole contributions; others are left out. */
export function readContributions(value: unknown): Contribution[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  return value.slice(0, MOST_TAGS).flatMap((entry: unknown) => {
    const read = readContribution(entry);
    return read === undefined ? [] : [read];
  });
}

function readContribution(value: unknown): Contribution | undefined {
  if (!isRecord(value)) return undefined;
  const { tag, stage, share, seen, expected, expectedRange, unit, seenState, expectedState } = value;
  const feature = STATISTICS.find((statistic) => statistic === value.feature);
  if (feature === undefined || !isName(tag) || !isNumber(share) || !isNumber(seen) || !isNumber(expected)) {
    return undefined;
  }
  const read = {
    tag,
    stage: isName(stage) ? stage : '',
    feature,
    share,
    seen,
    expected,
    unit: isName(unit) ? unit : '',
    ...readRange(expectedRange),
  };
  return isName(seenState) && isName(expectedState) ? { ...read, seenState, expectedState } : read;
}

function readRange(value: unknown): Pick<Contribution, 'expectedRange'> {
  if (!Array.isArray(value) || value.length !== 2) return {};
  const [low, high] = value as unknown[];
  return isNumber(low) && isNumber(high) && low <= high ? { expectedRange: [low, high] } : {};
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME;
}
