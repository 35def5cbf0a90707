import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Join, MOST_WAITING, type Joined } from '../../../lib/alarm/join';
import type { ScoredWindow, Scores } from '../../../lib/alarm/scores';
import type { DetectorScore } from '../../../lib/detect/detector';

const result: DetectorScore = { score: 1, threshold: 1, ratio: 1, ratioKind: 'calibrated', ready: true, model: 'm' };
const AE: Scores = { autoencoder: result };
const IF: Scores = { iforest: result };
const at = (end: number, asset = 'a'): ScoredWindow => ({ asset, end, good: 1 });
const branches = (): Join<string> => new Join<string>(['autoencoder', 'iforest'], 2000);
const names = (released: Joined<string>[]): string[] => released.map(({ carriers }) => carriers.join('+'));

describe('Join', () => {
  it('passes a message that carries all expected detectors at once', () => {
    const join = branches();
    const { outcome, released } = join.add(at(1), { ...AE, ...IF }, 'm', 0);
    assert.equal(outcome, 'released');
    assert.deepEqual(names(released), ['m']);
    assert.equal(join.size, 0);
  });

  it('joins branches by asset and window end', () => {
    const join = branches();
    assert.equal(join.add(at(1), AE, 'ae1', 0).outcome, 'held');
    assert.equal(join.add(at(1, 'b'), IF, 'other asset', 0).outcome, 'held');
    assert.equal(join.deadline, 2000);
    const { released } = join.add(at(1), IF, 'if1', 5);
    assert.deepEqual(names(released), ['ae1+if1']);
    assert.deepEqual(Object.keys(released[0].scores), ['autoencoder', 'iforest']);
    assert.equal(join.size, 1);
  });

  it('lets a window go on without the missing detector after the wait, and not before', () => {
    const join = branches();
    join.add(at(1), AE, 'ae1', 0);
    assert.deepEqual(join.due(1999), []);
    assert.deepEqual(names(join.due(2000)), ['ae1']);
    assert.equal(join.deadline, undefined);
  });

  it('leaves out a straggler, but not the same detector of another run of the same time', () => {
    const join = branches();
    join.add(at(1), AE, 'ae1', 0);
    join.due(2000);
    assert.equal(join.add(at(1), IF, 'straggler', 2500).outcome, 'late');
    assert.equal(join.add(at(1), AE, 'again', 3000).outcome, 'held');
  });

  it('ends the wait of a window when the same detector speaks of it again', () => {
    const join = branches();
    join.add(at(1), AE, 'first', 0);
    const { outcome, released } = join.add(at(1), AE, 'second', 1);
    assert.equal(outcome, 'held');
    assert.deepEqual(names(released), ['first']);
    assert.equal(join.size, 1);
  });

  it('keeps order: a complete window takes older ones of its asset along', () => {
    const join = branches();
    join.add(at(1), AE, 'ae1', 0);
    join.add(at(1, 'b'), AE, 'b1', 0);
    join.add(at(2), AE, 'ae2', 1);
    assert.deepEqual(names(join.add(at(2), IF, 'if2', 2).released), ['ae1', 'ae2+if2']);
    assert.equal(join.size, 1);
  });

  it('holds no more than its bound: the oldest goes on as it is', () => {
    const join = branches();
    for (let end = 0; end < MOST_WAITING; end += 1) join.add(at(end), AE, `m${end}`, end);
    assert.equal(join.size, MOST_WAITING);
    assert.deepEqual(names(join.add(at(MOST_WAITING), AE, 'one more', 0).released), ['m0']);
    assert.equal(join.size, MOST_WAITING);
  });

  it('gives back what it holds on reset, of one asset or of all', () => {
    const join = branches();
    join.add(at(1), AE, 'a1', 0);
    join.add(at(1, 'b'), AE, 'b1', 0);
    assert.deepEqual(names(join.reset('a')), ['a1']);
    assert.deepEqual(names(join.reset()), ['b1']);
  });

  it('gives every message back exactly once, or calls it late', () => {
    const arrivals = fc.array(
      fc.record({
        end: fc.integer({ min: 0, max: 6 }),
        asset: fc.constantFrom('a', '__proto__'),
        scores: fc.constantFrom(AE, IF, { ...AE, ...IF }),
        wait: fc.integer({ min: 0, max: 1500 }),
      }),
    );
    fc.assert(
      fc.property(arrivals, (list) => {
        const join = branches();
        const back: string[] = [];
        let now = 0;
        list.forEach(({ end, asset, scores, wait }, index) => {
          now += wait;
          back.push(...join.due(now).flatMap(({ carriers }) => carriers));
          const { outcome, released } = join.add(at(end, asset), scores, `${index}`, now);
          back.push(...released.flatMap(({ carriers }) => carriers));
          assert.equal(outcome === 'released', released.at(-1)?.carriers.includes(`${index}`) ?? false);
          if (outcome === 'late') back.push(`${index}`);
        });
        back.push(...join.reset().flatMap(({ carriers }) => carriers));
        assert.deepEqual([...back].sort(), list.map((_, index) => `${index}`).sort());
      }),
    );
  });
});
