import assert from 'node:assert/strict';
import type { DetectorArtifact } from '../../../lib/detect/artifact';
import type { Dataset } from '../../../lib/detect/dataset';
import {
  blockP,
  driftOf,
  driftReference,
  evened,
  isScoreTold,
  isTold,
  unknownTags,
  withDrift,
  withScores,
} from '../../../lib/detect/drift';
import { DRIFT_LEVEL, DriftWatch, readDriftState, type DriftEvent } from '../../../lib/detect/drift-watch';
import { studentP } from '../../../lib/detect/student';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { windowSchema } from '../../../lib/stream/schema';
import type { Tag } from '../../../lib/plant/dictionary';

const TAGS = Array.from({ length: 8 }, (_, i): Tag => ({ name: `T${i}`, stage: 'P1', kind: 'sensor', unit: '', low: -99, high: 99 })); // prettier-ignore
const SCHEMA = windowSchema({ tags: TAGS }, [10]);
const STEP = 10_000;

/** Rows of AR(1) processes whose memory is `tau` rows; only the means are looked at. */
function* process(seed: number, tau: number): Generator<number[]> {
  const random = seeded(seed);
  const keep = Math.exp(-1 / tau);
  const kick = Math.sqrt(1 - keep * keep);
  const values = TAGS.map(() => gaussian(random));
  for (;;) {
    values.forEach((value, tag) => (values[tag] = keep * value + kick * gaussian(random)));
    yield SCHEMA.features.map(({ tag }) => 10 * tag + values[tag]);
  }
}

const take = (from: Generator<number[]>, rows: number): number[][] => Array.from({ length: rows }, () => from.next().value as number[]); // prettier-ignore
/** The score of these rows: how far the first tag is from its mean. */
const scoreOf = (row: readonly number[]): number => Math.abs(row[0]);
function training(rows: number[][]): Dataset {
  return {
    schema: SCHEMA,
    rows: Float64Array.from(rows.flat()),
    count: rows.length,
    times: Float64Array.from(rows, (_, row) => row * STEP),
    stride: 10,
  };
}
const referenceOf = (rows: number[][]) => withScores(driftReference(training(rows))!, Float64Array.from(rows, scoreOf));

describe("Student's t", () => {
  for (const [t, freedom, p] of [
    [2.228138852, 10, 0.05],
    [12.7062047364, 1, 0.05],
    [4.586893859, 10, 0.001],
    [0, 5, 1],
  ] as const) {
    it(`passes ${t} at ${freedom} degrees of freedom with probability ${p}`, () => {
      assert.ok(Math.abs(studentP(t, freedom) - p) < 2e-6, String(studentP(t, freedom)));
      assert.equal(studentP(-t, freedom), studentP(t, freedom));
    });
  }
});

