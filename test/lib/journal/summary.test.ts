import assert from 'node:assert/strict';
import type { DetectorScore } from '../../../lib/detect/detector';
import { Repeats } from '../../../lib/journal/repeats';
import { CounterSteps, ScoreCounter } from '../../../lib/journal/summary';

const score = (ratio: number, ready = true): DetectorScore => ({
  score: ratio * 2,
  threshold: 2,
  ratio,
  ratioKind: 'calibrated',
  ready,
  model: 'm1',
});

describe('ScoreCounter', () => {
  it('sums up what was added since the last time', () => {
    const counter = new ScoreCounter();
    assert.equal(counter.take(), undefined);
    counter.add('a', score(0.5));
    counter.add('b', score(1));
    counter.add('c', score(0.9));
    counter.add('d', score(9, false));
    assert.deepEqual(counter.take(), { windows: 4, notReady: 1, over: 1, meanRatio: 0.8, meanScore: 1.6, maxRatio: 1, maxAsset: 'b', threshold: 2, model: 'm1' }); // prettier-ignore
    assert.equal(counter.take(), undefined);
    counter.add('a', score(3, false));
    assert.deepEqual(counter.take(), { windows: 1, notReady: 1, over: 0 }, 'nothing of the minute before');
  });
});

describe('CounterSteps', () => {
  it('gives how far each counter has moved, and nothing where none has', () => {
    const steps = new CounterSteps();
    assert.deepEqual(steps.take({ frames: 3, late: 0, names: ['x'] }), { frames: 3 });
    assert.equal(steps.take({ frames: 3, late: 0 }), undefined);
    assert.deepEqual(steps.take({ frames: 4, late: 2 }), { frames: 1, late: 2 });
  });
});

describe('Repeats', () => {
  it('tells once, then counts, and tells anew when it was quiet for a while', () => {
    const repeats = new Repeats<number>();
    assert.deepEqual([1, 2, 3].map((n) => repeats.first('x', n)), [true, false, false]); // prettier-ignore
    assert.equal(repeats.first('y', 9), true);
    assert.deepEqual(repeats.take(), [{ last: 3, times: 2 }]);
    assert.equal(repeats.first('x', 4), false, 'it goes on');
    assert.equal(repeats.first('y', 9), true);
    assert.deepEqual(repeats.take(), [{ last: 4, times: 1 }]);
    assert.deepEqual(repeats.take(), []);
    assert.equal(repeats.first('x', 5), true);
  });

  it('is bounded, and counts what is over the bound', () => {
    const repeats = new Repeats<number>();
    let told = 0;
    for (let n = 0; n < 5000; n += 1) if (repeats.first(`k${n}`, n)) told += 1;
    assert.equal(told, 1000);
    assert.deepEqual(repeats.take(), [{ last: 4999, times: 4000 }]);
  });
});
