import assert from 'node:assert/strict';
import { Episodes, MOST_EPISODES } from '../../../lib/history/episodes';
import type { Level } from '../../../lib/alarm/verdict';

const tag = (name: string, share: number): { tag: string; share: number } => ({ tag: name, share });
const verdict = (time: number, level: Level, text = '', tags = [tag('LIT101', 0.5)]) => ({ time, level, text, tags });
const alarm = (time: number, given: object = {}) => ({
  id: 'A1',
  onset: 10,
  time,
  level: 'WARNING' as Level,
  why: 'LIT101 is high.',
  tags: [tag('LIT101', 0.5)],
  active: true,
  ...given,
});

describe('episodes', () => {
  const made = (): Episodes => new Episodes(() => undefined);

  it('last from the first verdict with a level to the first without, with the highest level and what was said then', () => {
    const episodes = made();
    for (const [time, level, text] of [
      [0, 'NONE', 'calm'],
      [10, 'INFO', 'a little'],
      [20, 'CRITICAL', 'much'],
      [30, 'WARNING', 'less'],
      [40, 'NONE', 'calm'],
      [50, 'INFO', 'again'],
    ] as const)
      episodes.judge(verdict(time, level, text));
    assert.deepEqual(episodes.within(0, 100, 60), [
      { from: 10, to: 40, level: 'CRITICAL', text: 'much' },
      { from: 50, to: 60, level: 'INFO', text: 'again', open: true },
    ]);
    assert.deepEqual(episodes.within(41, 49, 60), []);
    episodes.judge(verdict(5, 'CRITICAL', 'late'));
    assert.equal(episodes.within(0, 100, 60).length, 2);
  });

  it('take the id of their alarm', () => {
    const episodes = made();
    episodes.judge(verdict(10, 'INFO', 'a little'));
    episodes.alarm(alarm(18));
    episodes.judge(verdict(40, 'NONE'));
    episodes.alarm(alarm(45, { active: false }));
    assert.deepEqual(episodes.within(0, 100, 60), [
      { id: 'A1', from: 10, to: 40, level: 'WARNING', text: 'LIT101 is high.' },
    ]);
  });

  it('are made of alarm events where no verdicts come', () => {
    const episodes = made();
    episodes.alarm(alarm(20));
    episodes.alarm(alarm(30, { level: 'CRITICAL', why: 'FIT101 is low.' }));
    episodes.alarm(alarm(50, { active: false, level: 'CRITICAL' }));
    episodes.alarm(alarm(90, { active: false, level: 'CRITICAL' }));
    episodes.alarm(alarm(95, { active: false, level: 'NONE', id: 'H' }));
    assert.deepEqual(episodes.within(0, 100, 60), [
      { id: 'A1', from: 10, to: 50, level: 'CRITICAL', text: 'FIT101 is low.' },
    ]);
  });

  it('name who was most to blame, by share and by how long', () => {
    const episodes = made();
    episodes.judge(verdict(0, 'INFO', '', [tag('A', 0.9)]));
    episodes.judge(verdict(2000, 'NONE'));
    episodes.judge(verdict(10_000, 'INFO', '', [tag('B', 0.4), tag('C', 0.3)]));
    episodes.judge(verdict(40_000, 'NONE'));
    assert.deepEqual(episodes.culprits(0, 100_000, 5), ['B', 'C', 'A']);
    assert.deepEqual(episodes.culprits(0, 5000, 5), ['A']);
    assert.deepEqual(episodes.culprits(50_000, 60_000, 5), []);
  });

  it('are bounded, told of when they change, and come back as they were saved', () => {
    const told: number[] = [];
    const episodes = new Episodes((key) => told.push(key));
    for (let i = 0; i < MOST_EPISODES + 10; i += 1) {
      episodes.judge(verdict(i * 10, 'INFO', `${i}`));
      episodes.judge(verdict(i * 10 + 5, 'INFO', `${i}`));
      episodes.judge(verdict(i * 10 + 8, 'NONE'));
    }
    assert.equal([...episodes.keys()].length, MOST_EPISODES);
    // Once at the beginning, once at the end, once when it goes: a verdict without news costs nothing.
    assert.equal(told.length, 2 * (MOST_EPISODES + 10) + 10);
    const again = made();
    for (const key of episodes.keys()) assert.ok(again.restore(key, JSON.parse(JSON.stringify(episodes.saved(key)))));
    assert.deepEqual(again.within(0, 1e9, 1e9), episodes.within(0, 1e9, 1e9));
    for (const wrong of [
      null,
      1,
      {},
      { from: 1, level: 'NONE', text: '', tags: {} },
      { from: 'x', level: 'INFO', text: '', tags: {} },
    ])
      assert.equal(again.restore(1, wrong), false);
  });

  it('end at a cut, and those after it are gone', () => {
    const episodes = made();
    episodes.judge(verdict(10, 'INFO', 'one'));
    episodes.judge(verdict(30, 'NONE'));
    episodes.judge(verdict(40, 'INFO', 'two'));
    episodes.cut(20);
    assert.deepEqual(episodes.within(0, 100, 60), [{ from: 10, to: 20, level: 'INFO', text: 'one' }]);
    episodes.judge(verdict(21, 'INFO', 'three'));
    assert.equal(episodes.within(0, 100, 60).length, 2);
  });
});
