import assert from 'node:assert/strict';
import { calibrate } from '../../../lib/detect/calibration';
import { detectorOf } from '../../../lib/detect/load';
import { gaussian, seeded } from '../../../lib/kernels/random';
import type { DenseLayer } from '../../../lib/model/tfjs-read';
import { calibrateNetwork } from '../../../lib/train/calibrate';
import { createCollector } from '../../../lib/train/collector';
import type { CalibrationJob } from '../../../lib/train/protocol';
import { datasetOf } from '../../../lib/train/rows';
import { startCalibration } from '../../../lib/train/trainer';
import { coded } from '../model/sample';
import { SMALL, smallWindows } from './plant';

const WIDTH = SMALL.features.length;
const GOING = { cancelled: () => false };

function layer(inputs: number, outputs: number, seed: number): DenseLayer {
  const random = seeded(seed);
  const some = (length: number): Float32Array => Float32Array.from({ length }, () => 0.3 * gaussian(random));
  return { inputs, outputs, kernel: some(inputs * outputs), bias: some(outputs), activation: 'linear' };
}

function job(count: number, width = WIDTH): CalibrationJob {
  const collector = createCollector({ schema: SMALL, wanted: count, stride: 1 });
  const windows = smallWindows(1);
  while (collector.collected < count) collector.offer(windows.next().value, { over: false, labelled: false });
  return { layers: [layer(width, 4, 1), layer(4, width, 2)], data: collector.rows(), given: { quantile: 0.99 } };
}

describe('the calibration of a network that was made elsewhere', () => {
  it('gives the scaler, the usual residuals and the threshold that the windows say', () => {
    const given = job(400);
    const { artifact, report } = calibrateNetwork(given, GOING);
    const data = datasetOf(given.data);
    const detector = detectorOf(artifact);
    const ignored = new Set<number>();
    const scores = Array.from({ length: data.count }, (_, row) =>
      detector.score([...data.rows.subarray(row * WIDTH, (row + 1) * WIDTH)], ignored),
    );
    const { threshold } = calibrate(scores, 0.99);
    assert.ok(Math.abs(artifact.calibration.threshold - threshold) < 1e-4 * threshold);
    const { data: scale } = artifact.tensors['residual.scale'];
    assert.equal(scale.length, WIDTH);
    assert.ok(scale.every((each) => each > 0));
    assert.deepEqual([report.rows, report.from, report.to], [400, data.times[0], data.times[399]]);
    assert.deepEqual(datasetOf(given.data), data, 'the rows are where they were');
  });

  it('is the same in a thread of its own', async () => {
    const given = job(400);
    assert.deepEqual(await startCalibration(given).result, calibrateNetwork(given, GOING));
  });

  it('is refused for another width and too few windows, also across threads, and can be cancelled', async () => {
    assert.throws(
      () => calibrateNetwork(job(400, 7), GOING),
      coded('tfjs-width', { inputs: 7, outputs: 7, features: WIDTH }),
    );
    await assert.rejects(startCalibration(job(20)).result, coded('training-too-small'));
    assert.throws(() => calibrateNetwork(job(400), { cancelled: () => true }), coded('training-cancelled'));
  });
});
