import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DetectorScore } from '../../../lib/detect/detector';
import { RecentWindows, MOST_RECENT } from '../../../lib/model/recent';
import { LEAST_WINDOWS, MOST_WINDOWS, ShadowRun, type ShadowDifference } from '../../../lib/model/shadow';

const score = (ratio: number, ready = true): DetectorScore => ({
  score: ratio,
  threshold: 1,
  ratio,
  ratioKind: 'calibrated',
  ready,
  model: 'v',
  ...(ratio >= 1 && { contributions: [{ tag: `T${ratio}` } as never] }),
});

/** Gives ratios of both to a run, a window a second, told at a time of its own. */
function play(pairs: readonly (readonly [number, number])[], run = new ShadowRun(), step = 1000): ShadowDifference[] {
  return pairs.flatMap(
    ([active, candidate], at) =>
      run.add({ asset: 'A', time: step * at }, score(active), score(candidate), 10_000 * at) ?? [],
  );
}

describe('a candidate in shadow', () => {
  it('is told of where it differs, once a difference is over, with the highest ratios and the tags', () => {
    const differences = play([
      [0, 0],
      [0, 2],
      [0.5, 3],
      [0, 1],
      [0, 0],
      [2, 2],
      [2, 0],
      [2, 0],
      [0, 0],
    ]);
    assert.deepEqual(differences, [
      {
        event: 'shadow-difference',
        asset: 'A',
        from: 1000,
        to: 3000,
        which: 'candidate',
        windows: LEAST_WINDOWS,
        ratios: { active: 0.5, candidate: 3 },
        tags: ['T3'],
        suppressed: 0,
      },
    ]);
  });

  it('is told of in parts where it goes on, and at most once a minute', () => {
    const long = play(Array.from({ length: 2 * MOST_WINDOWS + 5 }, () => [2, 0] as const));
    assert.deepEqual(
      long.map(({ windows, which }) => [windows, which]),
      [
        [MOST_WINDOWS, 'active'],
        [MOST_WINDOWS, 'active'],
      ],
    );
    const run = new ShadowRun();
    const told = Array.from({ length: 40 }, (_, at) =>
      run.add({ asset: 'A', time: 1000 * at }, score(at % 4 === 0 ? 0 : 2), score(0), 5),
    ).filter((one) => one !== undefined);
    assert.deepEqual([told.length, run.summary.differences], [1, 9]);
    const later = [2, 2, 2, 0].map((ratio, at) =>
      run.add({ asset: 'A', time: 40_000 + 1000 * at }, score(ratio), score(0), 60_005),
    );
    assert.deepEqual([later.at(-1)?.suppressed, run.summary.differences], [8, 10]);
  });

  it('has a summary whose parts add up, whatever comes', () => {
    const ratio = fc.constantFrom(0, 0.5, 0.99, 1, 3);
    fc.assert(
      fc.property(fc.array(fc.tuple(ratio, ratio), { maxLength: 200 }), (pairs) => {
        const run = new ShadowRun();
        play(pairs, run);
        const { windows, both, onlyActive, onlyCandidate, agreement, alarms } = run.summary;
        assert.equal(windows, pairs.length);
        assert.equal(both, pairs.filter(([one, other]) => one >= 1 && other >= 1).length);
        assert.equal(both + onlyActive, pairs.filter(([one]) => one >= 1).length);
        assert.equal(both + onlyCandidate, pairs.filter(([, other]) => other >= 1).length);
        if (windows > 0) assert.ok(Math.abs(agreement! - (1 - (onlyActive + onlyCandidate) / windows)) < 1e-12);
        assert.ok(alarms.active <= pairs.length / 8 && alarms.candidate <= pairs.length / 8);
      }),
    );
  });

  it('counts an alarm for 8 of 10 windows, and how many a day that makes', () => {
    const run = new ShadowRun();
    const burst = [...Array<number>(8).fill(2), ...Array<number>(20).fill(0)];
    play(
      [...burst, ...burst, 2, 2, 2, ...Array<number>(3).fill(0)].map((ratio) => [0, ratio] as const),
      run,
      60_000,
    );
    const { alarms, perDay } = run.summary;
    assert.deepEqual(alarms, { active: 0, candidate: 2 });
    assert.deepEqual([perDay.active, Math.round(perDay.candidate!)], [0, Math.round((2 * 1440) / 61)]);
    assert.deepEqual(new ShadowRun().summary.perDay, { active: null, candidate: null });
  });

  it('takes no notice of what is not ready, and counts what it was too slow for', () => {
    const run = new ShadowRun();
    run.add({ asset: 'A', time: 0 }, score(2, false), score(2), 0);
    run.add({ asset: 'A', time: 0 }, score(2), score(2, false), 0);
    run.drop();
    assert.deepEqual([run.summary.windows, run.summary.dropped, run.summary.agreement], [0, 1, null]);
  });
});

describe('recent windows', () => {
  it('are the last ones in their order, as copies, within their bounds', () => {
    fc.assert(
      fc.property(fc.nat(3 * MOST_RECENT), fc.constantFrom(3, 3000), (count, width) => {
        const recent = new RecentWindows();
        const features = Array.from({ length: width }, () => 1);
        for (let end = 0; end < count; end++)
          recent.add({
            asset: 'A',
            start: 0,
            end,
            samples: 1,
            quality: { good: 1, bad: [] },
            schema: 's',
            features,
          });
        features[0] = 7;
        const list = recent.list();
        const most = Math.min(MOST_RECENT, Math.floor((8 * 1024 * 1024) / (8 * width + 1)));
        assert.deepEqual(
          list.map(({ time }) => time),
          Array.from({ length: Math.min(count, most) }, (_, at) => Math.max(0, count - most) + at),
        );
        assert.ok(list.every((window) => window.features[0] === 1));
      }),
      { numRuns: 30 },
    );
  });

  it('are what they were, whatever comes after them and however wide it is', () => {
    const recent = new RecentWindows();
    const add = (end: number, features: number[], bad: string[] = [], restarted?: 'gap'): void =>
      recent.add({
        asset: `A${end}`,
        start: 0,
        end,
        samples: 1,
        quality: { good: 1, bad },
        schema: `s${features.length}`,
        features,
        ...(restarted !== undefined && { restarted }),
      });
    for (let end = 0; end < MOST_RECENT; end++) add(end, [end, -0, 0.1], [`T${end}`], 'gap');
    const before = recent.list();
    for (let end = 0; end < 3; end++) add(end, [end]);
    assert.deepEqual(before[0], { asset: 'A0', time: 0, schema: 's3', features: [0, -0, 0.1], bad: ['T0'], restarted: 'gap' }); // prettier-ignore
    const after = recent.list();
    assert.equal(after.length, MOST_RECENT);
    assert.deepEqual(after[0], before[3]);
    assert.deepEqual(after.at(-1), {
      asset: 'A2',
      time: 2,
      schema: 's1',
      features: [2],
      bad: [],
      restarted: undefined,
    });
  });
});
