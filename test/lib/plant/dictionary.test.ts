import assert from 'node:assert/strict';
import { createPlant, MAX_TAGS, type Tag } from '../../../lib/plant/dictionary';
import { SwatError } from '../../../lib/errors';

const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  stage: 'P1',
  kind: 'sensor',
  unit: 'mm',
  low: 0,
  high: 1,
  ...more,
});

describe('createPlant', () => {
  it('finds tags by name, and nothing under the names of prototype keys', () => {
    const plant = createPlant('p', [tag('LIT101'), tag('FIT101')]);
    assert.equal(plant.indexOf('FIT101'), 1);
    assert.equal(plant.indexOf('__proto__'), undefined);
    assert.equal(plant.indexOf('constructor'), undefined);
  });

  for (const [code, tags] of [
    ['plant-empty', []],
    ['tag-name', [tag('two words')]],
    ['tag-name', [tag('')]],
    ['tag-name', [tag('A'), tag('__proto__')]],
    ['tag-name', [tag('constructor')]],
    ['tag-name', [tag('prototype')]],
    ['tag-twice', [tag('A'), tag('A')]],
    ['tag-range', [tag('A', { low: 2, high: 1 })]],
    ['tag-range', [tag('A', { low: Number.NaN })]],
    ['plant-too-large', Array.from({ length: MAX_TAGS + 1 }, (_, i) => tag(`T${i}`))],
  ] as const) {
    it(`refuses ${JSON.stringify(tags).slice(0, 50)} with ${code}`, () => {
      assert.throws(
        () => createPlant('p', tags),
        (error) => error instanceof SwatError && error.code === code,
      );
    });
  }
});
