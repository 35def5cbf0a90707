import assert from 'node:assert/strict';
import { readInhibition } from '../../../../lib/alarm/notify/inhibition';
import { readMatchers } from '../../../../lib/alarm/notify/matcher';
import type { AlarmNews } from '../../../../lib/alarm/notify/news';
import type { Notification } from '../../../../lib/alarm/notify/notification';
import { Notifier } from '../../../../lib/alarm/notify/notifier';
import { event, MINUTE, notifier, SETTINGS, standing } from './alarms';

const brief = (list: readonly Notification[]): unknown[] => list.map(({ event: name, asset }) => `${name} ${asset}`);
/** Considers an event and takes what is due at once. */
const tell = (to: Notifier, news: AlarmNews, now: number): [string, Notification[]] => [
  to.consider(news, now),
  to.due(now),
];
const over = (more: Partial<AlarmNews> = {}): AlarmNews =>
  event({ event: 'cleared', state: 'returned-unacknowledged', ...more });
const silence = (to: Notifier, matchers: string, from: number, until: number): string =>
  to.silence({ matchers: readMatchers(matchers), from, until, user: 'ann', comment: '' }, from).id;

describe('the notifier, one alarm at a time', () => {
  it('tells of news once, and never of INFO or of an acknowledgement', () => {
    const to = notifier();
    assert.deepEqual(tell(to, event({ event: 'info', state: 'normal', level: 'INFO' }), 0), ['not-annunciated', []]);
    const raised = event();
    const [decision, [told]] = tell(to, raised, 1000);
    assert.equal(decision, 'due');
    assert.deepEqual(
      [told.key, told.id, told.event, told.level, told.priority, told.kind, told.tag, told.stage, told.repeat],
      ['a.process.1.raised.WARNING', 'a.process', 'raised', 'WARNING', 'medium', 'process', 'LIT101', 'P1', 0],
    );
    assert.deepEqual(tell(to, raised, 1001), ['duplicate', []]);
    const seen = event({ event: 'acknowledged', state: 'acknowledged' });
    assert.deepEqual(tell(to, seen, 2000), ['not-annunciated', []]);
    assert.deepEqual(brief(tell(to, over({ state: 'normal' }), 3000)[1]), ['cleared a']);
    assert.equal(to.toldOf('a.process'), undefined, 'forgotten');
  });

  it('tells each step of an escalation, each time an alarm comes back from a hold, and what is to be done', () => {
    const to = notifier();
    const guidance = { tag: 'LIT101', cause: 'valve stuck', consequence: 'overflow', response: 'close MV101' };
    assert.deepEqual(tell(to, event({ guidance }), 0)[1][0].guidance, guidance);
    const keys = (['unanswered', 'unanswered', 're-alarmed', 'unshelved', 'unshelved', 'unsuppressed'] as const).map(
      (name, step) => tell(to, event({ event: name, step }), step + 1)[1][0].key,
    );
    assert.equal(new Set(keys).size, 6);
    const ended = event({ event: 'unshelved', state: 'acknowledged' });
    assert.deepEqual(tell(to, ended, 10), ['not-annunciated', []]);
  });

  it('tells nothing of an alarm that is held, also not what waited', () => {
    const to = notifier({ groupBy: 'plant' });
    assert.equal(to.consider(event(), 0), 'grouped');
    assert.equal(to.consider(event({ event: 'shelved', state: 'shelved' }), 1000), 'held');
    assert.equal(to.consider(event({ event: 'escalated', level: 'CRITICAL', state: 'shelved' }), 2000), 'held');
    assert.deepEqual(to.tick([], 10 * MINUTE), []);
    assert.equal(to.consider(event({ event: 'unshelved', level: 'CRITICAL' }), 11 * MINUTE), 'grouped');
    assert.deepEqual(brief(to.due(11 * MINUTE + SETTINGS.groupWaitMs)), ['unshelved a']);
    const held = event({ asset: 'b', state: 'out-of-service' });
    assert.equal(to.consider(held, 0), 'held');
    assert.equal(to.toldOf(held.id), undefined);
  });

  it('reminds of what stands unacknowledged, at the interval, and not after it was acknowledged', () => {
    const to = notifier();
    const raised = event();
    tell(to, raised, 0);
    const open = [standing(raised)];
    assert.deepEqual(to.tick(open, 15 * MINUTE - 1), []);
    const [first] = to.tick(open, 15 * MINUTE);
    assert.deepEqual([first.repeat, first.sentence.code, first.key], [1, 'alarm-repeat', 'a.process.1.repeat.1']);
    assert.deepEqual(to.tick(open, 15 * MINUTE + 1), []);
    const [second] = to.tick(open, 30 * MINUTE);
    assert.deepEqual([second.repeat, second.key], [2, 'a.process.1.repeat.2']);
    tell(to, event({ event: 'acknowledged', state: 'acknowledged' }), 31 * MINUTE);
    assert.deepEqual(to.tick(open, 60 * MINUTE), []);
  });

  it('never reminds when told not to, nor of an alarm that has returned', () => {
    const never = notifier({ repeatMs: 0 });
    const to = notifier();
    const open = [standing(event())];
    for (const each of [never, to]) tell(each, event(), 0);
    tell(to, over(), 1000);
    assert.deepEqual([never.tick(open, 1e9), to.tick(open, 1e9)], [[], []]);
  });

  it('is not confused by a clock that is set back', () => {
    const grouped = notifier({ groupBy: 'plant', groupIntervalMs: 60 * MINUTE });
    grouped.consider(event(), 1e12);
    assert.deepEqual(brief(grouped.due(1e9)), ['raised a'], 'what waited is told rather too soon than never');
    const to = notifier({ limit: 1 });
    tell(to, event(), 1e12);
    assert.deepEqual(to.tick([standing(event())], 1e9), []);
    assert.deepEqual(brief(to.tick([standing(event())], 1e9 + 15 * MINUTE)), ['raised a'], 'the reminder');
    tell(to, event({ asset: 'b' }), 1e9 + 15 * MINUTE);
    assert.deepEqual(to.due(1e8), []);
    assert.deepEqual(brief(to.due(1e8 + 10 * MINUTE)), ['digest b']);
  });
});

