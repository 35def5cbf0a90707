import assert from 'node:assert/strict';
import fc from 'fast-check';
import { briefly } from '../../../lib/history/briefly';
import { Topics } from '../../../lib/history/topics';

describe('the latest of each topic', () => {
  it('has its count, its rate over the last ten whole seconds, and its text', () => {
    const topics = new Topics();
    for (let ms = 0; ms < 20_000; ms += 100) topics.note('plant/a', { n: ms }, ms, 5000 + ms);
    topics.note('b', 'hello', 19_000, 7);
    assert.deepEqual(topics.list(20_000), [
      { topic: 'b', rate: 0.1, count: 1, time: 7, last: '"hello"' },
      { topic: 'plant/a', rate: 10, count: 200, time: 24_900, last: '{n: 19000}' },
    ]);
    assert.equal(topics.list(60_000)[1].rate, 0);
  });

  it('keeps two hundred topics, those that were heard last', () => {
    const topics = new Topics();
    for (let i = 0; i < 300; i += 1) {
      topics.note(`t${i}`, i, i, i);
      topics.note('always', i, i, i);
    }
    const names = topics.list(300).map(({ topic }) => topic);
    assert.equal(names.length, 200);
    assert.ok(names.includes('always') && names.includes('t299') && !names.includes('t0'));
  });
});

describe('a payload in brief', () => {
  it('is never longer than asked for, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
        fc.integer({ min: 1, max: 60 }),
        (payload, most) => {
          assert.ok(briefly(payload, most).length <= most);
        },
      ),
    );
  });

  for (const [payload, text] of [
    [{ a: 1, b: ['x', null, true] }, '{a: 1, b: ["x", null, true]}'],
    [Buffer.alloc(9), '<9 bytes>'],
    [undefined, ''],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ a: { b: { c: { d: { e: 1 } } } } }, '{a: {b: {c: {d: …}}}}'],
  ] as const)
    it(`reads ${text === '' ? 'nothing' : text}`, () => assert.equal(briefly(payload, 300), text));

  it('looks no further into a large one than it shows', () => {
    const large: Record<string, unknown> = {};
    for (let i = 0; i < 1000; i += 1)
      Object.defineProperty(large, `k${i}`, {
        enumerable: true,
        get: () => {
          assert.ok(i < 100, 'it reads on');
          return i;
        },
      });
    assert.match(briefly(large, 300), /…$/);
  });
});
