import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Feed } from './feed';

describe('checks: state', () => {
  it('goes on to the last bit from what was saved and what was taken since', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 100 }), (until, since) => {
        const one = new Feed({ stretch: 20 });
        const deltas: Uint8Array[] = [];
        const change = (): Record<string, number | null> => ({
          LIT1: one.second > 400 && one.second < 600 ? 512.5 : one.second > 600 && one.second < 630 ? null : 500 + ((one.second * 7919) % 101) / 7,
          PIT1: 100 + (((one.second % 333) * 7919) % 977) / 10,
        }); // prettier-ignore
        one.run(until, change);
        const full = one.checks.full('a')!;
        one.checks.onTaken = (_asset, delta) => deltas.push(delta);
        one.run(since, change);
        const other = new Feed({ stretch: 20 });
        other.checks.restore('a', full);
        for (const delta of deltas) other.checks.replay('a', delta);
        assert.deepEqual(other.checks.drain(), []);
        assert.deepEqual(other.checks.full('a'), one.checks.full('a'));
        assert.deepEqual(other.checks.standing(), one.checks.standing());
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is cut, and leaves the asset as it was', () => {
    const feed = new Feed().run(50);
    const full = feed.checks.full('a')!;
    for (const length of [0, 1, 20, full.length - 1]) {
      assert.throws(() => feed.checks.restore('a', full.slice(0, length)), { code: 'snapshot-corrupt' });
    }
    assert.deepEqual(feed.checks.full('a'), full);
  });

  it('keeps no more assets than there is room for, and clears what stands of one that is reset', () => {
    const feed = new Feed({ maxAssets: 1 }).run(600).run(100, () => ({ LIT1: 555 }));
    const input = { kind: 'frame', time: 1, values: new Float64Array(4), reasons: new Uint8Array(4), carrier: undefined } as const; // prettier-ignore
    assert.throws(() => feed.checks.take('b', input, feed.second * 1000), { code: 'too-many-assets' });
    assert.throws(() => feed.checks.take('', input, feed.second * 1000), { code: 'asset-name' });
    assert.equal(feed.checks.reset('a'), 1);
    const [cleared] = feed.checks.drain();
    assert.deepEqual([cleared.event, cleared.advisory, cleared.reason], ['advisory-cleared', 'stuck', 'reset']);
    assert.deepEqual(feed.checks.standing(), []);
  });
});
