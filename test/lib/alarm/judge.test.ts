import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blame } from '../../../lib/alarm/blame';
import { Judge } from '../../../lib/alarm/judge';
import { verdictSentence } from '../../../lib/alarm/sentence';
import { readScores, readWindow, type Scores } from '../../../lib/alarm/scores';
import type { Contribution, DetectorScore } from '../../../lib/detect/detector';
import { SwatError } from '../../../lib/errors';
import { englishText } from '../../../lib/platform/catalogue';
import { UNUSABLE } from '../../../lib/stream/reason';
import { brief, contribution } from './verdicts';

const score = (ratio: number, contributions?: Contribution[]): DetectorScore => ({
  score: ratio,
  threshold: 1,
  ratio,
  ratioKind: 'calibrated',
  ready: true,
  model: 'm',
  ...(contributions === undefined ? {} : { contributions }),
});
const judge = (): Judge =>
  new Judge({
    fusion: { method: 'maximum', weights: { autoencoder: 1, iforest: 1, pca: 1 }, n: 1, minGood: 0.5 },
    levels: { thresholds: [1, 1.5, 2], n: 2, m: 3, hysteresis: 0.9 },
    expected: ['autoencoder', 'iforest'],
    idleMs: 1000,
  });
const window = { asset: 'plant1', end: 60_000, good: 1 };

describe('Judge', () => {
  it('gives level, change, tags and the detectors that took part', () => {
    const scores: Scores = { autoencoder: score(2.5, [contribution('LIT101')]), iforest: score(0.3) };
    const one = judge();
    assert.equal(one.judge(window, scores, 0).verdict.level, 'NONE');
    const { verdict, from } = one.judge(window, scores, 0);
    assert.equal(from, 'NONE');
    assert.equal(verdict.level, 'CRITICAL');
    assert.equal(verdict.finding, 'anomaly');
    assert.equal(verdict.time, 60_000);
    assert.equal(verdict.partial, false);
    assert.deepEqual(verdict.tags, [contribution('LIT101')]);
    assert.deepEqual(verdict.detectors.iforest, { score: 0.3, threshold: 1, ratio: 0.3, ready: true, model: 'm' });
    assert.equal(verdict.sentence.code, 'anomaly-mean-above');
  });

  it('marks a verdict partial when an expected detector is missing', () => {
    assert.equal(judge().judge(window, { autoencoder: score(0.3) }, 0).verdict.partial, true);
  });

  it('leaves the level as it is while it cannot judge', () => {
    const one = judge();
    for (let i = 0; i < 3; i += 1) one.judge(window, { autoencoder: score(1.7) }, 0);
    const bad = one.judge({ ...window, good: 0.1 }, { autoencoder: score(0.1) }, 0);
    assert.deepEqual([bad.verdict.finding, bad.verdict.level, bad.from], ['bad-data', 'WARNING', 'WARNING']);
    const unready = one.judge(window, { autoencoder: { ...score(0), ready: false } }, 0);
    assert.deepEqual([unready.verdict.finding, unready.verdict.level], ['not-ready', 'WARNING']);
    one.reset('plant1');
    assert.equal(one.judge(window, { autoencoder: score(1.7) }, 0).verdict.level, 'NONE');
  });

  it('takes the calm of a forest alone for none, as it could not alarm', () => {
    const one = judge();
    for (let i = 0; i < 3; i += 1) one.judge(window, { autoencoder: score(1.7) }, 0);
    const unready = { ...score(0), ready: false };
    const { verdict } = one.judge(window, { autoencoder: unready, iforest: score(0.2) }, 0);
    assert.deepEqual([verdict.finding, verdict.level, verdict.ratio, verdict.sentence.code], ['not-ready', 'WARNING', 0, 'verdict-forest-alone']); // prettier-ignore
    const muted = { ...unready, reason: 'muted', mode: 'open' } as const;
    const silent = one.judge(window, { autoencoder: muted, iforest: score(0.2) }, 0).verdict;
    assert.deepEqual([silent.finding, silent.sentence.code], ['not-ready', 'verdict-muted']);
    assert.equal(one.judge(window, { pca: score(0.2), iforest: score(0.2) }, 0).verdict.finding, 'normal');
  });
});

