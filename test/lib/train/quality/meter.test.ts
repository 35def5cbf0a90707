import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gaussian, seeded } from '../../../../lib/kernels/random';
import type { Tag } from '../../../../lib/plant/dictionary';
import { QualityMeter, type RecordNotes } from '../../../../lib/train/quality/meter';
import type { Finding, QualityReport, TagQuality } from '../../../../lib/train/quality/report';

const NOTES: RecordNotes = {
  source: { kind: 'file', samples: 0, excludedTags: [], excludedRanges: [], labelled: 0, excluded: 0 },
  unreadableLines: 0,
  rows: 1000,
  stride: 1,
  wantedStride: 1,
  need: 200,
  missingTags: [],
  unknownColumns: [],
};
const sensor = (name: string, low = -1e12, high = 1e12): Tag => ({
  name,
  stage: 'P1',
  kind: 'sensor',
  unit: '',
  low,
  high,
});

/** A course of values, one a second; `undefined` for none. */
type Course = (second: number) => number | undefined;

function measure(
  courses: Readonly<Record<string, Course>>,
  count: number,
  notes: Partial<RecordNotes> = {},
  tags?: readonly Tag[],
): QualityReport {
  const meter = new QualityMeter(tags ?? Object.keys(courses).map((name) => sensor(name)));
  const list = Object.values(courses);
  for (let second = 0; second < count; second += 1)
    meter.push(
      second * 1000,
      Float64Array.from(list, (course) => course(second) ?? Number.NaN),
    );
  return meter.report({ ...NOTES, ...notes });
}

const codes = ({ findings }: QualityReport): string[] => findings.map(({ code }) => code);
const found = (report: QualityReport, code: Finding['code']): Finding => {
  const finding = report.findings.find((each) => each.code === code);
  assert.ok(finding, `${code} among ${codes(report).join()}`);
  return finding;
};

const noisy = (seed: number, wave = 20): Course => {
  const random = seeded(seed);
  return (second) => 50 + 10 * Math.sin(second / wave) + gaussian(random);
};

