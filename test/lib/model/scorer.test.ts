import assert from 'node:assert/strict';
import type { DetectorArtifact } from '../../../lib/detect/artifact';
import { fitDetector } from '../../../lib/detect/fit';
import { detectorOf } from '../../../lib/detect/load';
import { DEFAULT_SETTINGS } from '../../../lib/detect/settings';
import { createScorer, type Scorer } from '../../../lib/model/scorer';
import { MOST_TRACKS } from '../../../lib/model/tracks';
import { rowOf, shifted, simulate, windowsOf } from '../detect/process';

const QUIET = { progress: () => undefined, cancelled: () => false };
const data = windowsOf(simulate(4000, 1), 10, 1);
const at = (row: number, more: object = {}) => ({ asset: 'a', features: rowOf(data, row), bad: [], ...more });
const wild = (row: number) => at(row, { features: shifted(data, row, { AIT1: 4 }) });

describe('a scorer that follows its assets', () => {
  let artifact: DetectorArtifact;
  const open = (settings: object = {}, version = 'v1'): Scorer =>
    createScorer({ version, origin: 'local', artifact: { ...artifact, settings: { ...artifact.settings, ...settings } } }, 'calibrated'); // prettier-ignore

  before(() => {
    const settings = { ...DEFAULT_SETTINGS.pca, baselineSamples: 50, baselineTravel: 5, tail: 'observed' as const };
    ({ artifact } = fitDetector('pca', data, settings, QUIET));
  });

  it('scores as its detector where the model says nothing of following, and remembers nothing', () => {
    const { topK, views } = artifact.settings;
    const settings = { topK, views };
    const scorer = createScorer({ version: 'v', origin: 'local', artifact: { ...artifact, settings } }, 'calibrated');
    const detector = detectorOf(artifact);
    for (let row = 0; row < 50; row++) assert.equal(scorer.score(at(row)).score, detector.score(rowOf(data, row)));
    assert.deepEqual([...scorer.tracks.assets()], []);
  });

  it('smooths per asset, begins anew after a gap, and forgets the asset after a rewind', () => {
    const raw = open({ smoothing: 1, baselineSamples: 0 });
    const scorer = open({ baselineSamples: 0 });
    const first = scorer.score(at(0)).score;
    assert.ok(Math.abs(first - raw.score(at(0)).score) < 1e-9);
    const jump = scorer.score(wild(1)).score;
    const own = raw.score(wild(1)).score;
    assert.ok(jump > first && jump < own / 2, `${first} ${jump} ${own}`);
    assert.ok(Math.abs(scorer.score({ ...wild(1), asset: 'b' }).score - own) < 1e-6 * own);
    assert.ok(Math.abs(scorer.score({ ...wild(2), restarted: 'gap' }).score - raw.score(wild(2)).score) < 1e-6 * own);
    scorer.score({ ...at(3), restarted: 'rewind' });
    assert.equal(scorer.tracks.get('a')?.windows, 1);
  });

  it('follows a slow change, and freezes while it is over its threshold', () => {
    const scorer = open();
    for (let row = 0; row < 200; row++) scorer.score(at(row));
    const before = scorer.tracks.get('a')?.baseline.slice() ?? new Float64Array();
    assert.ok(before.some((value) => Math.abs(value) > 0.05));
    let over = 0;
    for (let row = 200; row < 260; row++) {
      const was = scorer.tracks.get('a')?.baseline.slice();
      const { ratio, contributions } = scorer.score(wild(row));
      if (ratio < 1) continue;
      over += 1;
      assert.equal(contributions?.[0].tag, 'AIT1');
      assert.deepEqual(scorer.tracks.get('a')?.baseline, was);
    }
    assert.ok(over > 50, String(over));
  });

  it('holds for normal what was normal in training, wherever the baseline has moved', () => {
    const scorer = open({ baselineTravel: 50, smoothing: 1 });
    scorer.score(at(0));
    scorer.tracks.get('a')?.baseline.fill(40);
    let [over, moved] = [0, 40];
    for (let row = 1; row < 100; row++) {
      if (scorer.score(at(row)).ratio >= 1) over += 1;
      const now = scorer.tracks.get('a')?.baseline[0] ?? 0;
      assert.ok(over > 0 || now < moved, 'it finds its way back');
      moved = now;
    }
    assert.ok(over <= 3 && moved < 36, `${over} ${moved}`);
    assert.ok(scorer.score(wild(5)).ratio > 1);
  });

  it('does not take bad data into its baseline, nor windows that it cannot score', () => {
    const scorer = open();
    scorer.score(at(0, { bad: ['AIT1'] }));
    const { baseline } = scorer.tracks.get('a') ?? { baseline: new Float64Array() };
    data.schema.features.forEach(({ tag }, index) => {
      if (data.schema.tags[tag].name === 'AIT1') assert.equal(baseline[index], 0);
    });
    const bad = data.schema.tags.map(({ name }) => name);
    assert.equal(scorer.score({ ...at(1, { bad }), asset: 'c' }).ready, false);
    assert.equal(scorer.tracks.get('c'), undefined);
  });

  it('goes on from a snapshot as if nothing had happened, but not from another version of the model', () => {
    const whole = open();
    const scores = Array.from({ length: 300 }, (_, row) => whole.score(row % 70 > 60 ? wild(row) : at(row)));
    for (const cut of [1, 65, 150]) {
      const before = open();
      for (let row = 0; row < cut; row++) before.score(row % 70 > 60 ? wild(row) : at(row));
      const saved = before.tracks.snapshot('a') ?? new Uint8Array();
      const after = open();
      assert.equal(open({}, 'v2').tracks.restore('a', saved), false);
      assert.equal(after.tracks.restore('a', saved), true);
      for (let row = cut; row < 300; row++)
        assert.deepEqual(after.score(row % 70 > 60 ? wild(row) : at(row)), scores[row]);
    }
    assert.equal(whole.tracks.snapshot('nobody'), undefined);
  });

  it('tries windows as it would score them next, and remembers nothing of them', () => {
    const scorer = open();
    for (let row = 0; row < 100; row++) scorer.score(at(row));
    const before = scorer.tracks.snapshot('a');
    const rows = [100, 101, 102].map((row) => (row === 101 ? wild(row) : at(row)));
    const trial = scorer.trial('a');
    const tried = rows.map((window) => trial(window));
    assert.deepEqual(scorer.tracks.snapshot('a'), before);
    const fresh = scorer.trial();
    assert.deepEqual(fresh(rows[0]), open().score(rows[0]));
    assert.deepEqual([...scorer.tracks.assets()], ['a']);
    assert.deepEqual(
      rows.map((window) => scorer.score(window)),
      tried,
    );
  });

  it('remembers a thousand assets, and forgets the one that was scored longest ago', () => {
    const scorer = open();
    for (let asset = 0; asset < MOST_TRACKS; asset++) scorer.score({ ...at(0), asset: `n${asset}` });
    scorer.score({ ...at(1), asset: 'n0' });
    scorer.score({ ...at(0), asset: 'one more' });
    const known = [...scorer.tracks.assets()];
    assert.equal(known.length, MOST_TRACKS);
    assert.ok(known.includes('n0') && known.includes('one more') && !known.includes('n1'));
    scorer.tracks.reset('n0');
    assert.equal(scorer.tracks.get('n0'), undefined);
    scorer.tracks.reset();
    assert.deepEqual([...scorer.tracks.assets()], []);
  });

  it('tells the two statistics of a PCA with their limits, small and flat', () => {
    const scorer = open();
    const { spe = 0, speLimit = 0, t2 = 0, t2Limit = 0 } = scorer.score(at(5));
    assert.ok(spe > 0 && spe < speLimit && t2 > 0 && t2 < t2Limit, `${spe} ${speLimit} ${t2} ${t2Limit}`);
    const far = scorer.score(wild(6));
    assert.ok((far.spe ?? 0) > speLimit);
  });
});
