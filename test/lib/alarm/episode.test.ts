import assert from 'node:assert/strict';
import fc from 'fast-check';
import { alarmId, isActive } from '../../../lib/alarm/episode';
import type { AlarmEvent } from '../../../lib/alarm/event';
import { Notifier } from '../../../lib/alarm/notify/notifier';
import { ALARM_STATES } from '../../../lib/alarm/transitions';
import { LEVELS } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';
import { book, feed, of, SECOND } from './feed';
import { contribution, verdict } from './verdicts';

const names = (events: AlarmEvent[]): string[] => events.map(({ event }) => event);

describe('AlarmBook', () => {
  it('makes one alarm of one episode, however long and shaken', () => {
    const events = feed(book(), 0, [
      ...of('NONE', 5),
      ...of('WARNING', 10),
      ...of('INFO', 3),
      ...of('CRITICAL', 10),
      ...of('NONE', 59),
      ...of('WARNING', 1),
      ...of('NONE', 70),
    ]);
    assert.deepEqual(
      events.map(({ event, level, state, seq, time }) => [event, level, state, seq, time / SECOND]),
      [
        ['raised', 'WARNING', 'unacknowledged', 1, 5],
        ['escalated', 'CRITICAL', 'unacknowledged', 2, 18],
        ['cleared', 'CRITICAL', 'returned-unacknowledged', 3, 148],
      ],
    );
    assert.equal(new Set(events.map(({ id }) => id)).size, 1);
    assert.equal(events[2].reason, 'calm');
  });

  it('keeps the onset’s and the peak’s tags', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING'], { tags: [contribution('FIRST')], ratio: 1.6 });
    feed(alarms, 1, ['WARNING'], { tags: [contribution('WORST')], ratio: 1.9 });
    feed(alarms, 2, ['WARNING'], { tags: [contribution('LATER')], ratio: 1.7 });
    const [{ onset, peak, tags }] = alarms.act(
      { id: alarms.list()[0].id },
      { action: 'ack', by: { user: 'ann', comment: '' } },
      3000,
    );
    assert.deepEqual([onset.time, onset.tags[0].tag], [0, 'FIRST']);
    assert.deepEqual([peak.time, peak.ratio, peak.tags[0].tag], [1000, 1.9, 'WORST']);
    assert.equal(tags[0].tag, 'LATER');
  });

  it('journals an INFO episode and makes an alarm of it only when it rises', () => {
    const alarms = book();
    assert.deepEqual(names(feed(alarms, 0, [...of('INFO', 5), ...of('NONE', 70)])), ['info', 'info-ended']);
    assert.deepEqual(alarms.list(), []);
    const events = feed(alarms, 100, [...of('INFO', 5), 'WARNING']);
    assert.deepEqual(names(events), ['info', 'raised']);
    assert.equal(events[1].onset.time, 100 * SECOND);
    assert.equal(events[0].id, events[1].id);
  });

  it('goes back to normal when acknowledged and calm, in either order', () => {
    const first = book();
    feed(first, 0, ['WARNING']);
    const [ack] = first.act({ id: first.list()[0].id }, { action: 'ack', by: { user: 'ann', comment: 'seen' } }, 1000);
    assert.deepEqual([ack.state, ack.user, ack.comment], ['acknowledged', 'ann', 'seen']);
    const [cleared] = feed(first, 2, of('NONE', 61));
    assert.deepEqual([cleared.event, cleared.state], ['cleared', 'normal']);
    assert.deepEqual(first.list(), []);

    const second = book();
    feed(second, 0, ['WARNING', ...of('NONE', 61)]);
    assert.equal(second.list()[0].state, 'returned-unacknowledged');
    assert.equal(
      second.act({ id: second.list()[0].id }, { action: 'ack', by: { user: '', comment: '' } }, 0)[0].state,
      'normal',
    );
    assert.deepEqual(second.list(), []);
  });

  it('takes an acknowledgement back when the alarm escalates', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING']);
    alarms.act({ id: alarms.list()[0].id }, { action: 'ack', by: { user: '', comment: '' } }, 0);
    assert.deepEqual(
      feed(alarms, 1, ['CRITICAL', 'CRITICAL']).map(({ state }) => state),
      ['unacknowledged'],
    );
  });

  it('re-raises a returned alarm nobody has acknowledged, as a new episode of the same alarm', () => {
    const alarms = book();
    const [raised] = feed(alarms, 0, ['CRITICAL', ...of('NONE', 61)]);
    const [again] = feed(alarms, 200, ['INFO', 'WARNING']);
    assert.deepEqual(
      [again.event, again.id, again.episode, again.level, again.onset.time],
      ['re-raised', raised.id, 2, 'WARNING', 201 * SECOND],
    );
  });

  it('takes neither silence nor a blind verdict for calm', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING']);
    assert.deepEqual(alarms.tick(10_000_000), []);
    assert.deepEqual(feed(alarms, 1, of('NONE', 100), { finding: 'bad-data' }), []);
    assert.deepEqual(feed(alarms, 200, of('NONE', 100), { finding: 'not-ready' }), []);
    assert.equal(alarms.list()[0].state, 'unacknowledged');
  });

  it('finishes an off-delay that calm had begun when verdicts stop, and says so', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING', 'NONE']);
    assert.deepEqual(alarms.tick(60_999), []);
    const [cleared] = alarms.tick(61_000);
    assert.deepEqual([cleared.event, cleared.reason, cleared.time], ['cleared', 'calm-then-silent', 61_000]);
    assert.equal(cleared.sentence.code, 'alarm-cleared-silent');
    assert.deepEqual(alarms.tick(200_000), []);
  });

  it('clears by the time of the verdicts, not by the clock, while they come', () => {
    const alarms = book();
    alarms.verdict(verdict({ level: 'WARNING', time: 0 }), 0);
    alarms.verdict(verdict({ time: 1000 }), 1);
    assert.deepEqual(names(alarms.verdict(verdict({ time: 61_000 }), 2)), ['cleared']);
  });

  it('survives time that jumps back, as when a replay starts over', () => {
    const alarms = book();
    feed(alarms, 1_000_000, ['WARNING', 'NONE']);
    assert.deepEqual(names(feed(alarms, 0, of('NONE', 61))), ['cleared']);
  });

  it('clears what is active on reset, of one asset or of all', () => {
    const alarms = book();
    for (const asset of ['a', 'b', '__proto__']) feed(alarms, 0, ['WARNING'], { asset });
    assert.deepEqual(
      alarms.reset('b', { user: '', comment: '' }, 0).map(({ asset, event, reason }) => [asset, event, reason]),
      [['b', 'cleared', 'reset']],
    );
    assert.deepEqual(names(alarms.reset(undefined, { user: '', comment: '' }, 0)), ['cleared', 'cleared']);
    assert.deepEqual(alarms.count(), {
      raised: 3,
      escalated: 0,
      cleared: 3,
      acknowledged: 0,
      info: 0,
      active: 0,
      unacknowledged: 0,
      held: 0,
    });
  });

  it('names the alarms that wait when an id is unknown, and the state when it is too late', () => {
    const alarms = book();
    feed(alarms, 0, ['WARNING']);
    const [{ id, asset }] = alarms.list();
    const known = `${id} (${asset})`;
    const by = { user: '', comment: '' };
    assert.throws(
      () => alarms.act({ id: 'nonsense' }, { action: 'ack', by }, 0),
      (error) => error instanceof SwatError && error.code === 'ack-unknown' && error.details.known === known,
    );
    assert.throws(
      () => alarms.act({ id: '' }, { action: 'ack', by }, 0),
      (error) => error instanceof SwatError && error.code === 'ack-id' && error.details.known === known,
    );
    alarms.act({ id: id }, { action: 'ack', by }, 0);
    assert.throws(
      () => alarms.act({ id: id }, { action: 'ack', by }, 0),
      (error) =>
        error instanceof SwatError &&
        error.code === 'alarm-illegal' &&
        error.details.legal === 'shelve, suppress, out-of-service, comment, reset',
    );
  });

  it('says that something to watch is no alarm, and that nothing waits', () => {
    const alarms = book();
    const [{ event, id }] = feed(alarms, 0, ['INFO']);
    assert.equal(event, 'info');
    const by = { user: '', comment: '' };
    assert.throws(
      () => alarms.act({ id }, { action: 'ack', by }, 0),
      (error) => error instanceof SwatError && error.code === 'ack-info' && error.details.level === 'WARNING',
    );
    assert.throws(
      () => alarms.act({ id: 'nonsense' }, { action: 'ack', by }, 0),
      (error) => error instanceof SwatError && error.code === 'ack-none',
    );
  });

  it('is over when its record is gone through again, at the time of its last verdict; the second pass raises its own', () => {
    const alarms = book();
    const [first] = feed(alarms, 100, ['WARNING', 'WARNING']);
    const again = feed(alarms, 50, ['NONE'], { restarted: 'rewind' });
    assert.deepEqual(
      again.map(({ event, id, reason, time }) => [event, id, reason, time]),
      [['cleared', first.id, 'rewind', 101 * SECOND]],
    );
    assert.deepEqual(feed(alarms, 60, of('NONE', 40)), []);
    const [second] = feed(alarms, 100, ['WARNING']);
    assert.deepEqual([second.event, second.id], ['raised', first.id]);
  });

  it('stands when time goes back no further than its onset, as after a crash', () => {
    const alarms = book();
    feed(alarms, 100, of('WARNING', 10));
    assert.deepEqual(feed(alarms, 105, ['WARNING'], { restarted: 'rewind' }), []);
    assert.deepEqual(feed(alarms, 99, ['WARNING']), [], 'nor for a verdict that is merely late');
    assert.equal(alarms.list().length, 1);
  });

  it('derives the id from asset, onset and model alone', () => {
    assert.equal(alarmId('a', 1, 'm'), alarmId('a', 1, 'm'));
    const others = [alarmId('b', 1, 'm'), alarmId('a', 2, 'm'), alarmId('a', 1, 'n'), alarmId('a","1', 1, 'm')];
    assert.equal(new Set([alarmId('a', 1, 'm'), ...others]).size, 5);
  });
});

