import assert from 'node:assert/strict';
import { isActive } from '../../../lib/alarm/episode';
import { stateOf } from '../../../lib/alarm/machine';
import {
  ALARM_ACTIONS,
  ALARM_EVENTS,
  ALARM_STATES,
  HOLD_STATES,
  isHold,
  legalActions,
  OCCURRENCES,
  transition,
  TRANSITIONS,
  type AlarmState,
} from '../../../lib/alarm/transitions';
import { act, before, lead, Life, MINUTE, pull, SETTINGS } from './life';
import { verdict } from './verdicts';

describe('the table of alarm states', () => {
  it('has one row at most for any state, trigger and facts, and names states, triggers and events that there are', () => {
    for (const from of ALARM_STATES) {
      for (const trigger of [...OCCURRENCES, ...ALARM_ACTIONS]) {
        const rows = TRANSITIONS.filter((row) => row.from === from && row.trigger === trigger);
        for (const latching of [true, false]) {
          for (const inAlarm of [true, false]) {
            const found = rows.filter((row) => transition(from, trigger, { latching, inAlarm }) === row);
            assert.ok(found.length <= 1);
            const guarded = rows.some(({ when }) => when !== undefined);
            assert.equal(found.length, rows.length === 0 ? 0 : 1, `${from} ${trigger} is decided for all facts`);
            assert.ok(guarded || rows.length <= 1, `${from} ${trigger} is told apart`);
          }
        }
      }
    }
    assert.ok(TRANSITIONS.every(({ to }) => ALARM_STATES.includes(to)));
    assert.deepEqual([...new Set(TRANSITIONS.map(({ event }) => event))].sort(), [...ALARM_EVENTS].sort());
  });

  it('leads into every state, and from every state back to normal by what people can do', () => {
    const reach = (from: AlarmState): Set<AlarmState> => {
      const reached = new Set([from]);
      for (const state of reached) {
        for (const row of TRANSITIONS) if (row.from === state) reached.add(row.to);
      }
      return reached;
    };
    for (const state of ALARM_STATES) assert.equal(reach(state).size, ALARM_STATES.length, state);
    for (const state of HOLD_STATES) {
      const ways = TRANSITIONS.filter(({ from, to }) => from === state && !isHold(to)).map(({ trigger }) => trigger);
      assert.ok(
        legalActions(state).some((action) => ways.includes(action)),
        state,
      );
    }
  });

  for (const row of TRANSITIONS) {
    const { from, trigger, to, event, when } = row;
    it(`${from} - ${trigger} -> ${to} (${event}${when === undefined ? '' : `, ${when}`})`, () => {
      const life = before(row);
      assert.equal(stateOf(life.alarm), from);
      const { step: told = 0 } = life.alarm.episode ?? {};
      pull(life, trigger);
      const change = life.last.changes.find((each) => each.event === event);
      assert.ok(change !== undefined, `no ${event} but ${life.last.changes.map((each) => each.event).join()}`);
      assert.deepEqual([change.previous, change.state, stateOf(life.alarm)], [from, to, to]);
      if (event === 'unanswered') assert.equal(change.episode.step, told + 1);
      if (isHold(to) && !isHold(from)) assert.equal(life.alarm.hold?.state, to);
      if (!isHold(to)) assert.equal(life.alarm.hold, undefined);
      assert.equal(isActive(life.alarm.episode), isHold(to) ? isActive(life.alarm.episode) : to === 'unacknowledged' || to === 'acknowledged'); // prettier-ignore
    });
  }

  for (const state of ALARM_STATES) {
    const illegal = ALARM_ACTIONS.filter((action) => !legalActions(state).includes(action));
    it(`${state} refuses ${illegal.join(', ')}`, () => {
      for (const action of illegal) {
        const life = lead(state, true, { ...SETTINGS, latch: state.startsWith('latched') });
        const before = life.alarm;
        life.do(act(action));
        assert.deepEqual(life.last.changes, [], action);
        assert.deepEqual(life.alarm, before);
      }
    });
  }
});

