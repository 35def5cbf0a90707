import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { csvOf, tagsFromCsv } from '../../../lib/plant/csv';
import { PlantLearner } from '../../../lib/plant/learn';
import { createPlantSimulation } from '../../../lib/plant/sim/plant';
import { stageFromName, tagsOf } from '../../../lib/plant/list';
import { SWAT } from '../../../lib/plant/swat';

const code = (expected: string) => (error: unknown) => error instanceof SwatError && error.code === expected;

describe('the SWaT preset', () => {
  it('has the 25 sensors and 26 actuators of the testbed in six stages', () => {
    assert.equal(SWAT.tags.length, 51);
    assert.equal(SWAT.tags.filter((tag) => tag.kind === 'sensor').length, 25);
    assert.deepEqual([...new Set(SWAT.tags.map((tag) => tag.stage))], ['P1', 'P2', 'P3', 'P4', 'P5', 'P6']);
    assert.deepEqual(SWAT.tags[SWAT.indexOf('LIT301')!].limits, { ll: 250, l: 800, h: 1000, hh: 1200 });
  });

  it('survives the way through a saved list', () => {
    assert.deepEqual(tagsOf(JSON.parse(JSON.stringify(SWAT.tags))), SWAT.tags);
  });
});

describe('tagsOf', () => {
  const row = { name: 'LIT101', low: '0', high: '1600' };

  it('fills what can be left out', () => {
    assert.deepEqual(tagsOf([row, { name: 'P1', states: '0=off| 1 = on ' }]), [
      { name: 'LIT101', stage: 'P1', kind: 'sensor', unit: '', low: 0, high: 1600 },
      { name: 'P1', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 1, states: { 0: 'off', 1: 'on' } },
    ]);
  });

  for (const [reason, rows] of [
    ['tag-list', 'no list'],
    ['tag-row', [7]],
    ['tag-row', [null]],
    ['tag-name', [{ ...row, name: 'two words' }]],
    ['tag-kind', [{ ...row, kind: 'valve' }]],
    ['tag-number', [{ ...row, low: 'ten' }]],
    ['tag-number', [{ ...row, low: '' }]],
    ['tag-number', [{ ...row, high: Number.POSITIVE_INFINITY }]],
    ['tag-range', [{ ...row, low: 1600 }]],
    ['tag-states', [{ ...row, states: 'off,on' }]],
  ] as const) {
    it(`refuses ${JSON.stringify(rows)} with ${reason}`, () => assert.throws(() => tagsOf(rows), code(reason)));
  }

  it('reads the stage from the first digit of a name', () => {
    assert.equal(stageFromName('AIT504'), 'P5');
    assert.equal(stageFromName('turbidity'), 'P1');
  });
});

