import assert from 'node:assert/strict';
import { checkWanted, rowsNeeded } from '../../../lib/detect/checks';
import { fitnessOf } from '../../../lib/detect/fitness';
import { SWAT } from '../../../lib/plant/swat';
import { windowSchema } from '../../../lib/stream/schema';
import { coded } from '../model/sample';

describe('rows that a training needs', () => {
  for (const [length, stride, folds, need] of [
    [60, 1, 5, 600],
    [60, 10, 5, 200],
    [60, 7, 5, 200],
    [60, 1, 2, 240],
    [3600, 10, 5, 3600],
    [5, 1, 5, 200],
  ] as const) {
    it(`are ${need} for windows of ${length}, one in ${stride} kept, ${folds} folds`, () => {
      const schema = windowSchema(SWAT, [length]);
      assert.equal(rowsNeeded({ schema, stride }, folds), need);
      checkWanted(need, stride, folds, schema);
      const wanted = need - 1;
      assert.throws(
        () => checkWanted(wanted, stride, folds, schema),
        coded('collect-too-few', { wanted, need, stride }),
      );
    });
  }

  it('are 200 at least, whatever the window is', () => {
    checkWanted(200, 1, 5);
    assert.throws(() => checkWanted(199, 1, 5), coded('collect-too-few', { need: 200 }));
  });
});

describe('how well a network has learned', () => {
  for (const [loss, word] of [
    [0, 'good'],
    [0.299, 'good'],
    [0.3, 'fair'],
    [0.699, 'fair'],
    [0.7, 'poor'],
    [16, 'poor'],
    [Number.NaN, 'poor'],
    [null, undefined],
    [undefined, undefined],
  ] as const) {
    it(`is ${word ?? 'not said'} at a loss of ${loss}`, () => assert.equal(fitnessOf(loss), word));
  }
});
