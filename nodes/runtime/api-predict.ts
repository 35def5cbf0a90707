import type { NodeAPI } from 'node-red';
import { Judge, type JudgeSettings } from '../../lib/alarm/judge';
import type { Scores } from '../../lib/alarm/scores';
import type { Plant } from '../../lib/plant/dictionary';
import { systemClock } from '../../lib/platform/clock';
import { breathing } from '../../lib/platform/timers';
import type { WindowSettings } from '../../lib/stream/settings';
import { TrialWindows } from '../../lib/stream/trial';
import type { WindowPayload } from '../../lib/stream/window';
import type { Unusable } from '../../lib/stream/reason';
import { isRecord } from '../../lib/record';
import type { ApiChain } from './api-chain';
import { say } from './sentence';
import { DEFAULT_ASSET } from './window-words';

/** What an API says of frames that are only tried. */
export interface Predictor {
  /** Of frames that stand by themselves. */
  alone(asset: string | undefined, frames: readonly unknown[]): Promise<object>;
  /** Of a frame that comes next of an asset. @throws SwatError `asset-unknown` */
  next(asset: string, frame: unknown): Promise<object>;
}

/** Predicts with the windows, the detectors and the levels of a chain; nothing of it is left there. */
export function createPredictor(RED: NodeAPI, chain: ApiChain): Predictor {
  let made: { readonly plant: Plant; readonly settings: WindowSettings; readonly trial: TrialWindows } | undefined;
  let judging: { readonly live: JudgeSettings; readonly atOnce: JudgeSettings } | undefined;

  const trialOf = (plant: Plant, settings: WindowSettings): TrialWindows => {
    if (made?.plant !== plant || made.settings !== settings)
      made = { plant, settings, trial: new TrialWindows(plant, settings) };
    return made.trial;
  };

  /** A verdict on one window at once: how long a level must last is for the live chain. */
  const judgingOf = (live: JudgeSettings): JudgeSettings => {
    if (judging?.live !== live) judging = { live, atOnce: { ...live, levels: { ...live.levels, n: 1, m: 1 } } };
    return judging.atOnce;
  };

  /** @param live the asset whose smoothing and baseline are gone on with */
  const judged = async (windows: readonly WindowPayload[], live: string | undefined): Promise<object[]> => {
    const judge = new Judge(judgingOf(chain.judging()));
    const detectors = chain.detectors().flatMap(({ kind, node }) => {
      const score = node.trial?.(live);
      return score === undefined ? [] : [{ kind, score }];
    });
    const breathe = breathing();
    const verdicts: object[] = [];
    for (const window of windows) {
      const scores: Scores = {};
      for (const { kind, score } of detectors) scores[kind] = score(window);
      const { asset, end, quality, restarted } = window;
      const { good, bad, why } = quality;
      const { verdict } = judge.judge({ asset, end, good, why, restarted }, scores, end);
      // One by one: what is left of an object is copied slowly.
      const { time, finding, level, ratio, detectors: found, partial, tags, sentence } = verdict;
      verdicts.push({ asset, time, finding, level, ratio, detectors: found, partial, tags, text: say(RED, sentence), quality: { good, bad } }); // prettier-ignore
      await breathe();
    }
    return verdicts;
  };

  return {
    async alone(asset = DEFAULT_ASSET, frames) {
      const { plant, settings } = chain.windowing();
      const windows = trialOf(plant, settings).alone(asset, frames, systemClock());
      return { asset, verdicts: await judged(windows, undefined) };
    },
    async next(asset, frame) {
      const { plant, settings, live } = chain.windowing();
      const trial = trialOf(plant, settings);
      const windows = trial.next(asset, live, [frame]);
      // Before anything else is tried with the same windows.
      const unused = unusedOf(frame, trial.standIns(asset));
      return { asset, unused, verdicts: await judged(windows.slice(-1), asset) };
    },
  };
}

/** Tags that a frame has a value for which could not be used, and why. */
function unusedOf(frame: unknown, standIns: Readonly<Record<string, Unusable>>): Record<string, Unusable> {
  if (!isRecord(frame)) return {};
  return Object.fromEntries(Object.entries(standIns).filter(([tag]) => Object.hasOwn(frame, tag)));
}
