import assert from 'node:assert/strict';
import { quoted, shown } from '../../lib/shown';

/** An object that refers to itself. */
const round: Record<string, unknown> = {};
round.self = round;

describe('a value that an error repeats', () => {
  for (const [value, whole, inQuotes] of [
    ['text', 'text', '"text"'],
    ['x'.repeat(50), 'x'.repeat(40), `"${'x'.repeat(39)}`],
    [1.5, '1.5', '1.5'],
    [undefined, 'undefined', 'undefined'],
    [() => 1, 'function', 'function'],
    [Symbol('secret'), 'symbol', 'symbol'],
    [5n, 'bigint', 'bigint'],
    [round, 'object', 'object'],
    [{ toString: null }, '{"toString":null}', '{"toString":null}'],
    [Object.create(null), '{}', '{}'],
  ] as const) {
    it(`is ${whole}`, () => {
      assert.equal(shown(value), whole);
      assert.equal(quoted(value), inQuotes);
    });
  }
});
