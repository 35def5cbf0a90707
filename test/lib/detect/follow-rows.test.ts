import assert from 'node:assert/strict';
import { fitDetector } from '../../../lib/detect/fit';
import { everyRow } from '../../../lib/detect/folds';
import { followRows, smoothRows, withoutDrift } from '../../../lib/detect/follow-rows';
import { fitScaler, standardiseAll } from '../../../lib/detect/scaler';
import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { paceOf } from '../../../lib/detect/track';
import { createScorer } from '../../../lib/model/scorer';
import { rowOf, simulate, windowsOf } from './process';

const QUIET = { progress: () => undefined, cancelled: () => false };
const data = windowsOf(simulate(2500, 1), 10, 5);
const pace = paceOf({ smoothing: 0.2, baselineSamples: 200, baselineTravel: 30 }, data.stride);

describe('rows that are followed', () => {
  it('start anew where another asset begins, and forget what was smoothed after a pause', () => {
    const times = data.times.slice();
    for (let row = 100; row < 200; row++) times[row] += 1e6;
    for (let row = 200; row < data.count; row++) times[row] -= 1e7;
    const starts: [number, boolean][] = [];
    followRows({ ...data, times }, 0, 300, pace, (row, track) => {
      if (row > 0 && Number.isNaN(track.smoothed)) starts.push([row, track.windows === 0]);
      track.smoothed = 0;
      track.windows += 1;
    });
    assert.deepEqual(starts, [
      [100, false],
      [200, true],
    ]);
  });

  it('are smoothed where they stand, each stretch by itself', () => {
    const scores = new Float64Array(data.count).fill(1);
    scores[50] = 100;
    smoothRows(data, 40, 60, pace, scores);
    assert.equal(scores[49], 1);
    assert.ok(scores[50] > 1 && scores[50] < 100 && scores[51] < scores[50] && scores[51] > 1);
    assert.deepEqual([scores[39], scores[60]], [1, 1]);
    const before = scores.slice();
    smoothRows(data, 0, data.count, paceOf({}), scores);
    assert.deepEqual(scores, before);
  });

  it('lose their drift, and are left alone where no baseline is kept', () => {
    const rows = standardiseAll(fitScaler(data, everyRow(data.count)), data);
    const width = data.schema.features.length;
    for (let at = 0; at < rows.length; at++) rows[at] += Math.floor(at / width) / 100;
    const free = withoutDrift(data, rows, 0, data.count, pace);
    const mean = (of: Float32Array) => of.subarray(-50 * width).reduce((sum, value) => sum + value, 0) / (50 * width);
    assert.ok(mean(rows) > 4 && mean(free) < 2, `${mean(rows)} ${mean(free)}`);
    assert.equal(free[5], rows[5]);
    assert.deepEqual(withoutDrift(data, rows, 0, data.count, paceOf({})), rows);
  });

  for (const kind of ['autoencoder', 'iforest', 'pca'] as const) {
    it(`give the ${kind} a threshold for scores as a node sees them: smoothed, less the baseline`, () => {
      const each = windowsOf(simulate(2500, 1), 10, 1);
      const settings = { ...DEFAULT_SETTINGS[kind], smoothing: 0.2, smoothingFall: 0, baselineSamples: 500, seed: 3 };
      const { artifact, outOfFold } = fitDetector(kind, each, settings, QUIET);
      const alone = fitDetector(kind, each, { ...settings, smoothing: 1, baselineSamples: 0 }, QUIET);
      const swing = (scores: Float64Array) =>
        scores.slice(1).reduce((sum, score, row) => sum + Math.abs(Math.log(score / scores[row])), 0);
      assert.ok(swing(outOfFold) < 0.5 * swing(alone.outOfFold));
      const scorer = createScorer({ version: 'v', origin: 'local', artifact }, 'calibrated');
      const over = Array.from(
        { length: each.count },
        (_, row) => scorer.score({ asset: 'a', features: rowOf(each, row), bad: [] }).ratio >= 1,
      );
      assert.ok(over.filter(Boolean).length <= 0.02 * each.count, String(over.filter(Boolean).length));
    });
  }
});
