import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findings, MOST_FINDINGS, type Schema } from '../../../lib/api/schema';

const NAMED: Record<string, Schema> = {
  Frame: {
    type: 'object',
    properties: { timestamp: { type: ['integer', 'string'], minimum: 10 } },
    additionalProperties: { type: ['number', 'null'] },
    minProperties: 1,
    maxProperties: 3,
  },
};
const frame: Schema = { $ref: '#/components/schemas/Frame' };
const list: Schema = { type: 'array', items: frame, minItems: 1, maxItems: 2 };
const closed: Schema = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 2, maxLength: 3, pattern: '^[a-z]+$' }, kind: { enum: ['a', 'b'] } },
  required: ['name'],
  additionalProperties: false,
};
const share: Schema = { type: 'number', exclusiveMinimum: 0, maximum: 1 };

describe('what is wrong with a value', () => {
  const cases: readonly (readonly [string, unknown, Schema, string])[] = [
    ['nothing', [{ LIT101: 1, timestamp: 12 }], list, ''],
    ['a list that is none', {}, list, ' type array'],
    ['an empty list', [], list, ' few 1'],
    ['a list too long, which is not looked into', [{}, {}, {}], list, ' many 2'],
    ['an entry in a list', [{ a: 1 }, { a: 'x' }], list, '/1/a type number, null'],
    ['a number that is none', [{ a: Infinity }], list, '/0/a type number, null'],
    ['one of several types, too low', { timestamp: 9 }, frame, '/timestamp low 10'],
    ['the same as a text', { timestamp: '9' }, frame, ''],
    ['too few and too many properties', {}, frame, ' few 1'],
    ['an own __proto__', JSON.parse('{"__proto__": {}}'), frame, '/__proto__ type number, null'],
    ['what is missing', {}, closed, ' required name'],
    ['what is not known', { name: 'ab', 'a/b~c': 1 }, closed, '/a~1b~0c unknown name, kind'],
    ['a text too short', { name: 'a' }, closed, '/name short 2'],
    ['a text too long, in characters', { name: '😀😀😀😀' }, closed, '/name long 3'],
    ['a text of another form', { name: 'AB' }, closed, '/name pattern ^[a-z]+$'],
    ['none of a few', { name: 'ab', kind: 'c' }, closed, '/kind enum a, b'],
    ['a limit that is not meant', 0, share, ' low 0'],
    ['too high', 1.5, share, ' high 1'],
  ];
  for (const [name, value, schema, wanted] of cases) {
    it(`is told: ${name}`, () => {
      const found = findings(value, schema, NAMED).map(
        ({ pointer, rule, wanted: what }) => `${pointer} ${rule} ${what}`,
      );
      assert.deepEqual(found, wanted === '' ? [] : [wanted]);
    });
  }

  it('is told ten times at most', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x${at}`, 1]));
    assert.equal(findings(many, { ...closed, required: [] }, NAMED).length, MOST_FINDINGS);
  });

  it('is found in any value without an error, and leaves the value as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        for (const schema of [frame, list, closed, share]) findings(value, schema, NAMED);
        assert.equal(JSON.stringify(value), before);
      }),
    );
  });
});
