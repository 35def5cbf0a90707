import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainCopy } from '../../../lib/alarm/plain-copy';

describe('a copy of plain data', () => {
  it('is what structuredClone makes of it, whatever its names, and shares nothing with it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON.parse makes `__proto__` a name like any other.
        const given: unknown = JSON.parse(JSON.stringify(value));
        assert.deepStrictEqual(plainCopy(given), structuredClone(given));
      }),
    );
    const named: unknown = JSON.parse('{"__proto__": {"polluted": 1}, "list": [{"a": 1}]}');
    const copy = plainCopy(named) as { list: { a: number }[]; polluted?: number };
    assert.deepStrictEqual(copy, structuredClone(named));
    assert.equal(copy.polluted, undefined);
    copy.list[0].a = 2;
    assert.equal((named as typeof copy).list[0].a, 1);
  });
});