describe('blame', () => {
  it('names the autoencoder’s tags by share, then the forest’s, each once, at most five', () => {
    const tags = blame({
      autoencoder: score(2, [contribution('B', 0.2), contribution('A', 0.7)]),
      iforest: score(
        2,
        ['C', 'A', 'D', 'E', 'F'].map((tag) => contribution(tag, 0.9)),
      ),
    });
    assert.deepEqual(
      tags.map(({ tag }) => tag),
      ['A', 'B', 'C', 'D', 'E'],
    );
    assert.equal(tags[0].share, 0.7);
  });

  it('takes the forest’s tags where the autoencoder named none', () => {
    assert.deepEqual(blame({ autoencoder: score(0.4), iforest: score(2, [contribution('C')]) }), [contribution('C')]);
    assert.deepEqual(blame({}), []);
  });
});

describe('Judge, when time goes back', () => {
  it('starts an asset anew, and no other, but not after a mere gap', () => {
    const scores: Scores = { autoencoder: score(2.5), iforest: score(0.3) };
    for (const [restarted, expected] of [
      [undefined, 'CRITICAL'],
      ['gap', 'CRITICAL'],
      ['rewind', 'NONE'],
    ] as const) {
      const one = judge();
      for (const asset of ['plant1', 'plant2'])
        for (let i = 0; i < 2; i += 1) one.judge({ ...window, asset }, scores, 0);
      const next = { ...window, end: 0, ...(restarted && { restarted }) };
      assert.equal(one.judge(next, { autoencoder: score(0.1) }, 0).from, expected);
      assert.equal(one.judge({ ...window, asset: 'plant2' }, scores, 0).from, 'CRITICAL');
    }
  });
});

