import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SwatError } from '../../../lib/errors';
import { MOST_IN_FLIGHT, Outbox, SETTLE_MS } from '../../../lib/journal/outbox';
import type { OutboxEntry } from '../../../lib/journal/outbox-entry';
import { MOST_REMEMBERED } from '../../../lib/journal/outbox-memory';
import type { OutboxSettings } from '../../../lib/journal/outbox-settings';
import { MOST_ENTRIES } from '../../../lib/journal/outbox-shelf';
import { seeded } from '../../../lib/kernels/random';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_800_000_000_000;
const SETTINGS: OutboxSettings = {
  receipts: true,
  receiptMs: MINUTE,
  retryMs: 5000,
  maxRetryMs: 5 * MINUTE,
  attempts: 0,
  ageMs: 24 * HOUR,
};
const REFUSED = { code: 'error', detail: 'connection refused' } as const;

/** An outbox with its disk: what `changed` names is saved, as the node does it. */
class Kept {
  readonly disk = new Map<string, string>();
  readonly #dirty = new Set<string>();
  outbox: Outbox;

  constructor(
    readonly settings: OutboxSettings = SETTINGS,
    readonly random: () => number = seeded(7),
  ) {
    this.outbox = this.#fresh('run 0');
  }

  save(): void {
    for (const key of this.#dirty) {
      const full = this.outbox.full(key);
      if (full === undefined) this.disk.delete(key);
      else this.disk.set(key, JSON.stringify(full));
    }
    this.#dirty.clear();
  }

  /** Another process takes over with what was saved. */
  restart(run: string, now: number): void {
    this.#dirty.clear();
    this.outbox = this.#fresh(run);
    // The order in which keys are given back is the file's own.
    for (const [key, saved] of [...this.disk].reverse()) this.outbox.restore(key, JSON.parse(saved), now);
  }

  #fresh(run: string): Outbox {
    return new Outbox(this.settings, run, this.random, (key) => void this.#dirty.add(key));
  }
}

const news = (key: string, more: object = {}): { key: string } => ({ key, ...more });
const keysOf = (entries: readonly OutboxEntry[]): string[] => entries.map(({ key }) => key);

