import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MOST_RESULTS, readAlarm, Scoreboard, type AttackScore } from '../../../lib/alarm/scoreboard';
import type { AttackEvent } from '../../../lib/plant/attack-event';
import { stageOf } from '../../../lib/plant/swat';

const at = (seconds: number): number => seconds * 1000;
const attackEvent = (event: AttackEvent['event'], seconds: number, more: Partial<AttackEvent> = {}): AttackEvent => ({
  event,
  time: at(seconds),
  attack: 25,
  title: 'LIT401 shows 1000 mm',
  tags: ['LIT401', 'P402'],
  ...more,
});
const alarm = (seconds: number, tag = 'LIT401', event = 'raised') => ({
  event,
  time: at(seconds),
  level: 'WARNING' as const,
  tags: [{ tag, stage: stageOf(tag) }],
});

/** A board that has seen an attack from second 1000 to 1600 that shows after 20 s, and these alarms. */
function played(...alarms: ReturnType<typeof alarm>[]): { board: Scoreboard; scores: AttackScore[] } {
  const board = new Scoreboard(stageOf);
  const scores: AttackScore[] = [];
  for (let second = 0; second <= 6000; second += 1) {
    if (second === 900) board.attack(attackEvent('attack-waiting', second));
    if (second === 1000) board.attack(attackEvent('attack-started', second));
    if (second === 1020) board.attack(attackEvent('attack-visible', second, { tag: 'P402' }));
    if (second === 1600) board.attack(attackEvent('attack-ended', second));
    for (const each of alarms) if (each.time === at(second)) board.alarm(each);
    scores.push(...board.tick(at(second)));
  }
  return { board, scores };
}