describe('delays', () => {
  it('raises nothing that does not last for the on-delay', () => {
    const life = new Life(SETTINGS).say('WARNING');
    assert.deepEqual(life.last.changes.map(({ event }) => event), ['info']); // prettier-ignore
    life.wait(9000).say('INFO');
    life.wait(5000).say('WARNING');
    assert.deepEqual(life.last.changes, []);
    life.wait(9999);
    assert.deepEqual(life.last.changes, []);
    life.wait(1);
    assert.deepEqual(life.last.changes.map(({ event, state }) => [event, state]), [['raised', 'unacknowledged']]); // prettier-ignore
  });

  it('takes only windows below the share of the threshold for calm, where there is a hysteresis', () => {
    const near = verdict({ level: 'NONE', ratio: 0.8 });
    const wide = new Life({ ...SETTINGS, hysteresis: 0.7 }).raise();
    const plain = new Life(SETTINGS).raise();
    for (const life of [wide, plain]) life.do({ kind: 'verdict', verdict: { ...near, time: life.now } }).wait(MINUTE);
    assert.equal(stateOf(plain.alarm), 'returned-unacknowledged');
    assert.equal(stateOf(wide.alarm), 'unacknowledged');
    wide.do({ kind: 'verdict', verdict: { ...near, ratio: 0.6, time: wide.now } }).wait(MINUTE);
    assert.equal(stateOf(wide.alarm), 'returned-unacknowledged');
  });

  it('tells an alarm as unanswered so many times and no more, and begins anew when it is re-alarmed', () => {
    const life = new Life({ ...SETTINGS, escalateSteps: 2 }).raise();
    const told: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      life.wait(MINUTE);
      for (const { event, episode } of life.last.changes) if (event === 'unanswered') told.push(episode.step);
    }
    assert.deepEqual(told, [1, 2]);
    life.do(act('ack')).wait(30 * MINUTE);
    assert.equal(stateOf(life.alarm), 'unacknowledged');
    life.wait(5 * MINUTE);
    assert.deepEqual(life.last.changes.map(({ event, episode }) => [event, episode.step]), [['unanswered', 1]]); // prettier-ignore
  });
});

describe('holds', () => {
  it('end a one-shot shelving with the alarm, and a timed one with its time', () => {
    const once = new Life(SETTINGS)
      .raise()
      .do(act('shelve', { until: 480 * MINUTE, oneShot: true }))
      .calm();
    assert.deepEqual(
      once.last.changes.map(({ event, state, reason }) => [event, state, reason]),
      [
        ['cleared', 'shelved', 'calm-then-silent'],
        ['unshelved', 'normal', 'returned'],
      ],
    );
    assert.deepEqual(once.alarm, { asset: 'plant1', kind: 'process' });
    const timed = new Life(SETTINGS)
      .raise()
      .do(act('ack'))
      .do(act('shelve', { until: 20 * MINUTE }));
    timed
      .calm()
      .raise()
      .wait(20 * MINUTE);
    assert.deepEqual(
      timed.last.changes.map(({ event, state, reason }) => [event, state, reason]),
      [['unshelved', 'unacknowledged', 'expired']],
    );
  });

  it('keep what is below an alarm, and forget what had returned', () => {
    const info = new Life(SETTINGS).say('INFO').do(act('suppress')).do(act('unsuppress'));
    assert.equal(info.alarm.episode?.state, 'normal');
    const returned = new Life(SETTINGS).raise().calm().do(act('out-of-service'));
    const { id } = returned.last.changes[0].episode;
    assert.equal(returned.alarm.episode, undefined);
    returned.do(act('return-to-service'));
    assert.equal(returned.last.changes[0].episode.id, id);
    assert.equal(stateOf(returned.alarm), 'normal');
  });
});