describe('Outbox', () => {
  it('sends at once, waits for the receipt, and lets go of what is confirmed', () => {
    const { outbox } = new Kept();
    assert.equal(outbox.add(news('a'), START), 'added');
    const { send } = outbox.next(START);
    assert.deepEqual(
      send.map(({ key, attempt, state }) => [key, attempt, state]),
      [['a', 1, 'sent']],
    );
    assert.deepEqual(outbox.next(START + 1).send, []);
    assert.equal(outbox.confirm('a', START + 2)?.event, 'confirmed');
    assert.equal(outbox.confirm('a', START + 3), undefined);
    assert.ok(outbox.isEmpty);
    assert.equal(outbox.add(news('a'), START + 4), 'duplicate');
    const { confirmed, duplicates } = outbox.count();
    assert.deepEqual([confirmed, duplicates], [1, 1]);
  });

  it('keeps, when it is stopped, what was not passed on and what needs a receipt', () => {
    for (const receipts of [true, false]) {
      const kept = new Kept({ ...SETTINGS, receipts });
      kept.outbox.add(news('early'), START);
      kept.outbox.add(news('late'), START);
      const late = kept.outbox.next(START).send.find(({ key }) => key === 'late');
      kept.outbox.add(news('waiting'), START);
      kept.outbox.takeBack([late?.n ?? 0], START + 1);
      kept.outbox.stop(START + 1);
      kept.save();
      kept.restart('run 0', START + 2);
      assert.deepEqual(keysOf(kept.outbox.next(START + 2).send), ['late', 'waiting'], `receipts: ${receipts}`);
      assert.equal(kept.outbox.add(news('early'), START + 3), 'duplicate');
      assert.equal(kept.outbox.has('early'), receipts, 'a receipt is waited for');
    }
  });

  it('pauses longer after each failure, between half of the pause and all of it, up to the longest', () => {
    for (const [random, share] of [
      [0, 0.5],
      [0.999_999, 1],
    ] as const) {
      const { outbox } = new Kept(SETTINGS, () => random);
      outbox.add(news('a'), START);
      const pauses: number[] = [];
      let now = START;
      for (let turn = 0; turn < 9; turn += 1) {
        const [{ attempt }] = outbox.next(now).send;
        const failed = outbox.fail('a', attempt, REFUSED, now);
        assert.equal(failed?.event, 'failed');
        assert.deepEqual(outbox.next(failed.entry.due - 1).send, []);
        pauses.push(Math.round((failed.entry.due - now) / 1000));
        now = failed.entry.due;
      }
      const whole = [5, 10, 20, 40, 80, 160, 300, 300, 300];
      assert.deepEqual(
        pauses,
        whole.map((seconds) => Math.round(seconds * share)),
      );
    }
  });

  it('gives a receiver the pause that it asks for, up to an hour', () => {
    const { outbox } = new Kept();
    for (const [key, wish, pause] of [
      ['a', 20 * MINUTE, 20 * MINUTE],
      ['b', 5 * HOUR, HOUR],
    ] as const) {
      outbox.add(news(key), START);
      outbox.next(START);
      assert.equal(outbox.fail(key, 1, REFUSED, START, wish)?.entry.due, START + pause);
    }
  });

  it('takes no receipt in time for a failure, and a late one for an arrival', () => {
    const { outbox } = new Kept();
    outbox.add(news('a'), START);
    outbox.next(START);
    const { outcomes } = outbox.next(START + MINUTE);
    assert.deepEqual(
      outcomes.map(({ event, entry }) => [event, entry.failure]),
      [['failed', { code: 'no-receipt', detail: '60' }]],
    );
    assert.equal(outbox.confirm('a', START + MINUTE + 1)?.event, 'confirmed');
    assert.deepEqual(outbox.next(START + HOUR).send, []);
  });

  it('does not take the failure of an earlier attempt for one of the attempt under way', () => {
    const { outbox } = new Kept();
    outbox.add(news('a'), START);
    outbox.next(START);
    const first = outbox.fail('a', 1, REFUSED, START);
    assert.ok(first);
    assert.equal(outbox.next(first.entry.due).send[0].attempt, 2);
    assert.equal(outbox.fail('a', 1, REFUSED, first.entry.due + 1), undefined);
    assert.equal(outbox.count().sent, 1);
  });

  it('counts what was sent as confirmed half a second later where there are no receipts', () => {
    const { outbox } = new Kept({ ...SETTINGS, receipts: false });
    outbox.add(news('a'), START);
    outbox.next(START);
    assert.deepEqual(outbox.next(START + SETTLE_MS - 1).outcomes, []);
    assert.equal(outbox.next(START + SETTLE_MS).outcomes[0].event, 'confirmed');
    assert.ok(outbox.isEmpty);
  });

  for (const [why, settings, from] of [
    ['attempts', { ...SETTINGS, attempts: 3 }, 0],
    ['age', { ...SETTINGS, ageMs: 10 * MINUTE }, 0],
  ] as const) {
    it(`gives up by ${why}, keeps the dead letter, and tries it anew when a person says so`, () => {
      const { outbox } = new Kept(settings);
      outbox.add(news('a'), START);
      let now = START + from;
      for (; outbox.untold().length === 0 && now < START + HOUR; now += 500) {
        for (const { key, attempt } of outbox.next(now).send) outbox.fail(key, attempt, REFUSED, now);
      }
      const [dead] = outbox.untold();
      assert.deepEqual([dead.reason, dead.failure], [why, REFUSED]);
      if (why === 'attempts') assert.equal(dead.attempt, 3);
      else assert.ok(now - START <= 10 * MINUTE + 1000);
      outbox.told(dead.n);
      assert.deepEqual(outbox.untold(), []);
      assert.equal(outbox.add(news('a'), now), 'duplicate');
      assert.deepEqual(outbox.next(now + HOUR).send, []);
      assert.equal(outbox.retry({ key: 'a' }, now + HOUR), 1);
      assert.deepEqual(
        outbox.next(now + HOUR).send.map(({ key, attempt }) => [key, attempt]),
        [['a', 1]],
      );
      assert.equal(outbox.confirm('a', now + HOUR)?.event, 'confirmed');
    });
  }

  it('tries all that wait as soon as one was delivered after failures', () => {
    const { outbox } = new Kept();
    for (const key of ['a', 'b', 'c']) outbox.add(news(key), START);
    for (const { key } of outbox.next(START).send) outbox.fail(key, 1, REFUSED, START);
    assert.equal(outbox.failingSince, START);
    outbox.add(news('d'), START + 1);
    assert.deepEqual(keysOf(outbox.next(START + 1).send), ['d']);
    outbox.confirm('d', START + 2);
    assert.deepEqual(keysOf(outbox.next(START + 2).send), ['a', 'b', 'c']);
  });

  it('keeps the order of news of one alarm: older ones that wait go before a newer one', () => {
    const { outbox } = new Kept();
    outbox.add(news('raised', { id: 'alarm 1' }), START);
    outbox.add(news('other', { id: 'alarm 2' }), START);
    for (const { key } of outbox.next(START).send) outbox.fail(key, 1, REFUSED, START);
    outbox.add(news('cleared', { id: 'alarm 1' }), START + 1);
    assert.deepEqual(keysOf(outbox.next(START + 1).send), ['raised', 'cleared']);
  });

  it('makes an entry for each receiver', () => {
    const { outbox } = new Kept();
    for (const to of ['+1', '+2']) assert.equal(outbox.add(news('a'), START, to), 'added');
    assert.equal(outbox.add(news('a'), START, '+2'), 'duplicate');
    assert.deepEqual(
      outbox.next(START).send.map(({ key, to }) => [key, to]),
      [
        ['a|+1', '+1'],
        ['a|+2', '+2'],
      ],
    );
  });

  it('is bounded: the oldest dead letter gives way, and without one what is new is refused', () => {
    const { outbox } = new Kept({ ...SETTINGS, attempts: 1 });
    for (let index = 0; index < MOST_ENTRIES; index += 1) outbox.add(news(`k${index}`), START);
    assert.equal(outbox.add(news('new'), START), 'full');
    const { send } = outbox.next(START);
    assert.equal(send.length, MOST_IN_FLIGHT);
    for (const { key } of send) outbox.fail(key, 1, REFUSED, START);
    assert.equal(outbox.add(news('new'), START), 'added');
    assert.equal(outbox.has('k0'), false);
    assert.equal(outbox.has('k1'), true);
    assert.deepEqual([outbox.list().length, outbox.count().dropped], [MOST_ENTRIES, 1]);
  });

  it('is bounded by characters too', () => {
    const { outbox } = new Kept();
    const text = 'x'.repeat(32_000);
    let added = 0;
    while (outbox.add(news(`k${added}`, { text }), START) === 'added') added += 1;
    assert.ok(added > 1000 && added * 32_000 <= 32 * 1024 * 1024, String(added));
  });

  it('remembers the last keys that were confirmed, and forgets older ones on disk too', () => {
    const kept = new Kept({ ...SETTINGS, receipts: false });
    for (let index = 0; index <= MOST_REMEMBERED; index += 1) {
      kept.outbox.add(news(`k${index}`), START);
      kept.outbox.next(START);
      kept.outbox.confirm(`k${index}`, START);
    }
    kept.save();
    kept.restart('run 1', START);
    assert.equal(kept.outbox.add(news('k1'), START), 'duplicate');
    assert.equal(kept.outbox.add(news('k0'), START), 'added');
    assert.equal(kept.disk.size, MOST_REMEMBERED + 1);
  });

  it('sends again at once what another process has sent, and waits for what this one has', () => {
    const kept = new Kept();
    kept.outbox.add(news('a'), START);
    kept.outbox.next(START);
    kept.save();
    kept.restart('run 0', START + 100);
    assert.deepEqual(kept.outbox.next(START + 100).send, [], 'a deploy: the receipt may still come');
    kept.restart('run 1', START + 200);
    assert.deepEqual(
      kept.outbox.next(START + 200).send.map(({ key, attempt }) => [key, attempt]),
      [['a', 2]],
    );
  });

  it('begins with the oldest that wait, and wakes the others once one has arrived', () => {
    const kept = new Kept();
    const keys = Array.from({ length: MOST_IN_FLIGHT + 3 }, (_, index) => `k${index}`);
    for (const key of keys) {
      kept.outbox.add(news(key), START);
      kept.outbox.next(START);
      kept.outbox.fail(key, 1, REFUSED, START, HOUR);
    }
    kept.save();
    kept.restart('run 1', START + 1000);
    assert.equal(kept.outbox.failingSince, undefined, 'not yet');
    kept.outbox.begin([], START + 1000);
    assert.equal(kept.outbox.failingSince, START + 1000, 'which a deploy does not forget');
    assert.deepEqual(keysOf(kept.outbox.next(START + 1000).send), keys.slice(0, MOST_IN_FLIGHT));
    assert.deepEqual(kept.outbox.next(START + 2000).send, []);
    kept.outbox.confirm('k0', START + 3000);
    assert.deepEqual(keysOf(kept.outbox.next(START + 3000).send), keys.slice(MOST_IN_FLIGHT, MOST_IN_FLIGHT + 1));
    assert.equal(kept.outbox.failingSince, undefined);
  });

  it('sends what waits without a receiver to each, where a channel has one message for each', () => {
    const kept = new Kept();
    for (const key of ['a', 'b']) kept.outbox.add(news(key), START);
    kept.outbox.add(news('a'), START, '+2');
    assert.deepEqual(kept.outbox.next(START, 0).send, [], 'nothing can be sent');
    kept.outbox.begin(['+1', '+2'], START + 1);
    assert.deepEqual(keysOf(kept.outbox.next(START + 1).send), ['a|+2', 'a|+1', 'b|+1', 'b|+2']);
  });

  it('retries and drops those of a state', () => {
    const { outbox } = new Kept({ ...SETTINGS, attempts: 2 });
    for (const key of ['a', 'b']) outbox.add(news(key), START);
    outbox.next(START);
    outbox.fail('a', 1, REFUSED, START);
    outbox.fail('b', 1, REFUSED, START);
    outbox.retry({ key: 'a' }, START);
    outbox.next(START);
    outbox.fail('a', 2, REFUSED, START);
    assert.equal(outbox.retry({ state: 'waiting' }, START + 1), 1);
    assert.equal(outbox.drop({ state: 'dead' }), 1);
    assert.deepEqual(keysOf(outbox.list()), ['b']);
    assert.equal(outbox.drop({ key: 'b', state: 'dead' }), 0);
  });

  it('does not wait for years where the clock was set back', () => {
    const kept = new Kept();
    kept.outbox.add(news('a'), START);
    kept.outbox.next(START);
    kept.outbox.fail('a', 1, REFUSED, START);
    kept.save();
    kept.restart('run 1', 1000);
    assert.deepEqual(keysOf(kept.outbox.next(1000 + 5 * MINUTE).send), ['a']);
  });

  for (const [key, saved] of [
    ['common', {}],
    ['common', { last: 1, ever: { confirmed: -1, failed: 0, duplicates: 0, dropped: 0 } }],
    ['done/1', {}],
    ['done/x', { key: 'a' }],
    ['entry/1', { n: 1 }],
    ['entry/1', null],
    ['entry/1', { ...new Kept().outbox.list()[0], state: 'lost' }],
  ] as const) {
    it(`refuses what was saved damaged: ${key} ${JSON.stringify(saved)}`, () => {
      assert.throws(
        () => new Kept().outbox.restore(key, saved, START),
        (error: unknown) => error instanceof SwatError && error.code === 'snapshot-corrupt',
      );
    });
  }
});