describe('the notifier, muting', () => {
  it('tells what was silenced when the silence ends and the alarm still stands unacknowledged', () => {
    for (const [what, since, expected] of [
      ['stands', undefined, ['raised a']],
      ['was acknowledged', event({ event: 'acknowledged', state: 'acknowledged' }), []],
      ['ended', over(), []],
      ['escalated', event({ event: 'escalated', level: 'CRITICAL' }), ['escalated a']],
    ] as const) {
      const to = notifier();
      silence(to, 'asset=a', 0, 20 * MINUTE);
      assert.deepEqual(tell(to, event(), 1), ['silenced', []]);
      assert.equal(to.mutedNow, 1);
      if (since !== undefined) assert.deepEqual(tell(to, since, 2)[1], []);
      assert.deepEqual(to.tick([standing(event())], 20 * MINUTE - 1), [], what);
      assert.deepEqual(brief(to.tick([standing(event())], 20 * MINUTE)), expected, what);
      assert.equal(to.mutedNow, 0);
    }
  });

  it('tells of an alarm that rises out of a silence, and no reminder of one within', () => {
    const to = notifier();
    tell(to, event(), 0);
    const id = silence(to, 'level=WARNING', 0, 60 * MINUTE);
    assert.deepEqual(to.tick([standing(event())], 30 * MINUTE), []);
    assert.deepEqual(brief(tell(to, event({ event: 'escalated', level: 'CRITICAL' }), 31 * MINUTE)[1]), [
      'escalated a',
    ]);
    tell(to, event({ asset: 'b' }), 31 * MINUTE);
    to.unsilence(id);
    assert.deepEqual(brief(to.tick([], 31 * MINUTE + 1000)), ['raised b']);
  });

  it('says nothing of the end of an alarm that nobody was told of', () => {
    const to = notifier();
    const id = silence(to, 'asset=a', 0, 60 * MINUTE);
    tell(to, event(), 0);
    to.unsilence(id);
    assert.deepEqual(tell(to, over({ state: 'normal' }), 1), ['untold', []]);
    assert.equal(to.toldOf('a.process'), undefined);
  });

  it('mutes the children of an alarm until it is over; of those that then stand, the uppermost is told', () => {
    const to = notifier();
    const lost = event({ asset: 'line', kind: 'communication' });
    const open = [lost, ...['line', 'line/skid', 'line/skid/pump'].map((asset) => event({ asset }))].map(standing);
    tell(to, lost, 0);
    for (const asset of ['line/skid/pump', 'line/skid', 'line']) {
      assert.deepEqual(tell(to, event({ asset }), 1), ['inhibited', []], asset);
    }
    assert.deepEqual(to.tick(open, 2), []);
    assert.deepEqual(brief(tell(to, { ...lost, event: 'cleared', state: 'returned-unacknowledged' }, 3)[1]), [
      'cleared line',
    ]);
    assert.deepEqual(brief(to.tick(open, 4)), ['raised line']);
    assert.equal(to.mutedNow, 2);
    tell(to, over({ asset: 'line', state: 'normal' }), 5);
    assert.deepEqual(brief(to.tick(open.slice(2), 6)), ['raised line/skid']);
    assert.deepEqual(brief(to.tick(open.slice(2), 7)), []);
    to.tick([], 8);
    assert.equal(to.toldOf('line/skid.process'), undefined, 'forgotten, as it is open no longer');
  });

  it('of two alarms that mute each other, tells one', () => {
    const to = notifier({ inhibit: readInhibition('asset=a -> asset=b\nasset=b -> asset=a') });
    assert.equal(tell(to, event({ asset: 'a' }), 0)[0], 'due');
    assert.equal(tell(to, event({ asset: 'b' }), 0)[0], 'inhibited');
    assert.deepEqual(brief(tell(to, event({ asset: 'a', event: 'escalated', level: 'CRITICAL' }), 1)[1]), [
      'escalated a',
    ]);
    tell(to, over({ asset: 'a', state: 'normal' }), 2);
    assert.deepEqual(brief(to.tick([], 3)), ['raised b']);
  });

  it('is not muted by an alarm that is held, nor by one that has returned', () => {
    for (const state of [
      'shelved',
      'out-of-service',
      'suppressed-by-design',
      'returned-unacknowledged',
      'normal',
    ] as const) {
      const to = notifier();
      tell(to, event({ asset: 'line' }), 0);
      tell(to, event({ asset: 'line', event: state === 'shelved' ? 'shelved' : 'cleared', state }), 1);
      assert.equal(tell(to, event({ asset: 'line/pump' }), 2)[0], 'due', state);
    }
  });
});

