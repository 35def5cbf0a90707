import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runAlarmCommand } from '../../../lib/alarm/command';
import { AlarmDesk, type Delivery } from '../../../lib/alarm/desk';
import { ALARM_ACTIONS } from '../../../lib/alarm/transitions';
import { LEVELS } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';
import { contribution, verdict } from './verdicts';

const SETTINGS = {
  alarm: { offDelayMs: 60_000, onDelayMs: 5000, latch: true, reAlarmMs: 90_000, escalateMs: 45_000 },
  notify: {
    repeatMs: 60_000,
    limit: 3,
    periodMs: 100_000,
    groupBy: 'stage',
    groupWaitMs: 20_000,
    groupIntervalMs: 50_000,
  },
} as const;

/** A desk whose state is copied key by key, as it says that it changed: what a crash would leave. */
class Kept {
  readonly saved = new Map<string, string>();
  readonly desk: AlarmDesk = new AlarmDesk(SETTINGS, (key) => this.dirty.add(key));
  private readonly dirty = new Set<string>();

  save(): void {
    for (const key of this.dirty) {
      const full = this.desk.full(key);
      if (full === undefined) this.saved.delete(key);
      else this.saved.set(key, JSON.stringify(full));
    }
    this.dirty.clear();
  }

  /** Another process that starts from what was saved. */
  restarted(): Kept {
    const next = new Kept();
    for (const [key, text] of this.saved) {
      next.saved.set(key, text);
      next.desk.restore(key, JSON.parse(text));
    }
    return next;
  }
}