describe('a mail server that is dead for an hour', () => {
  for (const [how, hangs] of [
    ['refuses', false],
    ['does not answer', true],
  ] as const) {
    it(`and ${how}: nothing is lost, and each is taken once`, () => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.array(fc.integer({ min: 0, max: 2 * 3600 }), { minLength: 1, maxLength: 60 }),
          (seed, seconds) => {
            const { outbox } = new Kept(SETTINGS, seeded(seed));
            const arrivals = [...seconds].sort((a, b) => a - b).map((second) => START + second * 1000);
            const taken = new Map<string, number>();
            const receipts: { at: number; key: string; attempt: number; ok: boolean }[] = [];
            let now = START;
            for (let next = 0; now < START + 3 * HOUR; now += 500) {
              for (; next < arrivals.length && arrivals[next] <= now; next += 1) outbox.add(news(`k${next}`), now);
              for (const { at, key, attempt, ok } of receipts.splice(0)) {
                if (at > now) receipts.push({ at, key, attempt, ok });
                else if (ok) outbox.confirm(key, now);
                else outbox.fail(key, attempt, REFUSED, now);
              }
              for (const { key, attempt } of outbox.next(now).send) {
                const dead = now >= START + HOUR / 2 && now < START + (3 * HOUR) / 2;
                if (!dead) taken.set(key, (taken.get(key) ?? 0) + 1);
                if (!dead || !hangs) receipts.push({ at: now + 700, key, attempt, ok: !dead });
              }
            }
            assert.deepEqual(new Set(taken.values()), new Set([1]));
            assert.equal(taken.size, seconds.length);
            assert.ok(outbox.isEmpty);
          },
        ),
        { numRuns: 25 },
      );
    });
  }

  it('has everything within the longest pause after it is back', () => {
    const { outbox } = new Kept(SETTINGS, seeded(3));
    for (let index = 0; index < 200; index += 1) outbox.add(news(`k${index}`), START);
    let now = START;
    for (; !outbox.isEmpty && now < START + 3 * HOUR; now += 500) {
      for (const { key, attempt } of outbox.next(now).send) {
        if (now < START + HOUR) outbox.fail(key, attempt, REFUSED, now);
        else outbox.confirm(key, now);
      }
    }
    assert.ok(now - (START + HOUR) <= 5 * MINUTE + 20_000, String(now - START - HOUR));
  });
});

