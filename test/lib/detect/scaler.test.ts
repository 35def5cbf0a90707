import assert from 'node:assert/strict';
import { everyRow } from '../../../lib/detect/folds';
import { fitScaler, inUnits, standardiseAll } from '../../../lib/detect/scaler';
import { standardise } from '../../../lib/kernels/scaling';
import { rowOf, simulate, windowsOf } from './process';

const data = windowsOf(simulate(4000, 3), 60, 10);
const scaler = fitScaler(data, everyRow(data.count));
const position = (name: string, statistic: string) =>
  data.schema.features.findIndex(
    (feature) => data.schema.tags[feature.tag].name === name && feature.statistic === statistic,
  );

describe('the scaler', () => {
  it('gives every feature that varies mean 0 and spread 1', () => {
    const rows = standardiseAll(scaler, data);
    data.schema.features.forEach((_, index) => {
      if (scaler.constant[index] === 1) return;
      const column = Array.from({ length: data.count }, (__, row) => rows[row * scaler.mean.length + index]);
      const mean = column.reduce((sum, value) => sum + value, 0) / data.count;
      const spread = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.count);
      assert.ok(Math.abs(mean) < 1e-3 && Math.abs(spread - 1) < 1e-3, `${index}: ${mean} ${spread}`);
    });
  });

  it('knows the features of a tag that never moved, and makes its unseen state loud but finite', () => {
    const mean = position('P2', 'mean');
    for (const statistic of ['mean', 'std', 'min', 'max', 'slope']) {
      assert.equal(scaler.constant[position('P2', statistic)], 1);
    }
    assert.equal(scaler.spread[mean], Math.fround(0.02 * 2));
    assert.equal(scaler.spread[position('P2', 'slope')], Math.fround((0.02 * 2) / 59));
    const features = rowOf(data, 0);
    const out = new Float32Array(features.length);
    features[mean] = 2;
    standardise(scaler, features, 0, out, 0);
    assert.ok(Math.abs(out[mean] - 25) < 1e-3);
  });

  it('cuts at fifty spreads on both sides', () => {
    const out = new Float32Array(scaler.mean.length);
    for (const [value, z] of [
      [1e300, 50],
      [-1e300, -50],
    ]) {
      standardise(scaler, new Float64Array(out.length).fill(value), 0, out, 0);
      assert.ok(out.every((number) => number === z));
    }
  });

  it('learns from the chosen rows only', () => {
    const half = everyRow(100);
    const changed = { ...data, rows: data.rows.map((value, at) => (at < 100 * scaler.mean.length ? value : 1e6)) };
    assert.deepEqual(fitScaler(changed, half), fitScaler(data, half));
  });

  it('turns z-scores back into units, within what the feature can be', () => {
    const { schema } = data;
    const level = position('LIT1', 'mean');
    assert.equal(inUnits(scaler, schema, level, 0), scaler.mean[level]);
    assert.equal(inUnits(scaler, schema, level, 1), scaler.mean[level] + scaler.spread[level]);
    assert.equal(inUnits(scaler, schema, level, 1e6), 1200);
    assert.equal(inUnits(scaler, schema, level, -1e6), 0);
    assert.equal(inUnits(scaler, schema, position('LIT1', 'std'), -1e6), 0);
    assert.equal(inUnits(scaler, schema, position('LIT1', 'std'), 1e6), 600);
    assert.equal(inUnits(scaler, schema, position('LIT1', 'slope'), -1e6), -1200 / 59);
  });
});