describe('the notifier, by groups', () => {
  const grouped = { groupBy: 'stage', groupWaitMs: 30_000, groupIntervalMs: 5 * MINUTE } as const;

  it('waits for the group, then tells of its alarms in one, the worst first', () => {
    const to = notifier(grouped);
    assert.equal(to.consider(event({ asset: 'p/1', time: 1 }), 0), 'grouped');
    to.consider(event({ asset: 'p/2', level: 'CRITICAL', time: 2 }), 10_000);
    to.consider(event({ asset: 'p/3', firstOut: { tag: 'FIT201', stage: 'P2', time: 0 } }), 20_000);
    to.consider(event({ asset: 'q/1' }), 29_000);
    to.consider(event({ asset: 'p/4', time: 4 }), 29_000);
    to.consider(over({ asset: 'p/4', time: 5 }), 29_500);
    assert.deepEqual(to.due(29_999), []);
    const [told, ...others] = to.due(30_000);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [told.event, told.id, told.asset, told.level, told.count, told.sentence],
      [
        'group',
        'group/p/P1',
        'p',
        'CRITICAL',
        3,
        { code: 'alarm-group', params: { asset: 'p', level: 'CRITICAL', count: 3, assets: 3 } },
      ],
    );
    assert.deepEqual(
      told.alarms?.map(({ event: name, asset, level }) => [name, asset, level]),
      [
        ['raised', 'p/2', 'CRITICAL'],
        ['raised', 'p/1', 'WARNING'],
        ['cleared', 'p/4', 'WARNING'],
      ],
    );
    assert.deepEqual(brief(to.due(50_000)), ['raised p/3']);
    assert.deepEqual(brief(to.due(59_000)), ['raised q/1']);
  });

  it('tells a group again after the interval, a higher level after the wait', () => {
    const to = notifier({ ...grouped, groupBy: 'plant' });
    to.consider(event({ asset: 'p/1' }), 0);
    assert.equal(to.due(30_000).length, 1);
    to.consider(event({ asset: 'p/2' }), 40_000);
    assert.deepEqual(to.due(30_000 + 5 * MINUTE - 1), []);
    assert.deepEqual(brief(to.due(30_000 + 5 * MINUTE)), ['raised p/2']);
    to.consider(event({ asset: 'p/3' }), 6 * MINUTE);
    to.consider(event({ asset: 'p/1', event: 'escalated', level: 'CRITICAL' }), 7 * MINUTE);
    assert.deepEqual(to.due(7 * MINUTE + 29_999), []);
    const [told] = to.due(7 * MINUTE + 30_000);
    assert.deepEqual([told.level, told.count], ['CRITICAL', 2]);
  });

  it('is not put off by more news', () => {
    const to = notifier(grouped);
    to.consider(event(), 0);
    to.consider(event({ event: 'escalated', level: 'CRITICAL' }), 29_000);
    assert.deepEqual(brief(to.due(30_000)), ['escalated a']);
  });

  it('reminds of a group in one', () => {
    const to = notifier({ ...grouped, groupBy: 'plant' });
    const alarms = ['p/1', 'p/2'].map((asset) => event({ asset }));
    for (const each of alarms) to.consider(each, 0);
    to.due(30_000);
    const [told, ...others] = to.tick(alarms.map(standing), 30_000 + 15 * MINUTE);
    assert.deepEqual([told.event, told.count, told.repeat, others], ['group', 2, 1, []]);
  });

  it('names at most twenty of many, and one key for the same news', () => {
    const of = (order: (list: AlarmNews[]) => AlarmNews[]): Notification => {
      const to = notifier(grouped);
      for (const each of order(Array.from({ length: 30 }, (_, i) => event({ asset: `p/${i}` })))) to.consider(each, 0);
      return to.due(MINUTE)[0];
    };
    const told = of((list) => list);
    assert.deepEqual([told.count, told.alarms?.length], [30, 20]);
    assert.equal(of((list) => list.reverse()).key, told.key);
  });
});

