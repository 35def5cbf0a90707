import { DETECTOR_KINDS, type DetectorKind } from '../detect/detector';
import { fuse, type FusionSettings } from './fuse';
import type { LevelSettings } from './levels';
import { isRecord } from '../record';
import type { ScoredWindow, Scores } from './scores';
import { verdictSentence } from './sentence';
import { LevelTracker } from './tracker';
import { BlameTrail } from './trail';
import type { Level, Verdict } from './verdict';

export interface JudgeSettings {
  readonly fusion: FusionSettings;
  readonly levels: LevelSettings;
  /** Detectors that should have spoken; a verdict without one of them is partial. */
  readonly expected: readonly DetectorKind[];
  /** An asset without windows for this long starts anew, ms. */
  readonly idleMs: number;
}

/** A verdict that has not been worded yet, and the level of its asset before it. */
export interface Judgement {
  readonly verdict: Omit<Verdict, 'text'>;
  readonly from: Level;
  /** The first one after time has gone back: a record that is gone through again. */
  readonly rewound: boolean;
}

/** Turns the scores of one window after the other into verdicts; keeps one debounced level per asset. */
export class Judge {
  private readonly tracker: LevelTracker;
  private readonly trail: BlameTrail;

  constructor(private readonly settings: JudgeSettings) {
    this.tracker = new LevelTracker(settings.levels, settings.idleMs);
    this.trail = new BlameTrail(settings.levels.m);
  }

  /**
   * The verdict on one window. One that cannot be judged (bad data, no detector ready that could alarm) leaves the level as it is: not
   * seeing is no reason to be calm. An asset whose time has gone back starts anew.
   * @param now wall-clock time, ms
   * @throws SwatError `ratio-kinds-mixed`
   */
  judge(window: ScoredWindow, scores: Scores, now: number): Judgement {
    const { asset, end, good } = window;
    // A record that is gone through again must come to the same verdicts.
    if (window.restarted === 'rewind') this.reset(asset);
    const forestAlone = isForestAlone(scores, this.settings.expected);
    const fused = fuse(scores, good, this.settings.fusion);
    // A forest never alarms alone: where nothing else sees, its calm is none.
    const { finding, ratio } = forestAlone && fused.finding === 'normal' ? NOT_READY : fused;
    const blind = finding === 'bad-data' || finding === 'not-ready';
    const held = this.tracker.level(asset, now);
    const { level, from } = blind ? { level: held, from: held } : this.tracker.update(asset, ratio, now);
    const tags = this.trail.add(asset, finding === 'anomaly' ? scores : undefined);
    const partial = this.settings.expected.some((kind) => scores[kind] === undefined);
    const mode = mutedMode(scores);
    const sentence =
      finding === 'not-ready' && forestAlone && mode === undefined
        ? { code: 'verdict-forest-alone', params: {} }
        : verdictSentence({ asset, finding, level, ratio, tags }, window, mode);
    const detectors = results(scores);
    const verdict = { asset, time: end, finding, level, ratio, detectors, partial, tags, sentence };
    return { verdict, from, rewound: window.restarted === 'rewind' };
  }

  /** The assets that have a level. */
  assets(): Iterable<string> {
    return this.tracker.keys();
  }

  /** What is remembered of an asset: plain data, as it is saved. */
  snapshot(asset: string): object | undefined {
    const tracked = this.tracker.tracked(asset);
    const trail = this.trail.saved(asset);
    return tracked && { ...tracked, ...(trail === undefined ? {} : { trail }) };
  }

  /**
   * Takes back what was saved of an asset.
   * @throws SwatError `snapshot-corrupt`
   */
  restore(asset: string, saved: unknown): void {
    this.tracker.restore(asset, saved);
    if (isRecord(saved) && saved.trail !== undefined) this.trail.restore(asset, saved.trail);
  }

  /** Forgets the level of one asset, or of all. */
  reset(asset?: string): void {
    this.tracker.reset(asset);
    this.trail.reset(asset);
  }
}

const NOT_READY = { finding: 'not-ready', ratio: 0 } as const;

/** Whether an isolation forest is ready and no detector that can alarm, where one is expected. */
function isForestAlone(scores: Scores, expected: readonly DetectorKind[]): boolean {
  if (scores.iforest?.ready !== true || expected.every((kind) => kind === 'iforest')) return false;
  return !DETECTOR_KINDS.some((kind) => kind !== 'iforest' && scores[kind]?.ready === true);
}

/** The mode that mutes the detectors; `undefined` unless it is all of those that have spoken, a forest aside where there are others. */
function mutedMode(scores: Scores): string | undefined {
  if (DETECTOR_KINDS.every((kind) => scores[kind]?.reason === undefined)) return undefined;
  const able = Object.entries(scores).filter(([kind]) => kind !== 'iforest');
  const spoken = able.length > 0 ? able.map(([, score]) => score) : Object.values(scores);
  return spoken.every(({ reason }) => reason === 'muted') ? spoken.at(0)?.mode : undefined;
}

function results(scores: Scores): Verdict['detectors'] {
  const found: Verdict['detectors'] = {};
  for (const kind of DETECTOR_KINDS) {
    const result = scores[kind];
    if (result === undefined) continue;
    const { score, threshold, ratio, ready, model } = result;
    found[kind] = { score, threshold, ratio, ready, model };
  }
  return found;
}
