import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rankingOf } from '../../../../lib/cli/labelled/ranking';

const rows = (pairs: readonly (readonly [ratio: number, truth: 0 | 1])[]) =>
  pairs.map(([ratio, truth]) => ({ ratio, truth: truth === 1 }));

describe('how well a score ranks', () => {
  for (const [why, pairs, aucRoc, aucPr] of [
    // scikit-learn 1.2: roc_auc_score and average_precision_score of the example in their documentation.
    [
      'the example of scikit-learn',
      [
        [0.1, 0],
        [0.4, 0],
        [0.35, 1],
        [0.8, 1],
      ],
      0.75,
      5 / 6,
    ],
    // Pairs: 0.9 beats both, the two at 0.5 tie with one and beat the other: (2 + 1.5) / 4; precision 1/1 and 2/3.
    [
      'a tie across the classes',
      [
        [0.9, 1],
        [0.5, 1],
        [0.5, 0],
        [0.1, 0],
      ],
      3.5 / 4,
      1 / 2 + (1 / 2) * (2 / 3),
    ],
    [
      'one value for all',
      [
        [1, 1],
        [1, 0],
        [1, 0],
        [1, 0],
      ],
      0.5,
      0.25,
    ],
    [
      'all upside down',
      [
        [0, 1],
        [1, 0],
      ],
      0,
      0.5,
    ],
  ] as const) {
    it(`is measured on ${why}`, () => {
      const found = rankingOf(rows(pairs));
      assert.ok(Math.abs(found!.aucRoc - aucRoc) < 1e-12, `${found!.aucRoc}`);
      assert.ok(Math.abs(found!.aucPr - aucPr) < 1e-12, `${found!.aucPr}`);
    });
  }

  it('is unknown where there is only one kind of row', () => {
    for (const one of [
      rows([]),
      rows([[1, 1]]),
      rows([
        [1, 0],
        [2, 0],
      ]),
    ])
      assert.equal(rankingOf(one), undefined);
  });

  it('is the share of pairs in the right order', () => {
    const judged = fc.array(fc.record({ ratio: fc.integer({ min: 0, max: 6 }), truth: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(judged, (list) => {
        const found = rankingOf(list);
        const [bad, good] = [list.filter(({ truth }) => truth), list.filter(({ truth }) => !truth)];
        if (found === undefined) return bad.length === 0 || good.length === 0;
        let pairs = 0;
        for (const a of bad) for (const b of good) pairs += a.ratio > b.ratio ? 1 : a.ratio === b.ratio ? 0.5 : 0;
        return (
          Math.abs(found.aucRoc - pairs / (bad.length * good.length)) < 1e-9 &&
          found.aucPr > 0 &&
          found.aucPr <= 1 + 1e-9
        );
      }),
    );
  });
});