describe('any sequence of verdicts, time and commands', () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('verdict' as const), level: fc.constantFrom(...LEVELS) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('blind' as const, 'tick' as const, 'ack' as const) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
  );
  const moves = fc.array(
    fc.record({
      action,
      asset: fc.constantFrom('a', 'b', '__proto__'),
      wait: fc.integer({ min: 1, max: 40_000 }),
    }),
    { maxLength: 80 },
  );
  const notify = { repeatMs: 60_000, limit: 3, periodMs: 100_000 };

  it('keeps every state defined, one alarm per asset, every raise paired with one clear, and no news told twice', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const alarms = book();
        const notifier = new Notifier(notify, () => undefined);
        const events: AlarmEvent[] = [];
        const keys: string[] = [];
        let now = 0;
        for (const { action: move, asset, wait } of list) {
          now += wait;
          const happened = ((): AlarmEvent[] => {
            switch (move.kind) {
              case 'verdict':
                return alarms.verdict(verdict({ level: move.level, asset, time: now }), now);
              case 'blind':
                return alarms.verdict(verdict({ asset, time: now, finding: 'bad-data' }), now);
              case 'tick':
                return alarms.tick(now);
              case 'reset':
                return alarms.reset(asset, { user: '', comment: '' }, now);
              case 'ack': {
                const waiting = alarms.list().find(({ state }) => state !== 'acknowledged');
                return waiting === undefined
                  ? []
                  : alarms.act({ id: waiting.id }, { action: 'ack', by: { user: '', comment: '' } }, now);
              }
            }
          })();
          events.push(...happened);
          for (const event of happened) notifier.consider(event, now);
          keys.push(...notifier.tick(alarms.list(), now).map(({ key }) => key));
          const open = alarms.list();
          assert.equal(new Set(open.map((each) => each.asset)).size, open.length);
          assert.ok(open.every(({ state }) => ALARM_STATES.includes(state) && state !== 'normal'));
        }
        assert.equal(new Set(keys).size, keys.length);
        assert.deepEqual(
          events.map(({ seq }) => seq),
          events.map((_, index) => index + 1),
        );
        const active = new Map<string, string>();
        for (const { event, asset, id } of events) {
          if (event === 'raised' || event === 're-raised') {
            assert.ok(!active.has(asset), 'raised while active');
            active.set(asset, id);
          }
          if (event === 'escalated') assert.equal(active.get(asset), id);
          if (event === 'cleared') {
            assert.equal(active.get(asset), id, 'cleared what was not raised');
            active.delete(asset);
          }
        }
        assert.deepEqual(
          [...active].sort(),
          alarms
            .list()
            .filter(isActive)
            .map(({ asset, id }) => [asset, id])
            .sort(),
        );
      }),
      { numRuns: 300 },
    );
  });
});
