import { AlarmBook } from '../alarm/book';
import { DEFAULT_JUDGE } from '../alarm/defaults';
import type { AlarmSettings } from '../alarm/settings';
import type { AlarmEvent } from '../alarm/event';
import { Judge, type JudgeSettings } from '../alarm/judge';
import type { Scores } from '../alarm/scores';
import type { Verdict } from '../alarm/verdict';
import { requireSchema } from '../model/compatible';
import type { Scorer } from '../model/scorer';
import type { DetectorKind } from '../detect/detector';
import type { Plant } from '../plant/dictionary';
import type { WindowSettings } from '../stream/settings';
import type { WindowPayload } from '../stream/window';
import { AssetWindows } from '../stream/windows';

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
  readonly episode?: Partial<AlarmSettings>;
}

/** What one frame led to. */
export interface ChainStep {
  readonly window?: WindowPayload;
  readonly verdict?: Omit<Verdict, 'text'>;
  readonly events: readonly AlarmEvent[];
}

/** The five nodes in a row, without Node-RED: the same code, one frame after the other. Event time is the clock. */
export interface Chain {
  /**
   * The last window that a frame led to, and all that happened. By count there is one at most, but for a frame that confirms
   * a jump of time.
   * @throws SwatError what the window node refuses
   */
  feed(asset: string, frame: unknown, time: number): ChainStep;
  /** Every window that a frame led to, one after the other. @throws SwatError what the window node refuses */
  feedAll(asset: string, frame: unknown, time: number): readonly ChainStep[];
  /** The windows of the frames that wait for older ones, at the end of a record. */
  flush(): readonly ChainStep[];
}

/**
 * A chain that has seen nothing: its scorers forget what they remember of assets.
 * @throws SwatError `model-schema` for a scorer of other windows
 */
export function createChain({ plant, scorers, windows, judge, episode }: ChainOptions): Chain {
  const cutter = new AssetWindows(plant, windows ?? DEFAULT_WINDOWS);
  const kinds = Object.keys(scorers) as DetectorKind[];
  // A forest that is asked for alone is judged alone.
  const expected = kinds.every((kind) => kind === 'iforest') ? kinds : DEFAULT_JUDGE.expected;
  const judged = new Judge(judge ?? { ...DEFAULT_JUDGE, expected });
  const book = new AlarmBook(episode ?? {});
  for (const { version, schema, tracks } of Object.values(scorers)) {
    requireSchema(version, schema, cutter.schema);
    tracks.reset();
  }

  const judgedWindow = (window: WindowPayload, time: number): ChainStep => {
    const { asset, end, quality, restarted } = window;
    const scores: Scores = {};
    for (const kind of kinds) {
      const score = scorers[kind]?.score({ asset, features: window.features, bad: quality.bad, restarted });
      if (score !== undefined) scores[kind] = score;
    }
    const { verdict, rewound } = judged.judge(
      { asset, end, good: quality.good, why: quality.why, restarted },
      scores,
      time,
    );
    const { sentence, detectors } = verdict;
    const model = Object.values(detectors)[0]?.model ?? '';
    return {
      window,
      verdict,
      events: book.verdict({ ...verdict, sentence, model, ...(rewound && { restarted: 'rewind' }) }, time),
    };
  };

  const feedAll: Chain['feedAll'] = (asset, frame, time) => {
    const { windows: due } = cutter.accept(asset, frame, time, time);
    return due.map((window) => judgedWindow(window, time));
  };

  return {
    feedAll,
    feed(asset, frame, time) {
      const steps = feedAll(asset, frame, time);
      const last = steps.at(-1);
      if (last === undefined) return { events: book.tick(time) };
      return steps.length === 1 ? last : { ...last, events: steps.flatMap(({ events }) => events) };
    },
    flush() {
      return cutter.flush(0).windows.map((window) => judgedWindow(window, window.end));
    },
  };
}
