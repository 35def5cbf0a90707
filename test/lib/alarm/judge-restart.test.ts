import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_JUDGE } from '../../../lib/alarm/defaults';
import { Judge, type Judgement } from '../../../lib/alarm/judge';
import type { Scores } from '../../../lib/alarm/scores';
import { SwatError } from '../../../lib/errors';

const contribution = (tag: string, share: number) =>
  ({ tag, stage: 'P1', feature: 'mean', share, seen: 2, expected: 1, unit: 'mm' }) as const;
const scoresOf = (ratio: number, tag: string): Scores => ({
  autoencoder: {
    score: ratio,
    threshold: 1,
    ratio,
    ratioKind: 'calibrated',
    ready: true,
    model: 'm',
    ...(ratio >= 1 ? { contributions: [contribution(tag, 0.8), contribution('FIT101', 0.2)] } : {}),
  },
});
const move = fc.record({
  ratio: fc.constantFrom(0.2, 0.95, 1.2, 1.7, 4),
  tag: fc.constantFrom('LIT101', 'P101'),
  asset: fc.constantFrom('a', '__proto__'),
  good: fc.constantFrom(1, 1, 1, 0.1),
});
type Move = Omit<typeof move extends fc.Arbitrary<infer T> ? T : never, 'asset'> & { asset: string };

const judged = (judge: Judge, { ratio, tag, asset, good }: Move, second: number, restarted?: 'rewind'): Judgement =>
  judge.judge({ asset, end: second * 1000, good, restarted }, scoresOf(ratio, tag), second * 1000);

describe('the judge over a restart', () => {
  it('goes on from what was saved of each asset as if nothing had been', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(move, fc.boolean()), { maxLength: 50 }), (moves) => {
        const steady = new Judge(DEFAULT_JUDGE);
        let judge = new Judge(DEFAULT_JUDGE);
        moves.forEach(([each, restart], second) => {
          if (restart) {
            const next = new Judge(DEFAULT_JUDGE);
            for (const asset of judge.assets()) {
              next.restore(asset, JSON.parse(JSON.stringify(judge.snapshot(asset))));
            }
            judge = next;
          }
          assert.deepEqual(judged(judge, each, second), judged(steady, each, second));
        });
      }),
    );
  });

  it('comes to the same verdicts in a second pass, whatever the first one ended with', () => {
    fc.assert(
      fc.property(
        fc.array(move, { maxLength: 30 }),
        fc.array(move, { minLength: 1, maxLength: 30 }),
        (before, record) => {
          const once = new Judge(DEFAULT_JUDGE);
          const again = new Judge(DEFAULT_JUDGE);
          const only = record.map((each) => ({ ...each, asset: 'a' }));
          before.forEach((each, second) => judged(again, { ...each, asset: 'a' }, 1000 + second));
          only.forEach((each, second) => {
            const { verdict, from, rewound } = judged(again, each, second, second === 0 ? 'rewind' : undefined);
            const first = judged(once, each, second);
            assert.deepEqual([verdict, from, rewound], [first.verdict, first.from, second === 0]);
          });
        },
      ),
    );
  });

  it('refuses what is not its own', () => {
    const level = { state: { level: 'INFO', ratios: [1] }, heard: 5 };
    for (const saved of [
      null,
      {},
      { state: {} },
      { ...level, heard: 'x' },
      { ...level, state: { level: 'HIGH', ratios: [] } },
      { ...level, state: { level: 'INFO', ratios: ['1'] } },
      { ...level, trail: 5 },
      { ...level, trail: [{}] },
    ]) {
      // prettier-ignore
      assert.throws(() => new Judge(DEFAULT_JUDGE).restore('a', saved), SwatError, JSON.stringify(saved));
    }
    new Judge(DEFAULT_JUDGE).restore('a', level);
  });
});
