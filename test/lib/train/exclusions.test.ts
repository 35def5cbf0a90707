import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NO_EXCLUSIONS, readExclusions, touches } from '../../../lib/train/exclusions';
import { coded } from '../model/sample';

const DAY = Date.UTC(2026, 0, 1);

describe('exclusions', () => {
  for (const [what, given, expected] of [
    ['nothing', undefined, NO_EXCLUSIONS],
    ['empty texts', { tags: ' ', ranges: '\n' }, NO_EXCLUSIONS],
    ['a text of tags', { tags: 'A, B,A' }, { tags: ['A', 'B'], ranges: [] }],
    ['a list of tags', { tags: ['A', ''] }, { tags: ['A'], ranges: [] }],
    ['numbers', { ranges: [[1, 2]] }, { tags: [], ranges: [[1, 2]] }],
    ['ISO texts', { ranges: [['2026-01-01', '2026-01-02T00:00Z']] }, { tags: [], ranges: [[DAY, DAY + 86_400_000]] }],
    [
      'lines with remarks',
      {
        ranges:
          '# known incidents\n2026-01-01T00:00Z/2026-01-01T01:00Z # valve test\n\n1/1/2026 02:00 - 1/1/2026 03:00',
      },
      {
        tags: [],
        ranges: [
          [DAY, DAY + 3_600_000],
          [DAY + 7_200_000, DAY + 10_800_000],
        ],
      },
    ],
  ] as const) {
    it(`are read from ${what}`, () => assert.deepEqual(readExclusions(given), expected));
  }

  for (const [given, code] of [
    [{ ranges: [[2, 1]] }, 'exclude-range'],
    [{ ranges: [[1]] }, 'exclude-range'],
    [{ ranges: [[1, 2, 3]] }, 'exclude-range'],
    [{ ranges: [[Number.NaN, 1]] }, 'exclude-range'],
    [{ ranges: 'yesterday' }, 'exclude-range'],
    [{ ranges: { from: 1 } }, 'exclude-range'],
    ['all', 'exclude-range'],
    [{ tags: ['__proto__'] }, 'exclude-tags'],
    [{ tags: [5] }, 'exclude-tags'],
    [{ tags: 5 }, 'exclude-tags'],
    [{ ranges: Array.from({ length: 201 }, () => [1, 2]) }, 'exclude-many'],
    [{ tags: Array.from({ length: 2001 }, (_, index) => `T${index}`) }, 'exclude-tags'],
  ] as const) {
    it(`refuse ${JSON.stringify(given).slice(0, 60)}`, () => assert.throws(() => readExclusions(given), coded(code)));
  }

  it('never throw anything else', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (tags, ranges) => {
        try {
          readExclusions({ tags, ranges });
        } catch (cause) {
          assert.match(String((cause as { code?: string }).code), /^exclude-/);
        }
      }),
    );
  });

  it('touch a window that has one moment with them', () => {
    assert.ok(touches([[5, 6]], 0, 5) && touches([[5, 6]], 6, 9) && touches([[5, 6]], 0, 9));
    assert.ok(!touches([[5, 6]], 0, 4) && !touches([[5, 6]], 7, 9) && !touches([], 0, 9));
  });
});