describe('tagsFromCsv', () => {
  it('reads columns in any order, with a decimal comma where the separator is a semicolon', () => {
    const { tags, problems } = tagsFromCsv('\uFEFFhigh;Tag;unit;low;colour\r\n1,5;FIT101;m3/h;-0,5;blue\r\n');
    assert.deepEqual(problems, []);
    assert.deepEqual(tags, [{ name: 'FIT101', stage: 'P1', kind: 'sensor', unit: 'm3/h', low: -0.5, high: 1.5 }]);
  });

  it('takes alarm limits and what the checks go by', () => {
    const { tags, problems } = tagsFromCsv(
      'tag,low,high,LL,hh,ratePerS,Stuck after s,noise,lostAfterS\nLIT101,0,1200,250,1000,1.5,90,0.1,20\nFIT101,0,3,,,,,,\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(tags[0].limits, { ll: 250, hh: 1000 });
    assert.deepEqual(tags[0].check, { ratePerS: 1.5, stuckAfterS: 90, noise: 0.1, lostAfterS: 20 });
    assert.deepEqual([tags[1].limits, tags[1].check], [undefined, undefined]);
  });

  it('reads back what csvOf writes, and that has no empty columns', () => {
    const tags = tagsOf([
      ...SWAT.tags.map((tag, index) => ({ ...tag, source: { register: 2 * index, dataType: 'int32', gain: 0.001, order: 'CDAB' } })),
      { name: 'X', low: -1, high: 1, maxAgeMs: 500, description: 'with, comma', source: { nodeId: 'ns=2;s="X"', topic: 'a/b' } },
    ]); // prettier-ignore
    const read = tagsFromCsv(csvOf(tags));
    assert.deepEqual(read.problems, []);
    assert.deepEqual(read.tags, tags);
    assert.equal(
      csvOf(tagsOf([{ name: 'Y', low: 0, high: 1 }])),
      'tag,stage,kind,unit,low,high,states\nY,P1,sensor,,0,1,',
    );
  });

  it('tells registers that two tags read, with the line; a coil without states is 0 or 1', () => {
    const lines = ['tag,kind,low,high,table,register,data type', 'A,,0,1,,0,float32', 'B,,0,1,,1,', 'C,,x,1,,5,'];
    const { tags, problems } = tagsFromCsv([...lines, 'P1,actuator,,,coil,1,', 'D,,0,1,,2,'].join('\n'));
    assert.deepEqual(
      problems.map(({ line, error: { code: why, details } }) => [line, why, details.tag]),
      [
        [3, 'source-overlap', 'B'],
        [4, 'tag-number', 'C'],
      ],
    );
    assert.deepEqual(tags.map(({ name, low, high }) => [name, low, high]), [['A', 0, 1], ['P1', 0, 1], ['D', 0, 1]]); // prettier-ignore
  });

  it('tells broken lines one by one and keeps the others', () => {
    const { tags, problems } = tagsFromCsv('tag,low,high\nA,0,1\nB,x,1\n\nA,0,2\nC,3,2\nD,0,1');
    assert.deepEqual(
      tags.map((tag) => tag.name),
      ['A', 'D'],
    );
    assert.deepEqual(
      problems.map(({ line, error }) => [line, error.code]),
      [
        [3, 'tag-number'],
        [5, 'tag-twice'],
        [6, 'tag-range'],
      ],
    );
  });

  it('tells reserved names as broken lines', () => {
    const { tags, problems } = tagsFromCsv('tag,low,high\n__proto__,0,1\nA,0,1\nconstructor,0,1\nprototype,0,1\n');
    assert.deepEqual(
      [tags.map(({ name }) => name), problems.map(({ line, error }) => [line, error.code])],
      [
        ['A'],
        [
          [2, 'csv-tag-name'],
          [4, 'csv-tag-name'],
          [5, 'csv-tag-name'],
        ],
      ],
    );
  });

  it('refuses an empty text and a header without the needed columns', () => {
    assert.throws(() => tagsFromCsv(' \n'), code('csv-empty'));
    assert.throws(() => tagsFromCsv('stage,low,high\nP1,0,1'), code('csv-column'));
    assert.throws(() => tagsFromCsv('tag,unit\nA,mm'), code('csv-column'));
  });
});

describe('PlantLearner', () => {
  it('tells sensors from actuators and leaves a wide margin around what it saw', () => {
    const learner = new PlantLearner(3);
    assert.equal(learner.add({ LIT301: 800.5, P101: 1, note: 'x' }), false);
    assert.equal(learner.add({}), false, 'a frame without numbers does not count');
    assert.equal(learner.add({ LIT301: 900.5, P101: 2 }), false);
    assert.equal(learner.add({ LIT301: Number.NaN, P101: 2 }), true);
    assert.deepEqual(learner.tags(), [
      { name: 'LIT301', stage: 'P3', kind: 'sensor', unit: '', low: -900.5, high: 2701.5 },
      { name: 'P101', stage: 'P1', kind: 'actuator', unit: '', low: 0, high: 2, states: { 1: '1', 2: '2' } },
    ]);
  });

  it('calls no state or flow bad data that did not come up while it learned', () => {
    const learner = new PlantLearner(100);
    const quiet = { P101: 1, MV101: 0, FIT101: 0, FIT201: 2.45, FIT301: 0.001, LIT101: 500, AIT201: 7 };
    for (let i = 0; i < 100; i += 1) learner.add({ ...quiet, LIT101: 500 + i / 10, FIT301: i / 1e5 });
    const tags = learner.tags();
    const later = { P101: 2, MV101: 2, FIT101: 2.5, FIT201: 0, FIT301: 1.8, LIT101: 1100, AIT201: 8.5 };
    for (const values of [quiet, later, { P101: 0, MV101: 1 }]) {
      for (const [name, value] of Object.entries(values)) {
        const { low, high } = tags.find((tag) => tag.name === name)!;
        assert.ok(low <= value && value <= high, `${name} ${value} in ${low} to ${high}`);
      }
    }
    assert.deepEqual(tags.map(({ kind }) => kind[0]).join(''), 'aasssss');
    assert.ok(tags.every(({ low }) => low > -999));
  });

  it('learns the simulated plant from 100 frames so that three hours later every value is in range', () => {
    const plant = createPlantSimulation({ seed: 3, startTime: 0 });
    const frame = (): Record<string, number> => {
      const { values } = plant.step();
      return Object.fromEntries(SWAT.tags.map(({ name }, index) => [name, values[index]]));
    };
    const learner = new PlantLearner(100);
    while (!learner.add(frame()));
    const tags = learner.tags();
    const outside = new Set<string>();
    for (let second = 0; second < 3 * 3600; second += 1) {
      const values = frame();
      for (const { name, low, high } of tags) {
        if (!(low <= values[name] && values[name] <= high)) outside.add(`${name} ${values[name]} in ${low} to ${high}`);
      }
    }
    assert.deepEqual([...outside], []);
  });

  it('learns the same over a restart, also of frames that come before what was saved has been read', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }));
    const frames = fc.array(fc.dictionary(fc.constantFrom('LIT101', 'P101', 'MV1'), value, { minKeys: 1 }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(frames, fc.nat(), fc.nat(2), (all, cut, early) => {
        const at = cut % (all.length - 1);
        const steady = new PlantLearner(all.length);
        all.forEach((frame) => steady.add(frame));
        const before = new PlantLearner(all.length);
        all.slice(0, at).forEach((frame) => before.add(frame));
        const after = new PlantLearner(all.length);
        const first = Math.min(at + early, all.length - 1);
        all.slice(at, first).forEach((frame) => after.add(frame));
        after.restore(JSON.parse(JSON.stringify(before.saved)));
        const enough = all.slice(first).map((frame) => after.add(frame));
        assert.equal(enough.at(-1), true);
        assert.deepEqual(
          after.tags().sort((a, b) => (a.name < b.name ? -1 : 1)),
          steady.tags().sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
      }),
    );
  });

  it('refuses what no learner has saved', () => {
    for (const saved of [
      null,
      5,
      {},
      { frames: 1 },
      { frames: 1, seen: [['A', 1]] },
      { frames: 1, seen: [['__proto__', 0, 1, null]] },
    ]) {
      // prettier-ignore
      assert.throws(() => new PlantLearner(5).restore(saved), code('snapshot-corrupt'));
    }
  });

  it('learns no tag under a reserved name', () => {
    const learner = new PlantLearner(1);
    learner.add(JSON.parse('{"__proto__": 5, "constructor": 1, "prototype": 2, "A": 1.5}') as Record<string, number>);
    assert.deepEqual(
      learner.tags().map(({ name }) => name),
      ['A'],
    );
  });

  it('takes a tag with many whole numbers for a sensor', () => {
    const learner = new PlantLearner(6);
    for (let value = 0; value < 6; value += 1) learner.add({ count: value });
    assert.equal(learner.tags()[0].kind, 'sensor');
  });
});

describe('operator guidance', () => {
  it('stands beside every tag of the preset, short', () => {
    for (const { name, guidance } of SWAT.tags) {
      assert.ok(guidance !== undefined, name);
      for (const text of [guidance.cause, guidance.consequence, guidance.response])
        assert.ok(text.length >= 20 && text.length <= 300, `${name}: ${text}`);
    }
  });

  it('is read from the columns of a CSV and of a row, and cut', () => {
    const { tags, problems } = tagsFromCsv(
      'tag,low,high,cause,consequence,response\nLIT1,0,1,valve stuck,overflow,close it\nLIT2,0,1,,,',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(tags[0].guidance, { cause: 'valve stuck', consequence: 'overflow', response: 'close it' });
    assert.ok(!('guidance' in tags[1]));
    const [tag] = tagsOf([{ name: 'A', low: 0, high: 1, response: 'x'.repeat(1000) }]);
    assert.deepEqual([tag.guidance?.cause, tag.guidance?.response.length], ['', 500]);
  });
});
