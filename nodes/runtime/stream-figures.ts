import type { Level, Verdict } from '../../lib/alarm/verdict';
import { LEVELS } from '../../lib/alarm/verdict';
import type { DetectorScore } from '../../lib/detect/detector';
import type { Figures } from '../../lib/metrics/families';
import { Peak } from '../../lib/metrics/peak';
import { UNUSABLE } from '../../lib/stream/reason';
import type { AssetWindows } from '../../lib/stream/windows';
import type { Carrier } from './window-intake';

/** What `swat-window` tells. @param now ms, never goes back */
export function windowFigures(windows: AssetWindows<Carrier> | undefined, now: number): Figures {
  if (windows === undefined) return {};
  const { counters } = windows;
  return {
    swat_samples_total: counters.frames,
    swat_readings_total: counters.readings,
    swat_windows_total: counters.windows,
    swat_bad_values_total: {
      ...Object.fromEntries(UNUSABLE.map((reason) => [snake(reason), counters[reason]])),
      unknown_tag: counters.unknownTag,
    },
    swat_late_samples_total: { late: counters.late, time_jump: counters.timeJumps },
    swat_assets: windows.size,
    swat_communication_lost: Number(windows.silent(now) !== undefined),
  };
}

/** Counts the scores of a detector. */
export class ScoreFigures {
  readonly #counts = { normal: 0, over: 0, not_ready: 0 };
  readonly #peak = new Peak();

  /** @param now ms, never goes back */
  add({ ready, ratio }: DetectorScore, now: number): void {
    this.#counts[!ready ? 'not_ready' : ratio >= 1 ? 'over' : 'normal'] += 1;
    if (ready) this.#peak.note(ratio, now);
  }

  /** @param ready whether there is a version to score with */
  figures(ready: boolean, now: number): Figures {
    const ratio = this.#peak.value(now);
    return {
      swat_scores_total: { ...this.#counts },
      swat_detector_ready: Number(ready),
      ...(ratio === undefined ? {} : { swat_detector_ratio: ratio }),
    };
  }
}

/** Counts verdicts. */
export class VerdictFigures {
  readonly #counts = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<Level, number>;

  add({ level }: Pick<Verdict, 'level'>): void {
    this.#counts[level] += 1;
  }

  figures(): Figures {
    return { swat_verdicts_total: { ...this.#counts } };
  }
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
