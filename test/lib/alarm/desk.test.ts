import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AlarmDesk, type Delivery } from '../../../lib/alarm/desk';
import { LEVELS } from '../../../lib/alarm/verdict';
import { SwatError } from '../../../lib/errors';
import { verdict } from './verdicts';

const SETTINGS = {
  alarm: { annunciate: 'WARNING', offDelayMs: 60_000 },
  notify: { repeatMs: 60_000, limit: 3, periodMs: 100_000 },
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
  kind: fc.constantFrom('verdict', 'verdict', 'verdict', 'tick', 'ack', 'reset', 'delivered'),
  level: fc.constantFrom(...LEVELS),
  asset: fc.constantFrom('a', 'b', '__proto__'),
  wait: fc.integer({ min: 1, max: 40_000 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function play(desk: AlarmDesk, { kind, level, asset }: Move, now: number): Delivery | undefined {
  switch (kind) {
    case 'verdict':
      return desk.verdict(verdict({ level, asset, time: now }), now);
    case 'tick':
      return desk.tick(now);
    case 'reset':
      return desk.reset(asset, { user: '', comment: '' }, now);
    case 'ack': {
      const waiting = desk.list().find(({ state }) => state !== 'acknowledged');
      return waiting && desk.act({ id: waiting.id }, { action: 'ack', by: { user: '', comment: '' } }, now);
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

  it('refuses what is not its own, entry by entry', () => {
    const source = new Kept();
    source.desk.verdict(verdict({ level: 'WARNING', asset: 'a', time: 1 }), 1);
    source.save();
    const wrong: [string, unknown][] = [
      ['common', {}],
      ['common', { book: { seq: -1, counts: {} }, budget: {}, deliveries: 0 }],
      ['asset/a', { episode: { asset: 'a' } }],
      ['asset/a', null],
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
        assert.ok(name === 'told' || throws(() => desk.restore(key, { ...saved, [name]: 'x' })), `${key} ${name}`);
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