describe('verdictSentence', () => {
  it('says of bad data which tags it is about, and why the first of them is', () => {
    const about = {
      asset: 'line-1',
      finding: 'bad-data',
      level: 'NONE',
      ratio: 0,
      tags: [] as Contribution[],
    } as const;
    assert.deepEqual(verdictSentence(about, { good: 0.2 }), {
      code: 'verdict-bad-data',
      params: { asset: 'line-1', good: 20 },
    });
    const why = { LIT101: 'noCommunication', P101: 'missing', FIT101: 'noCommunication' } as const;
    const sentence = verdictSentence(about, { good: 0.2, why });
    assert.deepEqual(sentence, {
      code: 'verdict-bad-data-noCommunication',
      params: { asset: 'line-1', good: 20, tags: 'LIT101, FIT101' },
    });
    assert.equal(
      englishText(`sentences.${sentence.code}`, sentence.params),
      'line-1 is not judged: no communication with LIT101, FIT101.',
    );
    for (const reason of UNUSABLE) assert.ok(englishText(`sentences.verdict-bad-data-${reason}`, {}) !== undefined);
  });

  for (const [tag, code, seen] of [
    [contribution('T'), 'anomaly-mean-above', 823.4],
    [contribution('T', 1, { seen: 1 }), 'anomaly-mean-below', 1],
    [contribution('T', 1, { feature: 'std', seen: 9, expected: 1 }), 'anomaly-std-above', 9],
    [contribution('T', 1, { feature: 'std', seen: 0, expected: 1 }), 'anomaly-std-below', 0],
    [contribution('T', 1, { feature: 'min', seen: 0 }), 'anomaly-min-below', 0],
    [contribution('T', 1, { feature: 'max' }), 'anomaly-max-above', 823.4],
    [contribution('T', 1, { feature: 'slope', seen: 0.98 }), 'anomaly-slope-rises', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: -0.98, expected: -0.2 }), 'anomaly-slope-falls', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: -0.98, expected: 0.2 }), 'anomaly-slope-falls-against', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: 0.98, expected: -0.2 }), 'anomaly-slope-rises-against', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: -0.98, expected: 0.05 }), 'anomaly-slope-falls-unsteady', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: 0.98, expected: -0.05 }), 'anomaly-slope-rises-unsteady', 0.98],
    [contribution('T', 1, { feature: 'slope', seen: 0 }), 'anomaly-slope-still', 0],
  ] as const) {
    it(`says ${code} of ${tag.feature} ${tag.seen}, expected ${tag.expected}`, () => {
      const about = { asset: 'a', finding: 'anomaly', level: 'CRITICAL', ratio: 3.2, tags: [tag] } as const;
      const sentence = verdictSentence({ ...about, tags: [...about.tags] }, { good: 1 });
      assert.equal(sentence.code, code);
      assert.equal(sentence.params.seen, seen);
      assert.equal(sentence.params.place, 'P1');
    });
  }

  for (const [seenState, expectedState, code] of [
    ['off', 'on', 'anomaly-state'],
    ['on', 'on', 'anomaly-switching'],
  ] as const) {
    it(`says ${code} of an actuator that is ${seenState}, expected ${expectedState}`, () => {
      const tags = [contribution('P501', 1, { feature: 'min', seen: 1, expected: 2, seenState, expectedState })];
      const sentence = verdictSentence(
        { asset: 'a', finding: 'anomaly', level: 'INFO', ratio: 1.1, tags },
        { good: 1 },
      );
      assert.equal(sentence.code, code);
      assert.equal(sentence.params.seenState, code === 'anomaly-state' ? seenState : undefined);
    });
  }

  it('tells how fast a tag falls, and was expected to move, without signs', () => {
    const sentence = (expected: number) => {
      const tags = [contribution('T', 1, { feature: 'slope', seen: -9.8, expected })];
      return verdictSentence({ asset: 'a', finding: 'anomaly', level: 'INFO', ratio: 1.1, tags }, { good: 1 }).params;
    };
    assert.deepEqual([sentence(-2.2).seen, sentence(-2.2).expected, sentence(4.1).expected], [9.8, 2.2, 4.1]);
  });

  it('says that a level is held while values are normal again', () => {
    const calm = { asset: 'a', finding: 'normal', ratio: 0.4, tags: [] } as const;
    assert.equal(verdictSentence({ ...calm, tags: [], level: 'NONE' }, { good: 1 }).code, 'verdict-normal');
    assert.deepEqual(verdictSentence({ ...calm, tags: [], level: 'CRITICAL' }, { good: 1 }), {
      code: 'verdict-settling',
      params: { asset: 'a', level: 'CRITICAL' },
    });
  });

  it('names the asset where a tag has no stage, and no tag where none is named', () => {
    const about = { asset: 'pump 3', finding: 'anomaly', level: 'INFO', ratio: 1.1 } as const;
    const tags = [contribution('T', 1, { stage: '' })];
    assert.equal(verdictSentence({ ...about, tags }, { good: 1 }).params.place, 'pump 3');
    assert.equal(verdictSentence({ ...about, tags: [] }, { good: 1 }).code, 'anomaly-untold');
  });
});

