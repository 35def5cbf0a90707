import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DETECTOR_KINDS, type DetectorKind } from '../../../lib/detect/detector';
import { readFitSettings } from '../../../lib/detect/settings';
import { createScorer } from '../../../lib/model/scorer';
import { createCollector } from '../../../lib/train/collector';
import type { TrainingJob, TrainingResult } from '../../../lib/train/protocol';
import type { QualityReport } from '../../../lib/train/quality/report';
import { checkData, trainOn, type WorkHooks } from '../../../lib/train/work';
import { coded, withFolder } from '../model/sample';
import { csvOf, seconds, sourceOf, START, type Second } from './csv';
import { SMALL, smallWindows } from './plant';

const hooks = (quality: (report: QualityReport) => void = () => {}): WorkHooks => ({
  reading: () => {},
  progress: () => {},
  cancelled: () => false,
  quality,
});
const FAST = { epochs: 5, batch: 8, hidden: [8, 4], trees: 30 };

const trained = (
  kind: DetectorKind,
  rows: readonly Second[],
  more: Partial<TrainingJob> = {},
  given: object = {},
): Promise<TrainingResult> =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.csv');
    await writeFile(path, csvOf(rows));
    const job = {
      kind,
      file: sourceOf(path),
      settings: readFitSettings(kind, { ...FAST, ...given }),
      ...more,
    } as TrainingJob;
    return trainOn(job, hooks());
  });

/** A spoof of two minutes in the middle of it. */
const spoofed = (values: Second, second: number): void => {
  if (second >= 700 && second < 820) values.LIT1 = Number(values.LIT1) + 300;
};

describe('a training as its thread does it', () => {
  for (const kind of DETECTOR_KINDS) {
    it(`leaves excluded tags to nobody, for ${kind}`, async () => {
      const rows = seconds(600);
      const exclude = { tags: ['FIT1'], ranges: [] };
      const { artifact, report } = await trained(kind, rows, { exclude });
      assert.equal(artifact.settings.excludedTags, 'FIT1');
      assert.deepEqual(report.source?.excludedTags, ['FIT1']);
      assert.ok(report.validation?.tags.every(({ tag }) => tag !== 'FIT1'));
      const scorer = createScorer({ version: 'v', origin: 'local', artifact }, 'calibrated');
      const other = createScorer({ version: 'v', origin: 'local', artifact }, 'calibrated');
      const features = Array.from({ length: 15 }, (_, at) => [500, 1, 499, 501, 0][at % 5]);
      const wild = features.map((value, at) => (at >= 5 && at < 10 ? 1e5 : value));
      const window = { asset: 'x', bad: [] };
      assert.deepEqual(other.score({ ...window, features: wild }), scorer.score({ ...window, features }));
      // With one of the two others bad, half of what is left is.
      assert.equal(scorer.score({ ...window, features, bad: ['LIT1'] }).ready, false);
      assert.equal(scorer.score({ ...window, features, bad: ['FIT1'] }).ready, true);
    });
  }

  it('warns of an episode in the training data, and not once it is excluded', async () => {
    const rows = seconds(1600, 1, spoofed);
    const { report } = await trained('pca', rows);
    const [worst] = report.validation?.suspicious ?? [];
    assert.ok(worst.from < START + 820_000 && worst.to > START + 700_000, JSON.stringify(worst));
    assert.ok(worst.tags.includes('LIT1'));
    const exclude = { tags: [], ranges: [[START + 695_000, START + 825_000]] as const };
    const again = await trained('pca', rows, { exclude });
    assert.ok(
      !again.report.validation?.suspicious.some(({ from, to }) => from < START + 820_000 && to > START + 700_000),
    );
  });

  it('has a series of at most 400 points, and shares of the blame', async () => {
    const { validation } = (await trained('iforest', seconds(1500))).report;
    assert.ok(validation);
    const { time, ratio } = validation.series;
    assert.deepEqual([time.length, ratio.length], [400, 400]);
    assert.ok(time.every((each, at) => at === 0 || each > time[at - 1]));
    const sum = validation.tags.reduce((total, { share }) => total + share, 0);
    assert.ok(sum > 0.9 && sum < 1.01, String(sum));
    assert.ok(Math.abs(validation.days - 1496 / 86_400) < 1e-9);
  });

  it('places the threshold for so many false alarms a day', async () => {
    const rows = seconds(2000, 3, (values, second) => {
      if (second % 250 < 15) values.LIT1 = Number(values.LIT1) + 3 * (1 + Math.floor(second / 250));
    });
    const perDay: number[] = [];
    const thresholds: number[] = [];
    for (const falseAlarmsPerDay of [1, 100, 500]) {
      const { artifact, report } = await trained('pca', rows, { falseAlarmsPerDay });
      assert.equal(artifact.settings.falseAlarmsPerDay, falseAlarmsPerDay);
      perDay.push(report.validation?.perDay ?? NaN);
      thresholds.push(artifact.calibration.threshold);
      assert.ok(perDay.at(-1)! <= falseAlarmsPerDay, `${perDay.at(-1)} of ${falseAlarmsPerDay}`);
    }
    assert.ok(
      thresholds[0] >= thresholds[1] && thresholds[1] >= thresholds[2] && thresholds[0] > thresholds[2],
      thresholds.join(),
    );
  });

  it('is the same at every run, and from collected windows as from a file', async () => {
    const [one, other] = [await trained('pca', seconds(500)), await trained('pca', seconds(500))];
    assert.deepEqual(other, one);
  });

  it('takes collected windows less those that touch an excluded range', async () => {
    const collector = createCollector({ schema: SMALL, wanted: 600, stride: 1 });
    const windows = smallWindows(1);
    while (collector.collected < 600) collector.offer(windows.next().value, { over: false, labelled: false });
    const data = collector.rows();
    const first = 1_700_000_000_000;
    const exclude = { tags: [], ranges: [[first + 100_000, first + 110_000]] as const };
    const job: TrainingJob = { kind: 'iforest', data, settings: readFitSettings('iforest', FAST), exclude };
    const { report } = await trainOn(job, hooks());
    assert.deepEqual([report.rows, report.source?.excluded, report.source?.kind], [600 - 15, 15, 'flow']);
    let quality: QualityReport | undefined;
    await checkData(
      job,
      hooks((told) => (quality = told)),
    );
    assert.deepEqual([quality?.record.samples, quality?.record.rows, quality?.tags.length], [585, 585, 3]);
    assert.equal(quality?.tags[2].constant, true);
  });

  it('refuses an excluded tag that there is not', () =>
    assert.rejects(trained('pca', seconds(400), { exclude: { tags: ['LIT'], ranges: [] } }), coded('exclude-unknown')));

  it('refuses a file with too few windows', () =>
    assert.rejects(trained('pca', seconds(100)), coded('training-too-small', { has: 96 })));
});