describe('the quality of a record', () => {
  it('has nothing to say against good data', () => {
    const report = measure({ A: noisy(1), B: noisy(2, 30) }, 5000);
    assert.deepEqual(codes(report), []);
    const [a] = report.tags;
    assert.deepEqual([a.count, a.missing, a.outOfRange, a.constant, a.stuck, a.modes], [5000, 0, 0, false, null, []]);
    assert.ok(Math.abs((a.mean ?? 0) - 50) < 0.5 && Math.abs((a.std ?? 0) - 7.1) < 0.3);
    assert.equal(a.histogram?.counts.reduce((sum, count) => sum + count, 0) ?? 0, 2500);
    assert.deepEqual([report.record.samples, report.record.periodMs, report.record.gaps.count], [5000, 1000, 0]);
    assert.ok(report.times.length <= 200 && report.times.length >= 100);
  });

  it('tells of constant and stuck tags', () => {
    const value = noisy(3);
    let frozen: number | undefined;
    const stuck: Course = (second) => {
      if (second < 2000 || second >= 2300) return value(second);
      frozen ??= 55.5;
      return frozen;
    };
    const report = measure({ A: stuck, B: () => 7, C: noisy(1) }, 5000);
    assert.deepEqual(found(report, 'constant').exclude, { tags: ['B'] });
    const finding = found(report, 'stuck');
    assert.deepEqual([finding.tags, finding.params.samples], [['A'], 300]);
    assert.deepEqual(finding.exclude?.ranges, [[2_000_000, 2_299_000]]);
  });

  it('does not call a tag stuck that rests at its end, is rounded, or is an actuator', () => {
    const flow: Course = (second) => (second % 900 < 400 ? 0 : 5 + Math.sin(second));
    const coarse: Course = (second) => Math.round(3 * Math.sin(second / 300));
    const pump: Course = (second) => (second % 1300 < 500 ? 1 : 2);
    assert.ok(!codes(measure({ A: flow, B: coarse, C: pump }, 6000)).includes('stuck'));
  });

  it('tells of missing and out-of-range values', () => {
    const report = measure(
      {
        A: (second) => (second % 10 === 0 ? undefined : second % 7),
        B: (second) => (second % 100 === 0 ? 1e4 : second % 11),
        C: () => undefined,
      },
      3000,
      {},
      [sensor('A'), sensor('B', 0, 100), sensor('C')],
    );
    assert.deepEqual([found(report, 'missing').tags, found(report, 'missing').params.percent], [['A'], 10]);
    assert.deepEqual(found(report, 'out-of-range').tags, ['B']);
    const { min, histogram, missing, drift } = report.tags[2];
    assert.deepEqual([min, histogram, missing, drift], [null, null, 1, null]);
  });

  it('tells of gaps, repeated and older times', () => {
    const meter = new QualityMeter([sensor('A')]);
    const value = noisy(1);
    for (let second = 0; second < 1000; second += 1) {
      const time = second * 1000 + (second >= 500 ? 3_600_000 : 0);
      meter.push(time, Float64Array.of(value(second) ?? 0));
      if (second === 700 || second === 800) meter.push(time, Float64Array.of(1));
      if (second % 100 === 99) meter.push(time - 5000, Float64Array.of(1));
    }
    const report = meter.report(NOTES);
    const { gaps, duplicates, outOfOrder } = report.record;
    assert.deepEqual([gaps.count, gaps.longestMs, duplicates, outOfOrder], [1, 3_601_000, 2, 10]);
    for (const code of ['gaps', 'duplicates', 'out-of-order'] as const) found(report, code);
  });

  it('tells of drift, of a cycle that was hardly seen, and of too little data', () => {
    const report = measure({ A: (second) => second / 100 + Math.sin(second) }, 4000, { rows: 150 });
    const { params, exclude } = found(report, 'drift');
    const [first, last] = [Number(params.first), Number(params.last)];
    assert.ok(Math.abs(first - 4) < 0.5 && Math.abs(last - 36) < 0.5, JSON.stringify(params));
    assert.deepEqual([Math.abs(Number(params.change) - 32) < 0.5, exclude], [true, { tags: ['A'] }]);
    assert.deepEqual(found(report, 'too-few').params, { rows: 150, need: 200, stride: 1, count: 0 });
    assert.equal(report.findings[0].severity, 'stop');
    const slow = measure({ A: noisy(1, 250), B: noisy(2, 20) }, 4000);
    assert.deepEqual([found(slow, 'few-cycles').tags, slow.record.slowestTag], [['A'], 'A']);
    assert.ok((slow.record.repetitions ?? 0) <= 3);
  });

  it('tells of a stretch that is unlike the rest, but not of what returns', () => {
    const value = noisy(5);
    const once: Course = (second) => (value(second) ?? 0) + (second >= 3000 && second < 3050 ? 500 : 0);
    const finding = found(measure({ A: once, B: noisy(1) }, 6000), 'suspicious');
    const [[from, to]] = finding.exclude?.ranges ?? [[0, 0]];
    assert.ok(from <= 3_000_000 && to >= 3_049_000 && to - from < 300_000);
    const often: Course = (second) => (value(second) ?? 0) + (second % 1500 < 50 ? 500 : 0);
    assert.ok(!codes(measure({ A: often, B: noisy(1) }, 6000)).includes('suspicious'));
  });

  it('tells of several ways of running, and of tags that move as one', () => {
    const random = seeded(9);
    const modal: Course = (second) => (second % 600 < 300 ? 10 : 100) + gaussian(random);
    const value = noisy(1);
    let last = 0;
    const report = measure({ A: modal, B: (second) => (last = value(second) ?? 0), C: () => 2 * last + 1 }, 6000);
    const [low, high] = report.tags[0].modes;
    assert.ok(Math.abs(low - 10) < 3 && Math.abs(high - 100) < 3);
    assert.deepEqual(found(report, 'modes').tags, ['A']);
    assert.deepEqual(found(report, 'same').tags, ['B', 'C']);
    assert.ok('matrix' in report.correlation && report.correlation.matrix[1][2] === 1);
  });

  it('has the states that actuators are in together', () => {
    const tags: Tag[] = ['P', 'Q'].map((name) => ({ ...sensor(name, 0, 5), kind: 'actuator' }));
    const report = measure({ P: (second) => (second % 100 < 75 ? 1 : 2), Q: () => 3 }, 2000, {}, tags);
    assert.deepEqual(report.record.states, [
      { share: 0.75, tags: { P: 1, Q: 3 } },
      { share: 0.25, tags: { P: 2, Q: 3 } },
    ]);
  });

  it('says of nothing that it is nothing', () => {
    const report = measure({ A: () => 1 }, 0);
    assert.deepEqual(codes(report), ['no-data']);
    assert.deepEqual([report.record.first, report.record.periodMs, report.times], [null, null, []]);
  });

  it('says nothing of tags that are excluded', () => {
    const source = { ...NOTES.source, excludedTags: ['B'] };
    const report = measure({ A: noisy(1), B: () => 7 }, 5000, { source });
    assert.deepEqual([codes(report), report.tags[1].excluded, report.tags[1].constant], [[], true, true]);
  });

  const courses = fc.array(
    fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      form: fc.constantFrom('wave', 'constant', 'states', 'ramp', 'holes'),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const courseOf = ({ seed, form }: { seed: number; form: string }, scale = 1): Course => {
    const wave = noisy(seed, 10 + (seed % 50));
    switch (form) {
      case 'constant':
        return () => scale * (seed % 5);
      case 'states':
        return (second) => scale * (Math.floor(second / (20 + (seed % 90))) % 3);
      case 'ramp':
        return (second) => scale * (second + (wave(second) ?? 0));
      case 'holes':
        return (second) => (second % (2 + (seed % 9)) === 0 ? undefined : scale * (wave(second) ?? 0));
      default:
        return (second) => scale * (wave(second) ?? 0);
    }
  };
  const named = (list: readonly { seed: number; form: string }[], scale = 1) =>
    Object.fromEntries(list.map((each, index) => [`T${index}`, courseOf(each, scale)]));

  it('says the same of each tag in whatever order they stand', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 0, max: 3000 }), (list, count) => {
        const forward = measure(named(list), count);
        const turned = measure(Object.fromEntries(Object.entries(named(list)).reverse()), count);
        const byName = (report: QualityReport): TagQuality[] =>
          report.tags.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
        assert.deepEqual(byName(turned), byName(forward));
        const listed = (report: QualityReport): string[] =>
          report.findings.map(({ code, tags }) => `${code} ${tags.toSorted().join()}`).sort();
        assert.deepEqual(listed(turned), listed(forward));
      }),
      { numRuns: 25 },
    );
  });

  it('finds the same in other units', () => {
    fc.assert(
      fc.property(courses, fc.constantFrom(0.25, 2, 1024), (list, scale) => {
        const [one, other] = [measure(named(list), 2500), measure(named(list, scale), 2500)];
        const plain = ({ code, severity, tags, exclude }: Finding): object => ({ code, severity, tags, exclude });
        assert.deepEqual(other.findings.map(plain), one.findings.map(plain));
        assert.deepEqual(other.correlation, one.correlation);
        other.tags.forEach(({ drift, histogram, distinct }, tag) => {
          assert.deepEqual(
            [drift, histogram?.counts, distinct],
            [one.tags[tag].drift, one.tags[tag].histogram?.counts, one.tags[tag].distinct],
          );
        });
      }),
      { numRuns: 25 },
    );
  });

  it('is at most 500 kB for 51 tags, and bounded for 2000', () => {
    const random = seeded(4);
    for (const [tags, samples, most] of [
      [51, 20_000, 500_000],
      [2000, 600, 4_000_000],
    ] as const) {
      const meter = new QualityMeter(Array.from({ length: tags }, (_, tag) => sensor(`TAG-OF-THE-PLANT-${tag}`)));
      const values = new Float64Array(tags);
      for (let second = 0; second < samples; second += 1) {
        for (let tag = 0; tag < tags; tag += 1) values[tag] = -12_345.678 * gaussian(random);
        meter.push(1.7e12 + second * 1000, values);
      }
      const size = JSON.stringify(meter.report(NOTES)).length;
      assert.ok(size <= most, `${tags} tags: ${size}`);
    }
  }).timeout(20_000);
});