describe('the notifier, in a storm', () => {
  const many = (to: Notifier, from: number, count: number, now: number): unknown[] =>
    Array.from({ length: count }, (_, i) => tell(to, event({ asset: `a/${from + i}` }), now)[1]).flat();

  it('sends up to the limit, then nothing singly, and sums up at the end of the period', () => {
    const to = notifier();
    assert.equal(many(to, 0, 13, 0).length, 10);
    tell(to, event({ asset: 'a/11', event: 'escalated', level: 'CRITICAL' }), MINUTE);
    tell(to, event({ asset: 'a/99', firstOut: { tag: 'FIT201', stage: 'P2', time: 0 } }), 5 * MINUTE);
    tell(to, over({ asset: 'a/0' }), 6 * MINUTE);
    assert.deepEqual(to.due(10 * MINUTE - 1), []);
    const [digest, ...others] = to.due(10 * MINUTE);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [digest.event, digest.level, digest.priority, digest.suppressed],
      ['digest', 'CRITICAL', 'high', 6],
    );
    assert.deepEqual(digest.digest, {
      from: 0,
      until: 10 * MINUTE,
      alarms: 4,
      levels: { WARNING: 3, CRITICAL: 1 },
      cleared: 1,
      reminders: 0,
      tags: [
        { name: 'LIT101 (P1)', count: 4, over: 0 },
        { name: 'FIT201 (P2)', count: 1, over: 0 },
      ],
      assets: [
        { name: 'a/11', count: 2, over: 0 },
        { name: 'a/10', count: 1, over: 0 },
        { name: 'a/12', count: 1, over: 0 },
        { name: 'a/99', count: 1, over: 0 },
      ],
    });
    assert.equal(to.suppressed, 6);
  });

  it('goes on over a restart, also from what a version before saved in one piece', () => {
    const saved = new Map<string, unknown>();
    const to = new Notifier(SETTINGS, (key) => saved.set(key, undefined));
    many(to, 0, 15, 0);
    for (const key of saved.keys()) saved.set(key, structuredClone(to.full(key)));
    const next = notifier();
    for (const [key, full] of saved) if (full !== undefined) next.restore(key, full);
    const budget = saved.get('budget') as { storm: object };
    const counted = (start: string): unknown[] => [...saved].flatMap(([key, full]) => (key.startsWith(start) ? [full] : [])); // prettier-ignore
    const before = notifier();
    const storm = { ...budget.storm, tags: counted('storm/tag/'), assets: counted('storm/asset/') };
    before.restore('budget', { ...budget, storm });
    assert.equal(counted('storm/asset/').length, 5);
    const [digest] = to.due(10 * MINUTE);
    assert.equal(digest.digest?.assets.length, 5);
    for (const each of [next, before]) assert.deepEqual(each.due(10 * MINUTE), [digest]);
  });

  it('goes on, a digest each period, until there was less than half of the limit', () => {
    const to = notifier();
    many(to, 0, 15, 0);
    assert.deepEqual(brief(to.due(10 * MINUTE)), ['digest a']);
    assert.equal(many(to, 20, 4, 11 * MINUTE).length, 0, 'it still storms');
    const [second] = to.due(20 * MINUTE);
    assert.equal(second.digest?.alarms, 4);
    assert.equal(many(to, 30, 7, 21 * MINUTE).length, 7, 'it is over; of the limit, four are spent');
    assert.deepEqual(to.due(40 * MINUTE), []);
  });

  it('ends without a digest when there was nothing', () => {
    const to = notifier();
    many(to, 0, 15, 0);
    assert.equal(to.due(10 * MINUTE).length, 1);
    assert.deepEqual(to.due(20 * MINUTE), []);
    assert.equal(many(to, 30, 1, 20 * MINUTE).length, 1);
  });

  it('has another key for other news', () => {
    const keys = [11, 12, 12].map((count) => {
      const to = notifier();
      many(to, 0, count, 0);
      return to.due(10 * MINUTE)[0].key;
    });
    assert.equal(keys[1], keys[2]);
    assert.notEqual(keys[0], keys[1]);
  });

  it('counts the reminders that were due, and reminds later of what was only summed up', () => {
    const to = notifier({ limit: 1 });
    const [a, b] = [event({ asset: 'a' }), event({ asset: 'b' })];
    assert.equal(tell(to, a, 0)[1].length, 1);
    assert.equal(tell(to, b, 1000)[1].length, 0);
    assert.equal(to.tick([a, b].map(standing), 10 * MINUTE + 1000)[0].digest?.alarms, 1);
    assert.deepEqual(to.tick([a, b].map(standing), 16 * MINUTE), [], 'still a storm: one is no less than half of one');
    const [digest] = to.tick([a, b].map(standing), 20 * MINUTE + 1000);
    assert.deepEqual([digest.digest?.alarms, digest.digest?.reminders], [0, 2]);
  });
});
