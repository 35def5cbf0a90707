import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tenths } from '../../../lib/cli/tenths';
import { listener } from './listener';

describe('how far a work is', () => {
  it('is told with the time that is left', () => {
    const terminal = listener();
    let now = 5000;
    const told = tenths('pca', terminal, () => now);
    for (const [ms, fraction] of [
      [1000, 0.05],
      [2000, 0.1],
      [2100, 0.19],
      [9000, 0.45],
      [20_000, 1],
    ]) {
      now = 5000 + ms;
      told(fraction, ', loss 1');
    }
    assert.deepEqual(terminal.told, [
      'pca: 10 %, 18 s left, loss 1',
      'pca: 40 %, 11 s left, loss 1',
      'pca: 100 %, done in 20 s, loss 1',
    ]);
  });

  it('takes at most ten lines, each another, whatever is heard', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (fractions) => {
        const terminal = listener();
        const told = tenths('x', terminal, () => 0);
        fractions.forEach((fraction) => told(fraction));
        assert.ok(terminal.told.length <= 10);
        assert.equal(new Set(terminal.told).size, terminal.told.length);
      }),
    );
  });
});
