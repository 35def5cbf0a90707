import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runAlarmCommand, ALARM_COMMANDS } from '../../../lib/alarm/command';
import { AlarmDesk, type DeskSettings } from '../../../lib/alarm/desk';
import { isActive } from '../../../lib/alarm/episode';
import type { AlarmEvent } from '../../../lib/alarm/event';
import type { Alarm } from '../../../lib/alarm/machine';
import { ALARM_ACTIONS, isHold, legalActions, TRANSITIONS } from '../../../lib/alarm/transitions';
import { LEVELS } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';
import { englishText } from '../../../lib/platform/catalogue';
import { contribution, verdict } from './verdicts';

const MINUTE = 60_000;
const START = 1_700_000_000_000;
const SETTINGS: DeskSettings = {
  alarm: { offDelayMs: MINUTE, maxShelveMs: 120 * MINUTE },
  notify: { repeatMs: 15 * MINUTE, limit: 100, periodMs: MINUTE },
};
const GUIDANCE = { cause: 'a valve', consequence: 'an overflow', response: 'close it' };
const desk = (alarm: DeskSettings['alarm'] = {}): AlarmDesk =>
  new AlarmDesk(
    { ...SETTINGS, alarm: { ...SETTINGS.alarm, ...alarm } },
    () => undefined,
    (tag) => (tag === 'LIT101' ? GUIDANCE : undefined),
  );
const raised = (to: AlarmDesk, asset = 'plant1', level: 'WARNING' | 'CRITICAL' = 'WARNING'): AlarmEvent =>
  to.verdict(verdict({ level, asset, time: START }), START)!.events[0];
const fails =
  (code: string, details: Record<string, unknown> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof SwatError);
    assert.equal(error.code, code);
    for (const [name, value] of Object.entries(details)) assert.equal(error.details[name], value);
    assert.ok(englishText(`errors.${code}`, error.details), code);
    return true;
  };