describe('readScores', () => {
  const good = { autoencoder: score(1.2, [contribution('A')]) };
  const code = (wanted: string) => (error: unknown) => error instanceof SwatError && error.code === wanted;

  it('takes what detectors send, and no more than five whole contributions', () => {
    assert.deepEqual(readScores(good), good);
    const many = Array.from({ length: 100_000 }, (_, i) => contribution(`T${i}`));
    assert.equal(readScores({ iforest: score(1, many) }).iforest?.contributions?.length, 5);
    const broken = [null, 1, { tag: 'x' }, contribution('T', Number.NaN), contribution('T')] as Contribution[];
    assert.deepEqual(readScores({ iforest: score(1, broken) }).iforest?.contributions, [contribution('T')]);
    assert.deepEqual(readScores({ iforest: { ...score(1), contributions: 'many' } }).iforest?.contributions, []);
  });

  it('keeps the statistics of a PCA, all of them or none', () => {
    const statistics = { spe: 3, speLimit: 9, t2: 4, t2Limit: 8 };
    assert.deepEqual(readScores({ pca: { ...score(1), ...statistics } }).pca, { ...score(1), ...statistics });
    assert.deepEqual(readScores({ pca: { ...score(1), ...statistics, t2: 'x' } }).pca, score(1));
  });

  it('keeps the states of an actuator, both or neither, and none that is no short text', () => {
    const kept = (more: object) =>
      readScores({ iforest: score(1, [{ ...contribution('P1'), ...more }]) }).iforest?.contributions?.[0];
    const states = { seenState: 'off', expectedState: 'on' };
    assert.deepEqual(kept(states), contribution('P1', 0.5, states));
    for (const wrong of [
      { seenState: 'off' },
      { ...states, expectedState: 7 },
      { ...states, seenState: 'x'.repeat(999) },
    ])
      assert.deepEqual(kept(wrong), contribution('P1'));
    assert.deepEqual(kept({ expectedRange: [1, 2] }), contribution('P1', 0.5, { expectedRange: [1, 2] }));
    for (const expectedRange of [[2, 1], [1], [1, 2, 3], [1, '2'], [1, Number.NaN], 'x'])
      assert.deepEqual(kept({ expectedRange }), contribution('P1'));
  });

  for (const value of [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { knn: score(1) },
    JSON.parse('{"__proto__": {"iforest": 1}}'),
  ]) {
    it(`finds no scores in ${brief(value)}`, () => {
      assert.throws(() => readScores(value), code('scores-missing'));
    });
  }

  for (const more of [
    { ratio: Number.NaN },
    { ratio: Infinity },
    { ratio: -1 },
    { ratio: '1.5' },
    { score: undefined },
    { threshold: null },
    { ready: 1 },
    { ratioKind: 'log' },
  ]) {
    it(`refuses a result with ${JSON.stringify(more)}`, () => {
      assert.throws(() => readScores({ autoencoder: { ...score(1), ...more } }), code('score-wrong'));
    });
  }

  it('refuses a result that is no object', () => {
    for (const value of [null, 1, 'high', [1]])
      assert.throws(() => readScores({ iforest: value }), code('score-wrong'));
  });
});

describe('readWindow', () => {
  const payload = { asset: 'a', end: 1, quality: { good: 1, bad: [] } };

  it('takes asset, end and quality', () => assert.deepEqual(readWindow(payload), { asset: 'a', end: 1, good: 1 }));

  it('takes why tags are bad, the first five, and that time has jumped; nothing that it does not know', () => {
    const why = { A: 'stale', B: 'witchcraft', C: 7, ['x'.repeat(200)]: 'stale', D: 'missing' };
    const given = { ...payload, quality: { good: 1, bad: [], why }, restarted: 'rewind' };
    assert.deepEqual(readWindow(given), {
      asset: 'a',
      end: 1,
      good: 1,
      why: { A: 'stale', D: 'missing' },
      restarted: 'rewind',
    });
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`T${i}`, 'missing']));
    assert.equal(Object.keys(readWindow({ ...payload, quality: { good: 1, why: many } }).why ?? {}).length, 5);
    assert.deepEqual(readWindow({ ...payload, restarted: 'later' }), { asset: 'a', end: 1, good: 1 });
  });

  for (const value of [
    undefined,
    'x'.repeat(1_000_000),
    [payload],
    { ...payload, asset: '' },
    { ...payload, asset: 'x'.repeat(1_000_000) },
    { ...payload, end: '1' },
    { ...payload, end: Infinity },
    { ...payload, quality: null },
    { ...payload, quality: { good: Number.NaN } },
    { ...payload, quality: { good: 2 } },
  ]) {
    it(`refuses ${brief(value)}`, () => {
      assert.throws(
        () => readWindow(value),
        (error) => error instanceof SwatError && error.code === 'severity-window',
      );
    });
  }
});

