import { AlarmBook } from '../alarm/book';
import { DEFAULT_EPISODE, DEFAULT_JUDGE } from '../alarm/defaults';
import type { EpisodeSettings } from '../alarm/episode';
import type { AlarmEvent } from '../alarm/event';
import { Judge, type JudgeSettings } from '../alarm/judge';
import type { Scores } from '../alarm/scores';
import type { Verdict } from '../alarm/verdict';
import { requireSchema } from '../model/compatible';
import type { Scorer } from '../model/scorer';
import type { DetectorKind } from '../detect/detector';
import type { Plant } from '../plant/dictionary';
import type { WindowPayload } from '../stream/window';
import { AssetWindows, type WindowSettings } from '../stream/windows';

/** How `swat-window` cuts windows unless set otherwise. */
export const DEFAULT_WINDOWS: WindowSettings = {
  lengths: [60],
  stride: 1,
  maxAgeMs: 10_000,
  maxAssets: 1000,
  idleMs: 3_600_000,
};

export interface ChainOptions {
  readonly plant: Plant;
  readonly scorers: Readonly<Partial<Record<DetectorKind, Scorer>>>;
  readonly windows?: WindowSettings;
  readonly judge?: JudgeSettings;
  readonly episode?: EpisodeSettings;
}

/** What one frame led to. */
export interface ChainStep {
  readonly window?: WindowPayload;
  readonly verdict?: Omit<Verdict, 'text'>;
  readonly events: readonly AlarmEvent[];
}

/** The five nodes in a row, without Node-RED: the same code, one frame after the other. Event time is the clock. */
export interface Chain {
  /** @throws SwatError what the window node refuses */
  feed(asset: string, frame: unknown, time: number): ChainStep;
}

/** @throws SwatError `model-schema` for a scorer of other windows */
export function createChain({ plant, scorers, windows, judge, episode }: ChainOptions): Chain {
  const cutter = new AssetWindows(plant, windows ?? DEFAULT_WINDOWS);
  const judged = new Judge(judge ?? DEFAULT_JUDGE);
  const book = new AlarmBook(episode ?? DEFAULT_EPISODE);
  const kinds = Object.keys(scorers) as DetectorKind[];
  for (const { version, schema } of Object.values(scorers)) requireSchema(version, schema, cutter.schema);

  return {
    feed(asset, frame, time) {
      const window = cutter.accept(asset, frame, time, time);
      if (window === undefined) return { events: book.tick(time) };
      const scores: Scores = {};
      for (const kind of kinds) {
        const score = scorers[kind]?.score(window.features, window.quality.bad);
        if (score !== undefined) scores[kind] = score;
      }
      const { verdict } = judged.judge({ asset, end: window.end, good: window.quality.good }, scores, time);
      const { sentence, detectors } = verdict;
      const model = Object.values(detectors)[0]?.model ?? '';
      return { window, verdict, events: book.verdict({ ...verdict, sentence, model }, time) };
    },
  };
}
