import assert from 'node:assert/strict';
import { DETECTOR_KINDS } from '../../../lib/detect/detector';
import { rowsNeeded } from '../../../lib/detect/checks';
import { fitDetector, type FitProgress } from '../../../lib/detect/fit';
import { layerWidths } from '../../../lib/detect/fit-network';
import { DEFAULT_SETTINGS, readFitSettings } from '../../../lib/detect/settings';
import { SwatError } from '../../../lib/errors';
import { simulate, windowsOf } from './process';

const QUIET = { progress: () => undefined, cancelled: () => false };
const data = windowsOf(simulate(4000, 1), 60, 10);
const width = data.schema.features.length;
const coded =
  (code: string, details: Record<string, unknown> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof SwatError);
    assert.equal(error.code, code);
    for (const [name, value] of Object.entries(details)) assert.equal(error.details[name], value, name);
    return true;
  };
const withRows = (rows: Float64Array) => ({ ...data, rows });

for (const kind of DETECTOR_KINDS) {
  const settings = DEFAULT_SETTINGS[kind];

  describe(`training the ${kind}`, () => {
    it('reports rising progress to the end, fold by fold, then the final fit', () => {
      const seen: FitProgress[] = [];
      fitDetector(kind, data, settings, { progress: (progress) => seen.push(progress), cancelled: () => false });
      assert.ok(seen.length > 20 && seen.length < 400, String(seen.length));
      seen.forEach(({ fraction }, index) => {
        assert.ok(fraction > 0 && fraction <= 1 && (index === 0 || fraction >= seen[index - 1].fraction));
      });
      assert.ok(Math.abs(seen.at(-1)!.fraction - 1) < 1e-9);
      assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['fold', 'final', 'calibrate']);
      const folds = seen.filter(({ phase }) => phase === 'fold').map(({ fold }) => fold);
      assert.deepEqual(
        [...new Set(folds)],
        Array.from({ length: settings.folds }, (_, index) => index + 1),
      );
      for (const { loss, validationLoss } of seen) {
        assert.ok(loss === null ? kind !== 'autoencoder' : loss > 0);
        assert.ok(validationLoss === null || validationLoss > 0);
      }
    });

    it('stops soon after it is cancelled, wherever it stands', () => {
      for (const after of kind === 'pca' ? [0, 1, 20] : [0, 1, 50, 150]) {
        let asked = 0;
        const hooks = { progress: () => undefined, cancelled: () => ++asked > after };
        assert.throws(() => fitDetector(kind, data, settings, hooks), coded('training-cancelled'));
        assert.equal(asked, after + 1);
      }
    });

    it('says in plain JSON what it learned from', () => {
      const { report, artifact } = fitDetector(kind, data, settings, QUIET);
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
      assert.equal(report.rows, data.count);
      assert.equal(report.features, 30);
      assert.equal(report.constantFeatures, 5);
      assert.equal(report.first, 59_000);
      assert.equal(report.last, data.times[data.count - 1]);
      assert.equal(report.calibrationSamples, data.count);
      assert.equal(report.threshold, artifact.calibration.threshold);
      assert.equal(
        report.folds.reduce((sum, { rows }) => sum + rows, 0),
        data.count,
      );
      assert.ok(report.outOfFoldMedian < report.threshold);
    });

    it('refuses data it cannot learn from, before any work', () => {
      const hooks = { progress: () => assert.fail('worked'), cancelled: () => assert.fail('worked') };
      const refused = (set: typeof data, code: string, details?: Record<string, unknown>) =>
        assert.throws(() => fitDetector(kind, set, settings, hooks), coded(code, details));
      const rows = data.rows.slice();
      rows[3 * width + 6] = NaN;
      refused(withRows(rows), 'training-not-finite', { row: 4, tag: 'FIT1' });
      refused(withRows(data.rows.slice(1)), 'training-shape');
      refused({ ...data, times: data.times.slice(1) }, 'training-shape');
      refused({ ...data, stride: 0 }, 'training-shape');
      refused(withRows(new Float64Array(data.rows.length).fill(4)), 'training-constant', { rows: data.count });
      refused(windowsOf(simulate(1000, 1), 60, 10), 'training-too-small', { has: 95, need: 200 });
      refused(windowsOf(simulate(60, 1), 60, 10), 'training-too-small', { has: 1, need: 200 });
      assert.equal(rowsNeeded({ schema: data.schema, stride: 1 }, 5), 600);
    });

    it('learns from data in which almost nothing varies', () => {
      const rows = new Float64Array(data.rows.length).fill(4);
      for (let row = 0; row < data.count; row++) rows[row * width] = row % 7;
      const { artifact } = fitDetector(kind, withRows(rows), settings, QUIET);
      assert.ok(artifact.calibration.threshold > 0);
    });
  });
}

describe('settings of a training', () => {
  it('have defaults, and read numbers that came as text', () => {
    assert.deepEqual(readFitSettings('autoencoder', undefined), DEFAULT_SETTINGS.autoencoder);
    assert.deepEqual(readFitSettings('iforest', { trees: '', seed: null }), DEFAULT_SETTINGS.iforest);
    const read = readFitSettings('autoencoder', { epochs: '25', hidden: '64, 16', quantile: '0.99', unknown: 1 });
    assert.deepEqual(read, { ...DEFAULT_SETTINGS.autoencoder, epochs: 25, hidden: [64, 16], quantile: 0.99 });
    assert.ok(!('epochs' in readFitSettings('iforest', { epochs: 4 })));
  });

  for (const [kind, given, code, name] of [
    ['autoencoder', { epochs: 0 }, 'setting-number', 'epochs'],
    ['autoencoder', { epochs: 2.5 }, 'setting-whole', 'epochs'],
    ['autoencoder', { batch: 'many' }, 'setting-number', 'batch'],
    ['autoencoder', { learningRate: NaN }, 'setting-number', 'learningRate'],
    ['autoencoder', { learningRate: ' ' }, 'setting-number', 'learningRate'],
    ['autoencoder', { hidden: [] }, 'setting-number', 'hidden layers'],
    ['autoencoder', { hidden: [8, {}] }, 'setting-number', 'hidden'],
    ['autoencoder', { seed: true }, 'setting-number', 'seed'],
    ['iforest', { quantile: 1 }, 'setting-number', 'quantile'],
    ['iforest', { folds: 1 }, 'setting-number', 'folds'],
    ['iforest', { subsample: 1e9 }, 'setting-number', 'subsample'],
  ] as const) {
    it(`refuse ${JSON.stringify(given)}`, () => {
      assert.throws(() => readFitSettings(kind, given), coded(code, { name }));
    });
  }

  it('give small plants small networks', () => {
    assert.deepEqual(layerWidths(255, [128, 64, 32]), [255, 128, 64, 32, 64, 128, 255]);
    assert.deepEqual(layerWidths(45, [128, 64, 32]), [45, 23, 12, 6, 12, 23, 45]);
    assert.deepEqual(layerWidths(5, [128, 64, 32]), [5, 3, 2, 2, 2, 3, 5]);
    assert.deepEqual(layerWidths(1, [8]), [1, 1, 1]);
  });
});