describe('blame over several windows', () => {
  it('names what was wrong from the first of them, not what followed from it', () => {
    const one = judge();
    const windows = [
      [contribution('CAUSE', 1)],
      [contribution('EFFECT', 0.8), contribution('CAUSE', 0.2)],
      [contribution('EFFECT', 0.6), contribution('CAUSE', 0.4)],
    ].map((tags) => one.judge(window, { autoencoder: score(2.5, tags), iforest: score(0) }, 0).verdict.tags);
    assert.deepEqual(
      windows.map((tags) => tags.map(({ tag, share }) => [tag, Number(share.toFixed(3))])),
      [
        [['CAUSE', 1]],
        [
          ['CAUSE', 0.6],
          ['EFFECT', 0.4],
        ],
        [
          ['CAUSE', 0.533],
          ['EFFECT', 0.467],
        ],
      ],
    );
  });

  it('takes what was seen and expected from the latest window, and forgets after m windows, or a reset', () => {
    const one = judge();
    const told = (tag: string, seen: number) =>
      one
        .judge(window, { autoencoder: score(2.5, [{ ...contribution(tag), seen }]), iforest: score(0) }, 0)
        .verdict.tags.map((each) => [each.tag, each.seen]);
    told('A', 1);
    assert.deepEqual(told('A', 2), [['A', 2]]);
    told('B', 3);
    told('B', 4);
    assert.deepEqual(told('B', 5), [['B', 5]]);
    one.reset('plant1');
    assert.deepEqual(told('C', 6), [['C', 6]]);
  });

  it('blames nobody for a normal window, and keeps assets apart', () => {
    const one = judge();
    one.judge(window, { autoencoder: score(2.5, [contribution('A')]) }, 0);
    assert.deepEqual(one.judge(window, { autoencoder: score(0.5) }, 0).verdict.tags, []);
    const { tags } = one.judge(
      { ...window, asset: 'other' },
      { autoencoder: score(2.5, [contribution('B')]) },
      0,
    ).verdict;
    assert.deepEqual(
      tags.map(({ tag }) => tag),
      ['B'],
    );
  });

  const named = fc
    .uniqueArray(fc.tuple(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'), fc.nat(100)), {
      maxLength: 5,
      selector: ([tag]) => tag,
    })
    .map((list) => {
      const total = list.reduce((sum, [, share]) => sum + share, 1);
      return list.map(([tag, share]) => contribution(tag, share / total)).sort((a, b) => b.share - a.share);
    });

  it('sums up to no more than the whole, whatever the windows and the detectors say', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ autoencoder: named, pca: named, iforest: named })), (given) => {
        const tags = blame(
          ...given.map(({ autoencoder, pca, iforest }) => ({
            autoencoder: score(2, autoencoder),
            pca: score(2, pca),
            iforest: score(2, iforest),
          })),
        );
        assert.ok(tags.length <= 5 && new Set(tags.map(({ tag }) => tag)).size === tags.length);
        assert.ok(tags.reduce((sum, { share }) => sum + share, 0) <= 1 + 1e-9);
      }),
    );
  });

  it('names those of a detector by their share', () => {
    fc.assert(
      fc.property(fc.array(named), (given) => {
        const tags = blame(...given.map((autoencoder) => ({ autoencoder: score(2, autoencoder) })));
        tags.slice(1).forEach(({ share }, index) => assert.ok(share <= tags[index].share));
      }),
    );
  });
});
