import assert from 'node:assert/strict';
import fc from 'fast-check';
import { partsOf } from '../../../../lib/cli/labelled/parts';
import { Persistence } from '../../../../lib/cli/labelled/persistence';
import { count, sum, tally, type Judged } from '../../../../lib/cli/labelled/tally';

const rows = fc
  .array(fc.record({ truth: fc.boolean(), predicted: fc.boolean(), annunciated: fc.boolean() }), { maxLength: 60 })
  .map((list) => list.map((row, at): Judged => ({ ...row, time: at * 1000, ratio: 0 })));

describe('the parts of a recording', () => {
  it('hold one event each, and together all rows', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const whole = count(list, 1);
        const parts = partsOf(list, 1);
        assert.equal(parts.length, Math.max(1, whole.events));
        for (const part of parts) assert.equal(part.events, Math.min(1, whole.events));
        const [together, alone] = [tally(sum(parts)), tally(whole)];
        for (const figure of [
          'rows',
          'f1',
          'accuracy',
          'events',
          'eventsFound',
          'eventsAnnunciated',
          'medianDelayS',
        ] as const)
          assert.equal(together[figure], alone[figure], figure);
      }),
    );
  });
});

describe('persistence', () => {
  it('asks for so many windows running and lets go at the first that does not hold', () => {
    const held = (windows: number, said: string): string => {
      const persistence = new Persistence(windows);
      return Array.from(said, (each) => (persistence.next(each === 'x') ? 'X' : '.')).join('');
    };
    assert.equal(held(1, '.xx.x'), '.XX.X');
    assert.equal(held(2, '.xx.xxx.x'), '..X..XX..');
    assert.equal(held(3, 'xxxx'), '..XX');
  });
});
