import assert from 'node:assert/strict';
import { quantileOf } from '../../../lib/detect/calibration';
import { fitDetector } from '../../../lib/detect/fit';
import { detectorOf } from '../../../lib/detect/load';
import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { rowOf, simulateSlow, SLOW_TAGS, windowsOf } from './process';

const QUIET = { progress: () => undefined, cancelled: () => false };

describe('a threshold on overlapping windows', () => {
  it('keeps its promise on fresh normal data when it comes from out-of-fold error, and not from the training error', () => {
    const data = windowsOf(simulateSlow(6000, 1), 60, 4, SLOW_TAGS);
    const settings = { ...DEFAULT_SETTINGS.autoencoder, epochs: 20, batch: 32 };
    const { artifact, report } = fitDetector('autoencoder', data, settings, QUIET);
    const detector = detectorOf(artifact);
    const scores = (set: typeof data) =>
      Float64Array.from({ length: set.count }, (_, row) => detector.score(rowOf(set, row)));
    const fresh = [2, 3].flatMap((seed) => [...scores(windowsOf(simulateSlow(12000, seed), 60, 10, SLOW_TAGS))]);
    const falseAlarms = (threshold: number) => fresh.filter((score) => score > threshold).length / fresh.length;

    const outOfFold = falseAlarms(report.threshold);
    const inSample = falseAlarms(quantileOf(scores(data).sort(), settings.quantile));
    assert.ok(outOfFold <= 0.02, `out of fold ${outOfFold}`);
    assert.ok(inSample > 0.04 && inSample > 4 * outOfFold, `in sample ${inSample}, out of fold ${outOfFold}`);
    assert.ok(report.inSampleShare < 0.9);
  });
});