describe('the scoreboard', () => {
  it('scores an attack once, five minutes after its end, with delays from its first trace and from its start', () => {
    const { scores, board } = played(alarm(1050));
    assert.equal(scores.length, 1);
    assert.deepEqual(scores[0], {
      attack: 25,
      title: 'LIT401 shows 1000 mm',
      tags: ['LIT401', 'P402'],
      stages: ['P4'],
      started: at(1000),
      ended: at(1600),
      firstDifference: { time: at(1020), tag: 'P402' },
      detected: true,
      delayS: 30,
      delayFromStartS: 50,
      level: 'WARNING',
      named: 'LIT401',
      stage: 'P4',
      stageNamed: true,
      firstStageNamed: true,
      alarmsBefore: 0,
      alarms: 1,
      alarmsRecovering: 0,
    });
    assert.deepEqual(board.results(), scores);
    const { normalHours, falseAlarmsPerDay, ...totals } = board.totals();
    assert.deepEqual(totals, {
      attacks: 1,
      detected: 1,
      missed: [],
      stageNamed: 1,
      firstStageNamed: 1,
      medianDelayS: 30,
      falseAlarms: 0,
      recovering: 0,
    });
    // 6000 s less the attack and its five minutes.
    assert.ok(Math.abs(normalHours - 5100 / 3600) < 2 / 3600);
    assert.equal(falseAlarmsPerDay, 0);
  });

  for (const [why, second, outcome] of [
    ['long before', 500, 'false'],
    ['just before', 999, 'false'],
    ['with the start', 1000, 'hit'],
    ['at the end', 1600, 'hit'],
    ['five minutes after the end', 1900, 'hit'],
    ['later than that', 1901, 'recovering'],
    ['an hour after the end', 5200, 'recovering'],
    ['later still', 5201, 'false'],
  ] as const) {
    it(`takes an alarm ${why} for ${outcome === 'hit' ? 'a detection' : 'a false one'}`, () => {
      const { board, scores } = played(alarm(second));
      const { detected, falseAlarms, recovering } = board.totals();
      assert.deepEqual(
        [detected, falseAlarms, recovering],
        outcome === 'hit' ? [1, 0, 0] : outcome === 'false' ? [0, 1, 0] : [0, 1, 1],
      );
      assert.equal(scores[0].alarmsBefore, second < 1000 ? 1 : 0);
      assert.equal(board.results()[0].alarmsRecovering, outcome === 'recovering' ? 1 : 0);
    });
  }

  it('counts later alarms of the same attack, and names what the first one named', () => {
    const { scores } = played(alarm(1100, 'FIT501'), alarm(1200, 'LIT401', 're-raised'));
    const [{ alarms, named, stage, stageNamed }] = scores;
    assert.deepEqual([alarms, named, stage, stageNamed], [2, 'FIT501', 'P5', false]);
  });

  it('cares for no other event of an alarm', () => {
    const { board } = played(
      ...['escalated', 'cleared', 'acknowledged', 'info', 'info-ended'].map((event) => alarm(1100, 'LIT401', event)),
    );
    assert.deepEqual(board.totals().missed, [25]);
    assert.equal(board.totals().falseAlarms, 0);
  });

  it('takes an alarm that comes late, and one that names nothing', () => {
    const board = new Scoreboard(stageOf);
    board.attack(attackEvent('attack-started', 0));
    board.attack(attackEvent('attack-ended', 10));
    for (let second = 0; second < 1000; second += 1) board.tick(at(second));
    board.alarm({ ...alarm(20), tags: [] });
    assert.deepEqual(
      board
        .results()
        .map(({ detected, named, stageNamed, firstDifference }) => [detected, named, stageNamed, firstDifference]),
      [[true, null, false, null]],
    );
  });

  it('knows the stages of an attack on several, and tells the first one apart', () => {
    const board = new Scoreboard(stageOf);
    const tags = ['AIT402', 'AIT502'];
    board.attack(attackEvent('attack-started', 0, { attack: 38, tags }));
    board.alarm(alarm(5, 'AIT502'));
    board.attack(attackEvent('attack-ended', 10, { attack: 38, tags }));
    const [{ stages, stageNamed, firstStageNamed }] = [...board.tick(at(0)), ...board.tick(at(1000))];
    assert.deepEqual([stages, stageNamed, firstStageNamed], [['P4', 'P5'], true, false]);
  });

  it('does not take an end for one that never began', () => {
    const board = new Scoreboard(stageOf);
    board.attack(attackEvent('attack-waiting', 0));
    board.attack(attackEvent('attack-ended', 10));
    assert.deepEqual(board.tick(at(10_000)), []);
  });

  it('keeps the last thousand attacks', () => {
    const board = new Scoreboard(stageOf);
    for (let round = 0; round < MOST_RESULTS + 5; round += 1) {
      board.attack(attackEvent('attack-started', round * 1000, { attack: round }));
      board.attack(attackEvent('attack-ended', round * 1000 + 10, { attack: round }));
      board.tick(at(round * 1000 + 900));
    }
    assert.equal(board.totals().attacks, MOST_RESULTS);
    assert.equal(board.results()[0].attack, 5);
  });

  it('counts every alarm once: for an attack or as a false one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6000), { maxLength: 30 }), (seconds) => {
        const { board } = played(...[...new Set(seconds)].sort((a, b) => a - b).map((second) => alarm(second)));
        const { falseAlarms, recovering, detected } = board.totals();
        const [{ alarms, alarmsBefore, alarmsRecovering }] = board.results();
        assert.equal(alarms + falseAlarms, new Set(seconds).size);
        assert.equal(alarmsRecovering, recovering);
        assert.ok(alarmsBefore + alarmsRecovering <= falseAlarms);
        assert.equal(detected, alarms > 0 ? 1 : 0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a scoreboard that is saved', () => {
  const full = (): Scoreboard => {
    const { board } = played(alarm(500), alarm(1050), alarm(2500));
    board.attack(attackEvent('attack-started', 6001, { attack: 3 }));
    board.alarm(alarm(6002, 'FIT101'));
    return board;
  };
  const packed = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

  it('goes on as it was', () => {
    const board = full();
    const other = new Scoreboard(stageOf);
    other.restore(packed(board.saved()));
    other.restoreResults(packed(board.results()));
    for (const each of [board, other]) {
      each.attack(attackEvent('attack-ended', 6100, { attack: 3 }));
      each.alarm(alarm(7000));
    }
    assert.deepEqual(other.tick(at(7100)), board.tick(at(7100)));
    assert.deepEqual(
      [other.results(), other.totals(), other.saved()],
      [board.results(), board.totals(), board.saved()],
    );
  });

  it('refuses whatever is no board, and then is as it was', () => {
    const board = full();
    const state = board.saved();
    const [attack] = board.results();
    const corrupt = { code: 'snapshot-corrupt' };
    for (const name of Object.keys(state)) {
      assert.throws(() => board.restore({ ...state, [name]: 'no' }), corrupt, name);
    }
    for (const name of Object.keys(attack)) {
      assert.throws(() => board.restoreResults([attack, { ...attack, [name]: { no: 1 } }]), corrupt, name);
    }
    for (const wrong of [undefined, null, 'board', [1], {}]) {
      assert.throws(() => board.restore(wrong), corrupt);
      assert.throws(() => board.restoreResults(wrong), corrupt);
    }
    assert.throws(() => board.restoreResults(Array.from({ length: MOST_RESULTS + 1 }, () => attack)), corrupt);
    assert.deepEqual([board.saved(), board.results()], [state, [attack]]);
  });
});

describe('an alarm event on its way to the scoreboard', () => {
  const whole = {
    event: 'raised',
    id: '5c0f6b1e9a3d4f27',
    asset: 'SWaT',
    time: 5,
    level: 'WARNING',
    tags: [{ tag: 'LIT301', stage: 'P3', feature: 'mean', share: 1, seen: 1, expected: 2, unit: 'mm' }],
  };

  it('is read', () => {
    assert.deepEqual(readAlarm(whole), {
      event: 'raised',
      asset: 'SWaT',
      time: 5,
      level: 'WARNING',
      tags: [{ tag: 'LIT301', stage: 'P3' }],
    });
    assert.deepEqual(readAlarm({ ...whole, tags: undefined })?.tags, []);
  });

  for (const [what, payload] of [
    ['nothing', undefined],
    ['a text', 'raised'],
    ['a list', [whole]],
    ['a frame', { LIT301: 500 }],
    ['no id', { ...whole, id: undefined }],
    ['no time', { ...whole, time: 'now' }],
    ['an endless time', { ...whole, time: Number.POSITIVE_INFINITY }],
    ['an unknown level', { ...whole, level: '__proto__' }],
  ] as const) {
    it(`is not taken for one when it is ${what}`, () => assert.equal(readAlarm(payload), undefined));
  }
});