describe('alarm commands', () => {
  it('do what they say, and their events say who, why and until when', () => {
    const alarms = desk();
    const { id } = raised(alarms);
    const told = (given: Record<string, unknown>): AlarmEvent | undefined =>
      runAlarmCommand(alarms, { user: 'ann', ...given }, START).delivery?.events[0];
    const shelved = told({ command: 'shelve', id, minutes: 30, comment: 'maintenance' });
    assert.deepEqual(
      [shelved?.event, shelved?.state, shelved?.previous, shelved?.user, shelved?.comment, shelved?.until],
      ['shelved', 'shelved', 'unacknowledged', 'ann', 'maintenance', START + 30 * MINUTE],
    );
    const { delivery } = runAlarmCommand(alarms, { command: 'unshelve', id }, START);
    assert.deepEqual(delivery?.events.map(({ event, state, reason }) => [event, state, reason]), [['unshelved', 'unacknowledged', 'command']]); // prettier-ignore
    assert.deepEqual(delivery.notifications.map(({ event }) => event), ['unshelved']); // prettier-ignore
    assert.equal(told({ command: 'comment', id, comment: 'on my way' })?.event, 'commented');
    assert.equal(told({ command: 'suppress', asset: 'plant1' })?.state, 'suppressed-by-design');
    assert.equal(told({ command: 'out-of-service', id })?.previous, 'suppressed-by-design');
    assert.equal(told({ command: 'return-to-service', id })?.state, 'unacknowledged');
    const { answer } = runAlarmCommand(alarms, { command: 'list' }, START);
    const [{ alarm, commands }] = answer.alarms!;
    assert.deepEqual([alarm.note?.comment, alarm.priority, alarm.guidance], ['on my way', 'medium', { tag: 'LIT101', ...GUIDANCE }]); // prettier-ignore
    assert.deepEqual(commands, legalActions('unacknowledged'));
    const all = runAlarmCommand(alarms, { command: 'ack-all', user: 'ann' }, START);
    assert.deepEqual([all.answer.ids, all.delivery?.events[0].user], [[id], 'ann']);
    assert.equal(runAlarmCommand(alarms, { command: 'ack-all' }, START).delivery, undefined);
  });

  it('name what is known or legal when they cannot be done', () => {
    const alarms = desk();
    const { id } = raised(alarms);
    const known = `${id} (plant1)`;
    const run = (given: Record<string, unknown>) => () => runAlarmCommand(alarms, given, START);
    assert.throws(run({ command: 'toString' }), fails('unknown-command', { known: ALARM_COMMANDS.join(', ') }));
    assert.throws(run({}), fails('command-missing', { known: ALARM_COMMANDS.join(', ') }));
    assert.throws(run({ command: 'shelve' }), fails('alarm-id', { known }));
    assert.throws(run({ command: 'shelve', id: 'x'.repeat(1000) }), fails('alarm-unknown', { known, id: 'x'.repeat(64) })); // prettier-ignore
    assert.throws(run({ command: 'unlatch', id }), fails('alarm-illegal', { state: 'unacknowledged', legal: legalActions('unacknowledged').join(', ') })); // prettier-ignore
    assert.throws(run({ command: 'ack', asset: 'nowhere' }), fails('ack-unknown', { known, id: 'nowhere' }));
    assert.throws(run({ command: 'unshelve', asset: 'nowhere' }), fails('alarm-unknown', { known: '-' }));
    for (const command of ['comment', 'record'])
      assert.throws(run({ command, id, comment: ' ' }), fails('alarm-comment'));
    assert.throws(run({ command: 'shelve', asset: 'a', kind: 'odd' }), fails('alarm-kind'));
    for (const minutes of [0, -1, 121, 'x', Number.NaN, {}, true]) {
      assert.throws(run({ command: 'shelve', id, minutes }), fails('shelve-minutes', { most: 120 }));
    }
    assert.throws(run({ command: 'shelve', id, minutes: [3] }), fails('shelve-minutes', { minutes: '[3]' }));
    assert.throws(run({ command: 'silence', matchers: 'asset=plant1', from: 'soon' }), fails('silence-from', { from: 'soon' })); // prettier-ignore
    for (const command of ['list', 'reset', 'ack-all']) {
      assert.throws(run({ command, asset: {} }), fails('alarm-asset'));
    }
    assert.deepEqual(alarms.list().map(({ state }) => state), ['unacknowledged']); // prettier-ignore
  });

  it('record what a person did elsewhere: once, of no alarm, and after a restart as it was', () => {
    const alarms = desk();
    const given = { command: 'record', asset: 'plant1', comment: 'Drill: attack 16', user: 'nobody', commandId: 'c1' };
    const { answer, delivery } = runAlarmCommand(alarms, given, START, { user: 'ann', known: 'pin' });
    assert.deepEqual(answer, { command: 'record', asset: 'plant1' });
    const [event] = delivery!.events;
    assert.deepEqual([event.event, event.asset, event.user, event.known, event.comment, event.level, event.notice], ['recorded', 'plant1', 'ann', 'pin', 'Drill: attack 16', 'NONE', undefined]); // prettier-ignore
    assert.equal(runAlarmCommand(alarms, given, START, { user: 'ann', known: 'pin' }).answer.repeated, true);
    assert.deepEqual([alarms.list(), delivery!.notifications, alarms.report(START).perHour.now], [[], [], 0]);
    const again = desk();
    for (const key of alarms.keys()) again.restore(key, JSON.parse(JSON.stringify(alarms.full(key))));
    assert.deepEqual(again.undelivered, [delivery]);
  });

  it('reset one alarm by its id, and no other; what is unknown is refused, of a hold alone nothing is forgotten', () => {
    const alarms = desk();
    const { id } = raised(alarms);
    raised(alarms, 'plant2');
    const run = (given: Record<string, unknown>) => runAlarmCommand(alarms, { command: 'reset', ...given }, START);
    const { answer, delivery } = run({ id, user: 'ann' });
    assert.deepEqual(answer, { command: 'reset', id });
    assert.deepEqual(delivery?.events.map(({ event, asset, user }) => [event, asset, user]), [['cleared', 'plant1', 'ann']]); // prettier-ignore
    assert.deepEqual(alarms.list().map(({ asset }) => asset), ['plant2']); // prettier-ignore
    for (const wrong of ['nobody', 42, {}, true]) {
      assert.throws(() => run({ id: wrong }), fails(typeof wrong === 'object' || wrong === true ? 'alarm-id' : 'alarm-unknown')); // prettier-ignore
    }
    const held = runAlarmCommand(alarms, { command: 'out-of-service', asset: 'pump' }, START).answer.id;
    assert.equal(run({ id: held }).delivery, undefined);
    assert.equal(alarms.list().length, 2);
  });

  it('take the name of an asset as a number too, and the beginning of a silence as a text', () => {
    const alarms = desk();
    raised(alarms, '7');
    assert.equal(
      runAlarmCommand(alarms, { command: 'ack', asset: 7 }, START).delivery?.events[0].state,
      'acknowledged',
    );
    const from = new Date(START + 60_000).toISOString();
    const { silences } = runAlarmCommand(alarms, { command: 'silence', matchers: 'asset=7', from, minutes: 1 }, START).answer; // prettier-ignore
    assert.deepEqual([silences?.[0].from, silences?.[0].until], [START + 60_000, START + 120_000]);
  });

  it('list why nobody is told of an alarm, and for how long one can be shelved', () => {
    const alarms = desk({ shelveMs: 180 * MINUTE });
    const list = () => runAlarmCommand(alarms, { command: 'list' }, START).answer;
    const silence = runAlarmCommand(alarms, { command: 'silence', matchers: 'asset=plant2' }, START).answer.id;
    raised(alarms);
    raised(alarms, 'plant2');
    const { id: below } = raised(alarms, 'plant1/pump');
    assert.deepEqual(
      list().alarms?.map(({ alarm, waiting }) => [alarm.asset, waiting]),
      [
        ['plant1', undefined],
        ['plant2', { notice: 'silenced', by: silence }],
        ['plant1/pump', { notice: 'inhibited', by: alarms.list()[0].id }],
      ],
    );
    assert.deepEqual(list().shelve, { minutes: 120, most: 120 });
    runAlarmCommand(alarms, { command: 'ack', id: below }, START);
    assert.equal(list().alarms?.[2].waiting, undefined);
  });

  it('cut names and comments, and trust no type', () => {
    const alarms = desk();
    const { id } = raised(alarms);
    const given = { command: 'ack', id, user: 'u'.repeat(1000), comment: { toString: () => 'c' } };
    const { delivery } = runAlarmCommand(alarms, given, START);
    assert.deepEqual([delivery?.events[0].user?.length, delivery?.events[0].comment], [64, '']);
  });

  it('hold an asset that has no alarm: nobody is told of the next one until the hold ends', () => {
    const alarms = desk();
    const { delivery } = runAlarmCommand(alarms, { command: 'shelve', asset: 'pump', oneShot: true }, START);
    const [event] = delivery!.events;
    assert.deepEqual([event.level, event.episode, event.oneShot, event.until], ['NONE', 0, true, START + 120 * MINUTE]);
    const under = alarms.verdict(verdict({ level: 'CRITICAL', asset: 'pump', time: START }), START);
    assert.deepEqual(under?.events.map((each) => [each.event, each.state, each.previous]), [['raised', 'shelved', 'shelved']]); // prettier-ignore
    assert.deepEqual(under.notifications, []);
    assert.deepEqual([alarms.count().active, alarms.count().held], [0, 1]);
    const end = alarms.tick(START + 120 * MINUTE);
    assert.deepEqual(end?.notifications.map((each) => [each.event, each.level]), [['unshelved', 'CRITICAL']]); // prettier-ignore
  });

  it('keep the last comment on a hold, also where nothing is in alarm, until the hold ends', () => {
    const alarms = desk();
    const notes = (): (string | undefined)[] => alarms.list().map(({ note }) => note?.comment);
    const run = (given: Record<string, unknown>): unknown =>
      runAlarmCommand(alarms, { asset: 'pump', ...given }, START);
    run({ command: 'out-of-service', comment: 'seal leaks' });
    assert.deepEqual(notes(), [undefined]);
    run({ command: 'comment', comment: 'part ordered', user: 'ann' });
    assert.deepEqual(notes(), ['part ordered']);
    alarms.verdict(verdict({ level: 'CRITICAL', asset: 'pump', time: START }), START);
    alarms.verdict(verdict({ level: 'NONE', asset: 'pump', time: START + 1 }), START);
    alarms.verdict(verdict({ level: 'NONE', asset: 'pump', time: START + MINUTE + 1 }), START);
    assert.deepEqual(notes(), ['part ordered'], 'the end of an episode underneath takes nothing with it');
    const next = desk();
    for (const key of alarms.keys()) next.restore(key, JSON.parse(JSON.stringify(alarms.full(key))));
    assert.deepEqual(next.list(), alarms.list());
    run({ command: 'return-to-service' });
    assert.deepEqual(notes(), []);
  });

  it('find a shelving ended whose time is over, and nothing else', () => {
    const alarms = desk({ onDelayMs: 30_000 });
    const shelve = (asset: string, minutes: number): unknown =>
      runAlarmCommand(alarms, { command: 'shelve', asset, minutes }, START);
    shelve('pump', 1);
    shelve('tank', 2);
    alarms.verdict(verdict({ level: 'WARNING', asset: 'valve', time: START }), START);
    assert.equal(alarms.overdue(START + MINUTE - 1), undefined);
    const ended = alarms.overdue(START + MINUTE)!;
    assert.deepEqual(ended.events.map(({ asset, event, reason }) => [asset, event, reason]), [['pump', 'unshelved', 'expired']]); // prettier-ignore
    assert.equal(alarms.overdue(START + MINUTE), undefined);
    const next = desk();
    for (const key of alarms.keys()) next.restore(key, JSON.parse(JSON.stringify(alarms.full(key))));
    for (const each of [alarms, next])
      assert.deepEqual(each.overdue(START + 3 * MINUTE)?.events.map(({ asset }) => asset), ['tank']); // prettier-ignore
  });

  it('raise and clear an alarm of communication beside that of the process', () => {
    const alarms = desk();
    raised(alarms);
    const notice = { asset: 'plant1', lost: true, time: START, seconds: 30 };
    const lost = alarms.communication(notice, START)!.events;
    assert.deepEqual(lost.map(({ event, kind, state }) => [event, kind, state]), [['raised', 'communication', 'unacknowledged']]); // prettier-ignore
    assert.equal(
      alarms.communication({ ...notice, time: START + 1 }, START + 1),
      undefined,
      'told by another node, too',
    );
    assert.deepEqual(alarms.list().map(({ kind }) => kind), ['process', 'communication']); // prettier-ignore
    const { delivery } = runAlarmCommand(alarms, { command: 'ack', asset: 'plant1', kind: 'communication' }, START + 2);
    assert.equal(delivery?.events[0].id, lost[0].id);
    const back = alarms.communication({ asset: 'plant1', lost: false, seconds: 60 }, START + 30_000)!.events;
    assert.deepEqual(back.map(({ event, state, time }) => [event, state, time]), [['cleared', 'normal', START + 30_000]]); // prettier-ignore
    assert.equal(alarms.communication({ asset: 'plant1', lost: false, seconds: 60 }, START), undefined);
  });

  it('give the priority by level and stage', () => {
    const levels = { INFO: 'low', WARNING: 'high', CRITICAL: 'critical' } as const;
    const alarms = desk({ priority: { levels, raised: ['P3'] } });
    const of = (asset: string, stage: string, level: 'WARNING' | 'CRITICAL'): string => {
      const tags = [contribution('T', 0.5, { stage })];
      return alarms.verdict(verdict({ asset, level, tags, time: START }), START)!.events[0].priority;
    };
    assert.deepEqual(
      [of('a', 'P1', 'WARNING'), of('b', 'P3', 'WARNING'), of('c', 'P1', 'CRITICAL'), of('d', 'P3', 'CRITICAL')],
      ['high', 'critical', 'critical', 'critical'],
    );
  });
});