describe('drift', function () {
  this.timeout(60_000);

  /** Tags of other kinds, each a way to make the next value. */
  type Kind = (random: () => number) => () => number;
  const memory =
    (tau: number): Kind =>
    (random) => {
      const keep = Math.exp(-1 / tau);
      let value = gaussian(random);
      return () => (value = keep * value + Math.sqrt(1 - keep * keep) * gaussian(random));
    };
  const walk: Kind = (random) => {
    let value = 0;
    return () => (value += gaussian(random));
  };
  const cycle =
    (period: number): Kind =>
    (random) => {
      let at = Math.floor(period * random());
      return () => Math.sin((2 * Math.PI * at++) / period) + 0.1 * gaussian(random);
    };
  function* tagsOf(kind: Kind, seed: number): Generator<number[]> {
    const random = seeded(seed);
    const next = TAGS.map(() => kind(random));
    for (;;) {
      const values = next.map((value) => value());
      yield SCHEMA.features.map(({ tag }) => values[tag]);
    }
  }

  for (const { name, kind, rows: count, known } of [
    { name: 'no memory, a short training', kind: memory(1), rows: 800, known: true },
    { name: 'a memory of 30 rows, a short training', kind: memory(30), rows: 800, known: false },
    { name: 'a memory of 30 rows, a long training', kind: memory(30), rows: 8000, known: true },
    { name: 'a memory of 300 rows, a short training', kind: memory(300), rows: 800, known: false },
    { name: 'a random walk', kind: walk, rows: 4000, known: false },
    { name: 'a tenth of a daily cycle', kind: cycle(8000), rows: 800, known: false },
    { name: 'half of a daily cycle', kind: cycle(8000), rows: 4000, known: false },
    { name: 'three daily cycles', kind: cycle(800), rows: 2400, known: false },
    { name: 'forty cycles', kind: cycle(200), rows: 8000, known: true },
  ] as const) {
    it(`of tags with ${name} is ${known ? 'told falsely no more often than it says, and truly' : 'unknown'}`, () => {
      let [told, tests, wrong, raised, found] = [0, 0, 0, 0, 0];
      for (let seed = 1; seed <= 12; seed++) {
        const rows = tagsOf(kind, 1000 * count + seed);
        const reference = driftReference(training(take(rows, count)));
        if (reference === undefined) continue;
        const sure = reference.tags.filter(isTold).length;
        told += sure;
        if (!known || sure === 0) continue;
        const perBlock = Math.round(reference.blockMs / STEP);
        const means = (): number[] => {
          const live = take(rows, perBlock);
          return TAGS.map((_, tag) => live.reduce((sum, row) => sum + row[5 * tag], 0) / perBlock);
        };
        for (let block = 0; block < 20; block++) {
          const least = sure * Math.min(...means().map((mean, tag) => blockP(mean, reference.tags[tag])));
          tests += 1;
          // At twenty times the level, so that some hundred blocks say something.
          if (least < 20 * DRIFT_LEVEL) wrong += 1;
        }
        const moved = means().map((mean, tag) => blockP(mean + 3, reference.tags[tag]));
        raised += reference.tags.filter(isTold).length;
        found += moved.filter((p) => p * sure < DRIFT_LEVEL).length;
      }
      if (!known) assert.ok(told <= 2, `${told} of 96 are known`);
      else {
        assert.ok(told > 70, `${told} of 96 are known`);
        const most = 20 * DRIFT_LEVEL * tests;
        assert.ok(wrong <= most + 4 * Math.sqrt(most), `${wrong} of ${tests}`);
        assert.ok(found > 0.7 * raised, `${found} of ${raised} are found`);
      }
    });
  }

  it('of the score is told falsely no more often than it says', () => {
    let [blocks, wrong] = [0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      const rows = process(30_000 + seed, 10);
      const { score, blockMs } = referenceOf(take(rows, 4800));
      const perBlock = Math.round(blockMs / STEP);
      for (let block = 0; block < 10; block++) {
        const far = evened(take(rows, perBlock).filter((row) => scoreOf(row) > score!.limit).length / perBlock);
        blocks += 1;
        if (far > score!.share.mean && blockP(far, score!.share) / 2 < 20 * DRIFT_LEVEL) wrong += 1;
      }
    }
    assert.ok(wrong <= 8 + 4 * Math.sqrt(8), `${wrong} of ${blocks}`);
  });

  it('of less than half an hour is unknown, and names the tags that are', () => {
    const rows = take(process(4, 1), 2400);
    const short = { ...training(rows), times: Float64Array.from(rows, (_, row) => row * 700) };
    assert.equal(driftReference(short), undefined);
    const mixed = rows.map((row, at) => row.map((value, i) => (SCHEMA.features[i].tag === 2 ? at / 100 : value)));
    assert.deepEqual(unknownTags(driftReference(training(mixed)), SCHEMA), ['T2']);
  });

  const live = (watch: DriftWatch, rows: number[][], from: number): DriftEvent[] =>
    rows.flatMap((row, i) => [...watch.take(row, scoreOf(row), (from + i) * STEP, [])]);

  it('is raised once and cleared once, naming the tag that moved', () => {
    const rows = process(5, 5);
    const watch = new DriftWatch(referenceOf(take(rows, 2400)), SCHEMA);
    assert.deepEqual(live(watch, take(rows, 1000), 2400), []);
    const moved = take(rows, 600).map((row) =>
      row.map((value, i) => (SCHEMA.features[i].tag === 3 ? value + 3 : value)),
    );
    const raised = live(watch, moved, 3400);
    assert.deepEqual(raised.map(({ event, advisory, tags }) => [event, advisory, tags]), [['advisory-raised', 'input-drift', ['T3']]]); // prettier-ignore
    const cleared = live(watch, take(rows, 1000), 4000);
    assert.deepEqual(cleared.map(({ event, advisory }) => [event, advisory]), [['advisory-cleared', 'input-drift']]); // prettier-ignore
    assert.equal(cleared[0].since, raised[0].since);
  });

  it('of the score is told when more windows than usual score high', () => {
    const rows = process(6, 5);
    const reference = referenceOf(take(rows, 2400));
    assert.equal(isScoreTold(reference), true);
    const watch = new DriftWatch(reference, SCHEMA);
    const wider = take(rows, 800).map((row) => row.map((value, i) => (i < 5 ? 4 * value : value)));
    const told = live(watch, wider, 2400).map(({ advisory }) => advisory);
    assert.ok(told.includes('score-drift'));
  });

  it('of the score is not judged where the training was too short for one of the tags that it is made of', () => {
    const slow = (rows: number[][], from: number): number[][] =>
      rows.map((row, at) => row.map((value, i) => (SCHEMA.features[i].tag === 7 ? (from + at) / 400 : value)));
    const rows = process(6, 5);
    const reference = referenceOf(slow(take(rows, 2400), 0));
    assert.deepEqual(unknownTags(reference, SCHEMA), ['T7']);
    assert.ok(isTold(reference.score!.share));
    assert.equal(isScoreTold(reference), false);
    const watch = new DriftWatch(reference, SCHEMA);
    // What stood before a version was judged so is over.
    watch.state.since[1] = 0;
    const wider = slow(take(rows, 800), 2400).map((row) => row.map((value, i) => (i < 5 ? 4 * value : value)));
    const told = live(watch, wider, 2400).filter(({ advisory }) => advisory === 'score-drift');
    assert.deepEqual(told.map(({ event }) => event), ['advisory-cleared']); // prettier-ignore
  });

  it('leaves tags with bad data out', () => {
    const rows = process(7, 5);
    const watch = new DriftWatch(referenceOf(take(rows, 2400)), SCHEMA);
    const moved = take(rows, 800).map((row) =>
      row.map((value, i) => (SCHEMA.features[i].tag === 3 ? value + 9 : value)),
    );
    assert.deepEqual(moved.flatMap((row, i) => [...watch.take(row, 0, (2400 + i) * STEP, ['T3'])]), []); // prettier-ignore
  });

  it('goes on from what was saved', () => {
    const rows = process(8, 5);
    const reference = referenceOf(take(rows, 2400));
    const [one, other] = [new DriftWatch(reference, SCHEMA), new DriftWatch(reference, SCHEMA)];
    live(one, take(rows, 777), 2400);
    other.state = readDriftState(JSON.parse(JSON.stringify(one.state)), SCHEMA);
    const rest = take(rows, 600).map((row) => row.map((value) => value + 5));
    assert.deepEqual(live(other, rest, 3177), live(one, rest, 3177));
    assert.throws(() => readDriftState({ ...one.state, sums: [1] }, SCHEMA), { code: 'snapshot-corrupt' });
    assert.throws(() => readDriftState(null, SCHEMA), { code: 'snapshot-corrupt' });
  });

  it('is unknown to a model that was trained without it, on too few rows, or whose numbers are none', () => {
    const artifact = { schema: SCHEMA, tensors: {} } as unknown as DetectorArtifact;
    assert.equal(driftOf(artifact), undefined);
    assert.equal(driftReference(training(take(process(1, 5), 20))), undefined);
    const reference = referenceOf(take(process(1, 5), 2400));
    const kept = withDrift(artifact, reference);
    driftOf(kept)!.tags.forEach((tag, i) => {
      for (const part of ['mean', 'std', 'worth'] as const)
        assert.ok(Math.abs(tag[part] - reference.tags[i][part]) <= 1e-6 * Math.abs(reference.tags[i][part]), part);
    });
    assert.ok(Math.abs(driftOf(kept)!.score!.share.std - reference.score!.share.std) < 1e-6);
    assert.equal(driftOf(kept)?.blockMs, Math.fround(reference.blockMs));
    for (const data of [[Number.NaN, 12], [-1, 12], [1000, 8], [1]]) {
      const tensors = { ...kept.tensors, 'drift.block': { shape: [1, data.length], data: Float32Array.from(data) } };
      assert.equal(driftOf({ ...kept, tensors }), undefined);
    }
  });
});
