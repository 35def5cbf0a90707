import assert from 'node:assert/strict';
import fc from 'fast-check';
import { History } from '../../../lib/history/history';
import type { DataQuality } from '../../../lib/history/reader';
import { USUAL_SPANS } from '../../../lib/history/resolutions';

const T0 = 1_700_000_000_000;
const STALE_S = 30;
const history = (): History =>
  new History({ spans: USUAL_SPANS, staleMs: STALE_S * 1000, mostAssets: 1, mostBytes: 2 ** 30 }, () => 0);

/** Puts a frame of each second in. @param signs of each tag and second: `+` a value, `-` a bad one, ` ` none */
function fed(signs: Readonly<Record<string, string>>): History {
  const told = history();
  const seconds = Math.max(...Object.values(signs).map(({ length }) => length));
  for (let second = 0; second < seconds; second += 1) {
    const here = Object.entries(signs).filter(([, line]) => (line[second] ?? ' ') !== ' ');
    const values = here.map(([tag, line]) => [tag, line[second] === '+' ? 1 : undefined] as const);
    if (values.length > 0) told.of('line').values(T0 + second * 1000, values, second * 1000, { source: 'frame' });
  }
  return told;
}

const faults = ({ tags }: DataQuality): string[] => tags.map(({ tag, bad, missing }) => `${tag} ${bad / 1000} ${missing / 1000}`); // prettier-ignore

describe('how the tags of an asset fared', () => {
  it('is how long each was bad, and how long it stayed away while others came', async () => {
    const good = '+'.repeat(100);
    const told = fed({
      LIT101: good,
      FIT101: `${'+'.repeat(40)}${'-'.repeat(20)}${'+'.repeat(40)}`,
      AIT202: `${'+'.repeat(20)}${' '.repeat(50)}${'+'.repeat(30)}`,
      slow: '+         '.repeat(10),
    });
    const found = await told.quality('line', { from: T0, to: T0 + 100_000 });
    assert.deepEqual(faults(found), ['AIT202 0 50', 'FIT101 20 0']);
    assert.deepEqual([found.step, found.heard, found.known, found.faulty], [1000, 100_000, 4, 2]);
    assert.deepEqual(faults(await told.quality('line', { from: T0 + 50_000, to: T0 + 55_000 })), ['FIT101 5 0']);
  });

  it('does not count against a tag that nothing came at all', async () => {
    const told = fed({ LIT101: `${'+'.repeat(20)}${' '.repeat(200)}${'+'.repeat(20)}` });
    const found = await told.quality('line', { from: T0 - 3600_000, to: T0 + 3_600_000 });
    assert.deepEqual([found.heard, found.tags], [400_000 / 10, []]);
  });

  it('is how long data came and was judged, however seldom that is; a verdict that judged nothing does not count', async () => {
    const told = history();
    const asset = told.of('line');
    // Ten minutes with a frame and a verdict each minute, of which the first three are not ready; nothing for half an hour; one minute.
    for (const minute of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40]) {
      const time = T0 + minute * 60_000;
      const isReady = minute > 2;
      asset.values(time, [['LIT101', 1]], minute * 60_000, { source: 'frame' });
      asset.verdict({ time, level: 'NONE', ratio: isReady ? 0.3 : 0, finding: isReady ? 'normal' : 'not-ready', text: '', tags: [] }, false); // prettier-ignore
    }
    const { came, judged, heard, step } = await told.quality('line', { from: T0, to: T0 + 3_600_000 });
    assert.deepEqual([came / 60_000, judged / 60_000].map(Math.round), [10, 7]);
    assert.equal(heard, 11 * step);
    const nothing = await told.quality('line', { from: T0 + 20 * 60_000, to: T0 + 30 * 60_000 });
    assert.deepEqual([nothing.came, nothing.judged], [0, 0]);
    const twice = history();
    for (const minute of [0, 50]) twice.of('line').values(T0 + minute * 60_000, [['LIT101', 1]], minute * 60_000, { source: 'frame' }); // prettier-ignore
    assert.ok((await twice.quality('line', { from: T0, to: T0 + 3_600_000 })).came < 6 * 60_000);
  });

  it('never finds more than the time in which anything came', async () => {
    const line = fc.array(fc.tuple(fc.constantFrom('+', '-', ' '), fc.integer({ min: 1, max: 60 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(line, line, async (...lines) => {
        const [a, b] = lines.map((parts) => parts.map(([sign, count]) => sign.repeat(count)).join(''));
        if (`${a}${b}`.trim() === '') return;
        const { heard, came, tags } = await fed({ a, b }).quality('line', { from: T0, to: T0 + 3_600_000 });
        assert.ok(came >= heard && came <= Math.max(a.length, b.length) * 1000);
        for (const { bad, missing } of tags) assert.ok(bad + missing > 0 && bad + missing <= heard);
        const bads = (signs: string): number => (signs.match(/-/g) ?? []).length * 1000;
        for (const [tag, signs] of [
          ['a', a],
          ['b', b],
        ] as const)
          // prettier-ignore
          assert.equal(tags.find((each) => each.tag === tag)?.bad ?? 0, bads(signs));
      }),
      { numRuns: 50 },
    );
  });
});
