import assert from 'node:assert/strict';
import { createMismatch } from '../../nodes/runtime/detector-mismatch';

describe('windows that do not fit the model', () => {
  it('are an error once for each schema, and again after a minute or when another version is in force', () => {
    let now = 0;
    const mismatch = createMismatch(() => now);
    const due = (...schemas: string[]): boolean[] => schemas.map((schema) => mismatch.due(schema));
    assert.equal(mismatch.stands, false);
    assert.deepEqual(due('a', 'a', 'b', 'a', 'b'), [true, false, true, false, false]);
    mismatch.over();
    assert.equal(mismatch.stands, false);
    assert.deepEqual([...due('a'), mismatch.stands], [false, true]);
    now = 59_999;
    assert.deepEqual(due('a'), [false]);
    now = 60_000;
    assert.deepEqual(due('a', 'a', 'b'), [true, false, true]);
    mismatch.forget();
    assert.deepEqual([mismatch.stands, ...due('a', 'a')], [false, true, false]);
  });

  it('are remembered in bounds', () => {
    const mismatch = createMismatch(() => 0);
    for (let schema = 0; schema < 100; schema += 1) assert.ok(mismatch.due(String(schema)));
    assert.equal(mismatch.due('0'), false);
    assert.ok(mismatch.due('one more'));
    assert.ok(mismatch.due('0'), 'forgotten');
  });
});