const move = fc.record({
  kind: fc.constantFrom(
    'verdict',
    'verdict',
    'verdict',
    'tick',
    'overdue',
    'ack',
    'reset',
    'delivered',
    'command',
    'lost',
    'silence',
    'unsilence',
  ),
  command: fc.constantFrom(...ALARM_ACTIONS),
  level: fc.constantFrom(...LEVELS),
  asset: fc.constantFrom('a', 'a/1', '__proto__'),
  wait: fc.integer({ min: 1, max: 40_000 }),
  commandId: fc.constantFrom(undefined, 'one', 'two'),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function play(desk: AlarmDesk, { kind, level, asset, command, commandId }: Move, now: number): Delivery | undefined {
  switch (kind) {
    case 'verdict':
      return desk.verdict(verdict({ level, asset, time: now }), now);
    case 'tick':
      return desk.tick(now);
    case 'reset':
      return desk.reset(asset, { user: '', comment: '' }, now);
    case 'lost':
      return desk.communication({ asset, lost: level !== 'NONE', time: now, seconds: 1 }, now);
    case 'overdue':
      return desk.overdue(now);
    case 'command':
      try {
        const given = { command, asset, comment: 'c', minutes: 1, oneShot: level === 'INFO', commandId };
        return runAlarmCommand(desk, given, now).delivery;
      } catch {
        return undefined;
      }
    case 'ack': {
      const waiting = desk.list().find(({ state }) => state.endsWith('unacknowledged'));
      return waiting && desk.act({ id: waiting.id }, { action: 'ack', by: { user: '', comment: '' } }, now);
    }
    case 'silence': {
      const matchers = [{ label: 'asset', op: '=', value: asset } as const];
      return desk.silence({ matchers, from: now, until: now + 90_000, user: 'ann', comment: '' }, now).delivery;
    }
    case 'unsilence': {
      const silence = desk.silences().at(0);
      return silence && desk.unsilence(silence.id, { user: 'ann', comment: '' }, now);
    }
    default:
      desk.undelivered.slice(0, 1).forEach(({ n }) => desk.delivered(n));
      return undefined;
  }
}

describe('the state of an alarm desk', () => {
  it('is, from what it says that changed, all that the next process needs to go on as if nothing had been', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(move, fc.boolean()), { maxLength: 60 }), (moves) => {
        const steady = new Kept();
        let restarting = new Kept();
        let now = 1_700_000_000_000;
        for (const [each, crash] of moves) {
          now += each.wait;
          if (crash) restarting = restarting.restarted();
          assert.deepEqual(play(restarting.desk, each, now), play(steady.desk, each, now));
          restarting.save();
        }
        assert.deepEqual(restarting.desk.list(), steady.desk.list());
        assert.deepEqual(restarting.desk.count(), steady.desk.count());
        assert.deepEqual(restarting.desk.undelivered, steady.desk.undelivered);
        assert.deepEqual(restarting.desk.silences(), steady.desk.silences());
        assert.deepEqual(restarting.desk.report(now), steady.desk.report(now));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a delivery until it is known to have arrived', () => {
    const before = new Kept();
    const raised = before.desk.verdict(verdict({ level: 'WARNING', asset: 'a', time: 1 }), 1);
    before.save();
    const after = before.restarted();
    assert.deepEqual(after.desk.undelivered, [raised]);
    after.desk.delivered(raised!.n);
    after.save();
    assert.deepEqual(after.restarted().desk.undelivered, []);
  });

  it('is read as a version before silences and groups has saved it: nobody is told twice', () => {
    const before = new Kept();
    before.desk.verdict(verdict({ level: 'WARNING', asset: 'a', time: 1 }), 1);
    const [raised] = before.desk.verdict(verdict({ level: 'WARNING', asset: 'a', time: 6001 }), 6001)?.events ?? [];
    assert.equal(raised.event, 'raised');
    before.save();
    const { book, deliveries } = JSON.parse(before.saved.get('common') ?? '') as Record<string, unknown>;
    const { episode } = JSON.parse(before.saved.get('asset/a') ?? '') as Record<string, unknown>;
    const told = { keys: [`${raised.id}.1.raised.WARNING`], at: 6001, repeats: 0 };
    const budget = { tokens: 0.5, filledAt: 1, suppressed: 2, suppressedInAll: 4 };
    const { desk } = new Kept();
    desk.restore('common', { book, deliveries, budget });
    desk.restore('asset/a', { episode, told });
    assert.equal(desk.count().suppressed, 4);
    assert.equal(desk.tick(50_000), undefined);
    assert.deepEqual(
      desk.tick(52_000)?.events.map(({ event, notice }) => [event, notice]),
      [['unanswered', 'grouped']],
    );
    assert.deepEqual(
      desk.tick(72_000)?.notifications.map(({ event }) => event),
      ['unanswered'],
    );
  });

  it('is read as the version before saved it', () => {
    const moment = {
      time: 5,
      ratio: 1.7,
      tags: [contribution('LIT101')],
      because: { code: 'anomaly-untold', params: {} },
    };
    const told = { keys: ['x.1.raised.WARNING'], at: 5, repeats: 1 };
    const episode = { asset: 'a', id: 'x', state: 'acknowledged', level: 'WARNING', count: 1, onset: moment, peak: moment, last: moment, because: moment.because, calmSince: null, heard: 7 }; // prettier-ignore
    const { desk } = new Kept();
    desk.restore('asset/a', { episode, told });
    const [alarm] = desk.list();
    assert.deepEqual(
      [alarm.kind, alarm.since, alarm.step, alarm.firstOut, alarm.pending, alarm.model, alarm.priority],
      ['process', 7, 0, { tag: 'LIT101', stage: 'P1', time: 5 }, null, '', 'medium'],
    );
    const again = new Kept();
    again.desk.restore('asset/a', JSON.parse(JSON.stringify(desk.full('asset/a'))));
    assert.deepEqual(again.desk.full('asset/a'), desk.full('asset/a'));
    const event = { event: 'raised', id: 'x', seq: 1, asset: 'a', time: 5, level: 'WARNING', state: 'unacknowledged', episode: 1, onset: moment, peak: moment, ratio: 1.7, tags: [], sentence: moment.because, because: moment.because }; // prettier-ignore
    desk.restore('out/1', { n: 1, events: [event], notifications: [] });
    const [{ kind, priority, firstOut }] = desk.undelivered[0].events;
    assert.deepEqual([kind, priority, firstOut], ['process', 'medium', null]);
  });

  it('refuses what is not its own, entry by entry', () => {
    const source = new Kept();
    source.desk.verdict(verdict({ level: 'WARNING', asset: 'a', time: 1 }), 1);
    source.save();
    const wrong: [string, unknown][] = [
      ['common', {}],
      ['common', { book: { seq: -1, counts: {} }, budget: {}, deliveries: 0 }],
      ['asset/a', { episode: { asset: 'a' } }],
      ['asset/a', null],
      ['asset/a', { hold: { state: 'acknowledged', id: 'x', since: 1, user: '', comment: '' } }],
      ['communication/a', {}],
      ['else/a', {}],
      ['out/1', { n: 1, events: [{}], notifications: [] }],
      ['out/1', { n: 1, events: [], notifications: [7] }],
    ];
    for (const [key, saved] of wrong) {
      const { desk } = new Kept();
      assert.throws(
        () => desk.restore(key, saved),
        (error) => error instanceof SwatError && error.code === 'snapshot-corrupt',
        key,
      );
      assert.deepEqual(desk.list(), []);
    }
    for (const [key, text] of source.saved) {
      const saved = JSON.parse(text) as Record<string, unknown>;
      for (const name of Object.keys(saved)) {
        const { desk } = new Kept();
        const other = typeof saved[name] === 'string' ? 7 : 'x';
        assert.ok(
          throws(() => desk.restore(key, { ...saved, [name]: other })),
          `${key} ${name}`,
        );
      }
    }
  });
});

function throws(run: () => void): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