describe('any sequence of scores, time and commands', () => {
  const move = fc.record({
    kind: fc.constantFrom('verdict', 'verdict', 'verdict', 'tick', 'tick', 'action', 'action', 'lost', 'back', 'all'),
    level: fc.constantFrom(...LEVELS),
    asset: fc.constantFrom('a', 'b', '__proto__'),
    alarm: fc.constantFrom<'process' | 'communication'>('process', 'process', 'communication'),
    action: fc.constantFrom(...ALARM_ACTIONS),
    oneShot: fc.boolean(),
    wait: fc.integer({ min: 1, max: 40_000 }),
  });
  const settings = fc.record({
    onDelayMs: fc.constantFrom(0, 30_000),
    offDelayMs: fc.constantFrom(0, 60_000),
    latch: fc.boolean(),
    reAlarmMs: fc.constantFrom(0, 90_000),
    escalateMs: fc.constantFrom(0, 60_000),
    maxShelveMs: fc.constantFrom(70_000, 480 * MINUTE),
    shelveMs: fc.constant(50_000),
  });

  it('follows the table, loses no alarm, tells nobody of what is held, and nothing twice', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(settings, fc.array(move, { minLength: 20, maxLength: 120 }), (alarm, moves) => {
        const alarms = desk(alarm);
        const states = new Map<string, string>();
        const standing = new Set<string>();
        const keys: string[] = [];
        let now = START;
        let seq = 0;
        for (const { kind, level, asset, action, alarm: about, oneShot, wait } of moves) {
          now += wait;
          const key = `${about}/${asset}`;
          const before = states.get(key) ?? 'normal';
          const delivery = ((): ReturnType<AlarmDesk['tick']> => {
            switch (kind) {
              case 'verdict':
                return alarms.verdict(verdict({ level, asset, time: now }), now);
              case 'lost':
              case 'back':
                return alarms.communication({ asset, lost: kind === 'lost', time: now, seconds: 1 }, now);
              case 'tick':
                return alarms.tick(now);
              case 'all':
                return runAlarmCommand(alarms, { command: 'ack-all', asset }, now).delivery;
              default: {
                const legal = TRANSITIONS.some((row) => row.from === before && row.trigger === action);
                const given = { command: action, asset, kind: about, oneShot, comment: 'c' };
                try {
                  const outcome = runAlarmCommand(alarms, given, now).delivery;
                  assert.ok(legal || action === 'reset', `${action} of ${before} was not refused`);
                  return outcome;
                } catch (error) {
                  assert.ok(
                    error instanceof SwatError &&
                      /^(alarm-illegal|alarm-unknown|ack-unknown|ack-none|ack-info)$/.test(error.code),
                  );
                  assert.ok(!legal || before === 'normal', `${action} of ${before} was refused: ${error.code}`);
                  return undefined;
                }
              }
            }
          })();
          for (const event of delivery?.events ?? []) {
            const of = `${event.kind}/${event.asset}`;
            seq += 1;
            assert.equal(event.seq, seq);
            assert.equal(event.previous, states.get(of) ?? 'normal', 'no change goes untold');
            const row = TRANSITIONS.find(({ from, to, event: name }) => from === event.previous && to === event.state && name === event.event); // prettier-ignore
            assert.ok(row !== undefined, `${event.previous} - ${event.event} -> ${event.state} is not in the table`);
            assert.ok(englishText(`sentences.${event.sentence.code}`, event.sentence.params), event.sentence.code);
            seen.add(`${row.from} ${row.event}`);
            states.set(of, event.state);
            if (event.event === 'raised' || event.event === 're-raised') {
              assert.ok(!standing.has(of), 'raised while it stands');
              standing.add(of);
            }
            if (event.event === 'cleared' || event.event === 'latched') assert.ok(standing.delete(of), 'cleared what was not raised'); // prettier-ignore
          }
          for (const note of delivery?.notifications ?? []) {
            keys.push(note.key);
            assert.ok(!isHold((states.get(`${note.kind}/${note.asset}`) ?? 'normal') as 'normal'), 'told of what is held'); // prettier-ignore
          }
          const open = alarms.list();
          assert.deepEqual(
            open.map((each) => [`${each.kind}/${each.asset}`, each.state]).sort(),
            [...states].filter(([, state]) => state !== 'normal').sort(),
          );
          const inAlarm = open.filter((each) => {
            const saved = alarms.full(`${each.kind === 'process' ? 'asset' : 'communication'}/${each.asset}`);
            return isActive((saved as Alarm).episode);
          });
          assert.deepEqual(inAlarm.map((each) => `${each.kind}/${each.asset}`).sort(), [...standing].sort());
          const count = alarms.count();
          assert.equal(count.held, open.filter(({ hold }) => hold !== undefined).length);
          assert.equal(count.unacknowledged, open.filter(({ state }) => state.endsWith('unacknowledged')).length);
          assert.equal(count.active, open.filter((each) => isActive(each)).length);
        }
        assert.equal(new Set(keys).size, keys.length, 'told twice');
      }),
      { numRuns: 600 },
    );
    const all = new Set(TRANSITIONS.map(({ from, event }) => `${from} ${event}`));
    assert.ok(seen.size >= 0.9 * all.size, `only ${seen.size} of ${all.size} kinds of transitions came up`);
  });
});