type Step =
  | { readonly do: 'add'; readonly key: number; readonly id: number }
  | { readonly do: 'confirm' | 'fail'; readonly which: number; readonly old: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'retry' | 'save' | 'restart' };

describe('whatever happens, in any order', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), key: fc.nat(40), id: fc.nat(4) }) },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constantFrom('confirm', 'fail'), which: fc.nat(20), old: fc.boolean() }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(10 * MINUTE) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('retry', 'save', 'restart') }) },
  );

  it('nothing is lost, nothing confirmed is sent again, and two of the same are never on their way', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), fc.boolean(), (steps, seed, limited) => {
        const settings = limited ? { ...SETTINGS, attempts: 3, ageMs: HOUR } : SETTINGS;
        const kept = new Kept(settings, seeded(seed));
        const added = new Set<string>();
        const confirmed = new Set<string>();
        /** What was saved as confirmed: a process that ends earlier may have to send it again. */
        let surely = new Set<string>();
        const flying = new Map<string, number>();
        let run = 0;
        let now = START;
        const pump = (): void => {
          const { send, outcomes } = kept.outbox.next(now);
          for (const { event, entry } of outcomes) {
            assert.notEqual(event, 'confirmed');
            flying.delete(entry.key);
          }
          kept.save();
          surely = new Set(confirmed);
          assert.deepEqual(
            send.map(({ n }) => n),
            send.map(({ n }) => n).sort((a, b) => a - b),
          );
          for (const { key, attempt } of send) {
            assert.ok(!surely.has(key), `${key} was confirmed`);
            assert.ok(!flying.has(key), `${key} is on its way`);
            flying.set(key, attempt);
          }
          assert.ok(kept.outbox.count().sent <= MOST_IN_FLIGHT);
          for (const { key } of kept.outbox.list()) assert.ok(added.has(key));
        };
        for (const each of steps) {
          switch (each.do) {
            case 'add': {
              const key = `k${each.key}`;
              const outcome = kept.outbox.add(news(key, { id: `alarm ${each.id}` }), now);
              assert.equal(outcome, added.has(key) ? 'duplicate' : 'added');
              added.add(key);
              pump();
              break;
            }
            case 'confirm':
            case 'fail': {
              const [key, attempt] = [...flying][each.which % Math.max(1, flying.size)] ?? ['none', 1];
              const told = each.old ? attempt - 1 : attempt;
              if (each.do === 'confirm') {
                assert.equal(kept.outbox.confirm(key, now)?.event, flying.has(key) ? 'confirmed' : undefined);
                if (flying.delete(key)) confirmed.add(key);
              } else if (kept.outbox.fail(key, told, REFUSED, now) !== undefined) flying.delete(key);
              pump();
              break;
            }
            case 'wait':
              now += each.ms;
              pump();
              break;
            case 'retry':
              kept.outbox.retry({}, now);
              pump();
              break;
            case 'save':
              kept.save();
              break;
            case 'restart':
              run += 1;
              kept.restart(`run ${run}`, now);
              flying.clear();
              pump();
          }
          for (const key of added) {
            assert.ok(confirmed.has(key) || kept.outbox.has(key), `${key} is lost`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
