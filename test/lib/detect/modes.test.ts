import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ModeFollower, modeName, readModes, useIn, versionsOf } from '../../../lib/detect/modes';

describe('operating modes: the table', () => {
  it('says what is done in each mode', () => {
    const table = readModes('2 = active\n\nbackwash = mute # twice an hour\nstart-up = v-1', 'mute');
    assert.deepEqual(['2', 'backwash', 'start-up', 'x', '', 'transition'].map((mode) => useIn(table, mode)), ['active', 'mute', { version: 'v-1' }, 'mute', 'mute', 'mute']); // prettier-ignore
    assert.deepEqual(versionsOf(table), ['v-1']);
    assert.equal(useIn(readModes('', ''), 'anything'), 'active');
    assert.equal(useIn(readModes('transition = active', ''), 'transition'), 'active');
  });

  for (const [lines, code] of [
    ['backwash', 'mode-line'],
    ['= mute', 'mode-line'],
    ['a = ../../etc', 'mode-line'],
    ['__proto__ = mute', 'mode-line'],
    ['a = mute\na = active', 'mode-twice'],
    [Array.from({ length: 9 }, (_, i) => `m${i} = v${i}`).join('\n'), 'modes-too-many'],
    [Array.from({ length: 101 }, (_, i) => `m${i} = mute`).join('\n'), 'modes-too-many'],
  ] as const) {
    it(`refuses ${JSON.stringify(lines.slice(0, 30))} (${code})`, () => {
      assert.throws(() => readModes(lines, ''), { code });
    });
  }

  it('names any value', () => {
    assert.deepEqual([2, ' run ', true, null, undefined, {}, 'x'.repeat(100)].map(modeName), ['2', 'run', 'true', '', '', '', 'x'.repeat(64)]); // prettier-ignore
  });
});

describe('operating modes: windows', () => {
  it('calls a window one of transition while it begins before the mode changed', () => {
    const follower = new ModeFollower();
    const modes = ['run', 'run', 'run', 'wash', 'wash', 'wash', 'wash', 'wash'].map((mode, t) => follower.take('a', mode, t - 3, t)); // prettier-ignore
    assert.deepEqual(modes, ['run', 'run', 'run', 'transition', 'transition', 'transition', 'wash', 'wash']);
    assert.equal(follower.take('b', 'wash', 0, 3), 'wash', 'an asset that is new');
    assert.equal(follower.take('a', 'run', -3, 0), 'run', 'its time has gone back');
  });

  it('goes on from what was saved', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }), fc.nat(30), (modes, cut) => {
        const [whole, first, second] = [new ModeFollower(), new ModeFollower(), new ModeFollower()];
        const feed = (into: ModeFollower, from: number, to: number): string[] =>
          modes.slice(from, to).map((mode, i) => into.take('x', mode, from + i - 4, from + i));
        const wanted = feed(whole, 0, modes.length);
        const before = feed(first, 0, cut);
        second.restore(JSON.parse(JSON.stringify(first.saved())));
        assert.deepEqual([...before, ...feed(second, cut, modes.length)], wanted);
      }),
    );
    for (const wrong of [null, [1], [['a', 'b']], [['a', 'b', 'x', '']]])
      assert.throws(() => new ModeFollower().restore(wrong), { code: 'snapshot-corrupt' });
  });

  it('says when another version takes over', () => {
    const follower = new ModeFollower();
    assert.deepEqual(['v1', 'v1', 'v2', '', 'v2', 'v2'].map((version) => follower.changes('a', version)), [false, false, true, false, true, false]); // prettier-ignore
    assert.equal(follower.version('a'), 'v2');
  });
});
