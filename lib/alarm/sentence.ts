import type { Contribution } from '../detect/detector';
import type { Sentence, Verdict } from './verdict';

/**
 * One sentence for an operator: what is wrong where, as seen and as expected of normal operation, and how far it is past
 * the threshold. Of the tags to blame it tells the first; of an actuator its states.
 * @param good share of good values in the window, told of bad data
 */
export function verdictSentence(
  verdict: Pick<Verdict, 'asset' | 'finding' | 'level' | 'ratio' | 'tags'>,
  good: number,
): Sentence {
  const { asset, finding, level, ratio, tags } = verdict;
  switch (finding) {
    case 'normal':
      return level === 'NONE'
        ? { code: 'verdict-normal', params: {} }
        : { code: 'verdict-settling', params: { asset, level } };
    case 'not-ready':
      return { code: 'verdict-not-ready', params: {} };
    case 'bad-data':
      return { code: 'verdict-bad-data', params: { asset, good: Math.round(good * 100) } };
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
      // Both in the direction that is told: "falls 9.8, expected 2.2" expects a fall, "falls 9.8, expected -2.2" a rise.
      const told = seen < 0 ? { seen: -seen, expected: -expected } : {};
      return { code: `anomaly-slope-${direction(seen)}`, params: { ...params, ...told } };
    }
  }
}

function side({ seen, expected }: Contribution): 'above' | 'below' {
  return seen >= expected ? 'above' : 'below';
}

function direction(slope: number): 'rises' | 'falls' | 'still' {
  if (slope === 0) return 'still';
  return slope > 0 ? 'rises' : 'falls';
}
