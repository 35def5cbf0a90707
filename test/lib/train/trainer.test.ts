import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FitProgress } from '../../../lib/detect/fit';
import { detectorOf } from '../../../lib/detect/load';
import { readFitSettings } from '../../../lib/detect/settings';
import { threadsWith, type StartThread } from '../../../lib/platform/threads';
import { createCollector } from '../../../lib/train/collector';
import { datasetOf, type CollectedRows } from '../../../lib/train/rows';
import type { TrainingJob } from '../../../lib/train/protocol';
import { startTraining } from '../../../lib/train/trainer';
import { coded, withFolder } from '../model/sample';
import { SMALL, smallWindows } from './plant';

function data(count: number): CollectedRows {
  const collector = createCollector({ schema: SMALL, wanted: count, stride: 1 });
  const windows = smallWindows(1);
  while (collector.collected < count) collector.offer(windows.next().value, { over: false, labelled: false });
  return collector.rows();
}

const job = (count: number, settings: object = {}): TrainingJob & { data: CollectedRows } => ({
  kind: 'autoencoder',
  data: data(count),
  settings: readFitSettings('autoencoder', { epochs: 5, hidden: [8, 4], ...settings }),
});

/** Real threads that run another script. */
const running =
  (script: string, memoryMb = 64): StartThread =>
  (_, input, transfer, events) =>
    threadsWith(memoryMb)(script, input, transfer, events);

describe('training in a thread', () => {
  it('gives a detector, with progress on the way', async () => {
    const given = job(400);
    const seen: FitProgress[] = [];
    const { artifact, report } = await startTraining(given, (progress) => seen.push(progress)).result;
    assert.deepEqual(datasetOf(given.data), datasetOf(data(400)), 'the rows are where they were');
    assert.equal(detectorOf(artifact).kind, 'autoencoder');
    assert.deepEqual([report.rows, report.to - report.from], [400, 399_000]);
    assert.ok(report.metrics.validationLoss > 0 && seen.length >= 5);
    assert.equal(seen.at(-1)?.fraction, 1);
  });

  it('carries the reason of a refusal across', async () => {
    await assert.rejects(startTraining(job(12), () => {}).result, coded('training-too-small', { has: 12 }));
    const constant = job(400);
    for (const block of constant.data.blocks) block.fill(0);
    await assert.rejects(startTraining(constant, () => {}).result, coded('training-constant', { rows: 400 }));
  });

  it('ends soon after it is cancelled', async () => {
    let begun: () => void = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    const training = startTraining(job(5000, { epochs: 1000 }), () => begun());
    await started;
    const asked = Date.now();
    await training.cancel();
    assert.ok(Date.now() - asked < 2000);
    await assert.rejects(training.result, coded('training-cancelled'));
  });

  for (const [what, code] of [
    ['throws', "throw new Error('boom')"],
    // Small objects: V8 of Node 24 ends the whole process when a thread overflows with large arrays (docs/architecture.md).
    ['runs out of memory', 'const all = []; for (let i = 0; ; i++) all.push({ i, list: [i] });'],
    ['just ends', 'process.exit(3)'],
  ] as const) {
    it(`says so when the thread ${what}`, () =>
      withFolder(async (folder) => {
        const script = join(folder, 'worker.cjs');
        await writeFile(script, code);
        const training = startTraining(job(100), () => {}, running(script, 16));
        await assert.rejects(training.result, coded('training-crashed'));
      }));
  }

  it('ends a thread by force that does not listen', () =>
    withFolder(async (folder) => {
      const script = join(folder, 'worker.cjs');
      await writeFile(script, 'for (;;);');
      const training = startTraining(job(100), () => {}, running(script));
      await training.cancel();
      await assert.rejects(training.result, coded('training-cancelled'));
    }));
});
