import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AlarmBook } from '../../../../lib/alarm/book';
import type { AlarmEvent } from '../../../../lib/alarm/event';
import { GROUPINGS } from '../../../../lib/alarm/notify/groups';
import { readInhibition } from '../../../../lib/alarm/notify/inhibition';
import type { Notification } from '../../../../lib/alarm/notify/notification';
import { Notifier } from '../../../../lib/alarm/notify/notifier';
import { LEVELS } from '../../../../lib/alarm/verdict';
import { contribution, verdict } from '../verdicts';

const SECOND = 1000;
const GROUP_MS = 30 * SECOND;
const PERIOD_MS = 120 * SECOND;
const by = { user: '', comment: '' };

const move = fc.record({
  kind: fc.constantFrom('verdict', 'verdict', 'verdict', 'lost', 'found', 'ack', 'shelve', 'unshelve', 'silence'),
  level: fc.constantFrom(...LEVELS),
  asset: fc.constantFrom('p', 'p/1', 'p/2', 'q/1', 'q/1/x'),
  stage: fc.constantFrom('P1', 'P2'),
  seconds: fc.integer({ min: 1, max: 40 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

const settings = fc.record({
  groupBy: fc.constantFrom(...GROUPINGS),
  limit: fc.constantFrom(2, 100),
  inhibit: fc.constantFrom('', 'plant=q -> plant=p', 'stage=P1 -> stage=P2 : plant\nstage=P2 -> stage=P1 : plant'),
});

/** What the world does to the alarms: one event or more. */
function play(
  book: AlarmBook,
  notifier: Notifier,
  { kind, level, asset, stage, seconds }: Move,
  now: number,
): AlarmEvent[] {
  const target = { asset, kind: 'process' } as const;
  const legal = (run: () => AlarmEvent[]): AlarmEvent[] => {
    try {
      return run();
    } catch {
      return [];
    }
  };
  switch (kind) {
    case 'verdict':
      return book.verdict(verdict({ asset, level, time: now, tags: [contribution(`T-${stage}`, 1, { stage })] }), now);
    case 'lost':
    case 'found':
      return book.communication({ asset, lost: kind === 'lost', time: now, seconds: 9 }, now);
    case 'ack':
      return legal(() => book.act(target, { action: 'ack', by }, now));
    case 'shelve':
      return legal(() => book.act(target, { action: 'shelve', by, until: now + seconds * SECOND }, now));
    case 'unshelve':
      return legal(() => book.act(target, { action: 'unshelve', by }, now));
    case 'silence': {
      const matchers = [{ label: 'asset', op: '=', value: asset } as const];
      notifier.silence({ matchers, from: now, until: now + seconds * SECOND, ...by }, now);
      return [];
    }
  }
}

/** Ids of the alarms that are told of, a digest aside. */
const idsOf = (told: readonly Notification[]): string[] =>
  told.flatMap(({ id, alarms }) => alarms?.map((each) => each.id) ?? [id]);

describe('what the notifier promises', () => {
  it('no key is told twice, and no alarm that stands unmuted is kept from people for longer than group and period', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 5, maxLength: 60 }), settings, (moves, { groupBy, limit, inhibit }) => {
        const book = new AlarmBook({ annunciate: 'WARNING', offDelayMs: 5 * SECOND });
        const notifier = new Notifier(
          {
            repeatMs: 0,
            limit,
            periodMs: PERIOD_MS,
            groupBy,
            groupWaitMs: GROUP_MS / 2,
            groupIntervalMs: GROUP_MS,
            inhibit: readInhibition(inhibit),
          },
          () => undefined,
        );
        const keys = new Set<string>();
        const told = new Map<string, number>();
        /** Since when an alarm has stood unseen and unmuted without anyone having been told, by id. */
        const unheard = new Map<string, number>();
        let digested = 0;
        let now = 1_000_000;

        const tick = (): void => {
          now += SECOND;
          for (const event of book.tick(now)) notifier.consider(event, now);
          notifier.expired(now);
          check(notifier.tick(book.list(), now));
        };
        const check = (out: readonly Notification[]): void => {
          for (const { key, digest } of out) {
            assert.ok(!keys.has(key), `told twice: ${key}`);
            keys.add(key);
            if (digest !== undefined) digested += digest.alarms + digest.cleared;
          }
          for (const id of idsOf(out)) told.set(id, now);
          for (const { id, state } of book.list()) {
            const news = notifier.toldOf(id);
            const waits = news?.waits === 'ready' || news?.waits === 'group';
            const heard =
              !waits && news !== undefined && (told.has(id) || news.counted !== undefined || news.news !== undefined);
            if (state !== 'unacknowledged' || heard) unheard.delete(id);
            else unheard.set(id, unheard.get(id) ?? now);
            assert.ok(now - (unheard.get(id) ?? now) <= GROUP_MS + SECOND, `${id} is kept from people`);
          }
        };
        for (const each of moves) {
          for (const event of play(book, notifier, each, now)) {
            notifier.consider(event, now);
            check(notifier.due(now));
          }
          for (let i = 0; i < each.seconds; i += 1) tick();
        }
        const counted = notifier.suppressed;
        for (let i = 0; i < (2 * PERIOD_MS + GROUP_MS) / SECOND; i += 1) tick();
        assert.ok(notifier.suppressed >= counted);
        assert.equal(digested > 0, notifier.suppressed > 0, 'what was held back is summed up');
        for (const { id, state } of book.list()) {
          const news = notifier.toldOf(id);
          if (news?.waits === 'inhibited') continue;
          assert.equal(news?.news, undefined, 'every silence is over, every group was told');
          if (state === 'unacknowledged')
            assert.ok(told.has(id) || news?.counted !== undefined, `${id} was never told`);
        }
      }),
      { numRuns: 100 },
    );
  });
});
