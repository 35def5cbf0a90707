import { isAlike } from '../alarm/event';
import { culprit } from '../alarm/wording';
import type { ReportEpisode } from './episodes';
import type { Voice } from './voice';

type About = Pick<ReportEpisode, 'onset' | 'because'>;

/** Why an episode began: what it was about. At its peak the plant may have been recovering already. */
export function whyOf({ onset, because }: About, { speak }: Voice): string {
  return culprit(speak, isAlike(onset.because, because) ? because : onset.because);
}

/** What stood out at its peak, where that was another tag, or the same going the other way; else empty. */
export function peakOf({ onset, because }: About, { speak, text }: Voice): string {
  return isAlike(onset.because, because) ? '' : text('episode.at-peak', { why: culprit(speak, because) });
}
