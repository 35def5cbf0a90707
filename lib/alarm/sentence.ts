import type { Contribution } from '../detect/detector';
import type { ScoredWindow } from './scores';
import type { Sentence, Verdict } from './verdict';

/**
 * One sentence for an operator: what is wrong where, as seen and as expected of normal operation, and how far it is past
 * the threshold. Of the tags to blame it tells the first; of an actuator its states.
 * @param window whose share of good values, and why the bad tags are bad, is told of bad data
 * @param mutedMode the operating mode in which no detector is to score, where it is that
 */
export function verdictSentence(
  verdict: Pick<Verdict, 'asset' | 'finding' | 'level' | 'ratio' | 'tags'>,
  window: Pick<ScoredWindow, 'good' | 'why'>,
  mutedMode?: string,
): Sentence {
  const { asset, finding, level, ratio, tags } = verdict;
  switch (finding) {
    case 'normal':
      return level === 'NONE'
        ? { code: 'verdict-normal', params: {} }
        : { code: 'verdict-settling', params: { asset, level } };
    case 'not-ready':
      return mutedMode === undefined
        ? { code: 'verdict-not-ready', params: {} }
        : { code: 'verdict-muted', params: { asset, mode: mutedMode } };
    case 'bad-data':
      return badData(asset, window);
    case 'anomaly': {
      if (tags.length === 0) return { code: 'anomaly-untold', params: { asset, level, ratio } };
      const { tag, stage, feature, seen, expected, unit, seenState, expectedState } = tags[0];
      const place = stage === '' ? asset : stage;
      const params = { place, tag, seen, expected, unit, level, ratio };
      if (seenState !== undefined && expectedState !== undefined) {
        return seenState === expectedState
          ? { code: 'anomaly-switching', params }
          : { code: 'anomaly-state', params: { ...params, seenState, expectedState } };
      }
      if (feature !== 'slope') return { code: `anomaly-${feature}-${side(tags[0])}`, params };
      return slopeSentence(seen, expected, params);
    }
  }
}

/** Why there are too few good values: the reason of the first bad tag, and the tags that share it. */
function badData(asset: string, { good, why = {} }: Pick<ScoredWindow, 'good' | 'why'>): Sentence {
  const params = { asset, good: Math.round(good * 100) };
  const [first] = Object.values(why);
  const tags = Object.keys(why).filter((tag) => why[tag] === first);
  if (tags.length === 0) return { code: 'verdict-bad-data', params };
  return { code: `verdict-bad-data-${first}`, params: { ...params, tags: tags.join(', ') } };
}

function side({ seen, expected }: Contribution): 'above' | 'below' {
  return seen >= expected ? 'above' : 'below';
}

/** Less of the slope seen than this share is told as steady. */
const STEADY = 0.1;

/** How fast a tag moves, and how it should: as fast in the same direction, steadily not, or the other way. No signs. */
function slopeSentence(seen: number, expected: number, params: Sentence['params']): Sentence {
  if (seen === 0) return { code: 'anomaly-slope-still', params };
  const moves = seen > 0 ? 'rises' : 'falls';
  const told = { ...params, seen: Math.abs(seen), expected: Math.abs(expected) };
  if (Math.abs(expected) < STEADY * Math.abs(seen)) return { code: `anomaly-slope-${moves}-unsteady`, params: told };
  const against = Math.sign(expected) === Math.sign(seen) ? '' : '-against';
  return { code: `anomaly-slope-${moves}${against}`, params: told };
}
