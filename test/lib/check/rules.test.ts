import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createPlantSimulation } from '../../../lib/plant/sim/plant';
import { SWAT } from '../../../lib/plant/swat';
import { AssetChecks } from '../../../lib/check/asset-checks';
import { CHECK_DEFAULTS } from '../../../lib/check/settings';
import { Feed, TAGS } from './feed';

describe('checks: stuck sensors', () => {
  it('tells a sensor that freezes once, after its time, and once that it moves again', () => {
    const feed = new Feed().run(600);
    const frozen = feed.normal().LIT1;
    feed.run(50, () => ({ LIT1: frozen }));
    assert.deepEqual(feed.short, []);
    feed.run(150, () => ({ LIT1: frozen })).run(200);
    assert.deepEqual(feed.short, ['raised stuck LIT1', 'cleared stuck LIT1']);
    const [raised, cleared] = feed.told;
    assert.deepEqual([raised.since, raised.time, raised.finding], [600_000, 661_000, { value: frozen, seconds: 61 }]);
    assert.deepEqual([cleared.since, cleared.time], [600_000, 860_000]);
  });

  for (const [what, change] of [
    ['a flow that stands at 0', () => ({ FIT1: 0 })],
    ['an actuator', () => ({ P1: 2 })],
  ] as const) {
    it(`leaves ${what} alone`, () => {
      assert.deepEqual(new Feed().run(600).run(7200, change).short, []);
    });
  }

  it('leaves a tag alone that never moved, and one that moves in coarse steps by nature', () => {
    assert.deepEqual(new Feed().run(7200, () => ({ PIT1: 150 })).short, []);
    const slow = new Feed().run(7200, (i) => ({ PIT1: 100 + 10 * (Math.floor(i / 100) % 3) }));
    assert.deepEqual(slow.short.length, 0, 'steps of 100 s');
    slow.run(400, () => ({ PIT1: 120 }));
    assert.deepEqual(slow.short, ['raised stuck PIT1'], 'three times as long as ever');
  });

  it('honours a noise floor and a time of the tag', () => {
    const own = [{ ...TAGS[0], check: { noise: 0.5, stuckAfterS: 20 } }, ...TAGS.slice(1)];
    const flicker = (i: number): Record<string, number> => ({ LIT1: 500 + (i % 2) * 0.2 });
    assert.deepEqual(new Feed({}, own).run(600).run(40, flicker).short, ['raised stuck LIT1']);
    assert.deepEqual(new Feed().run(600).run(400, flicker).short, []);
  });
});

describe('checks: range, limits and rate', () => {
  it('debounces a value out of range', () => {
    const feed = new Feed().run(100).run(2, () => ({ LIT1: null })).run(100); // prettier-ignore
    assert.deepEqual(feed.short, []);
    feed.run(30, () => ({ LIT1: null })).run(100);
    assert.deepEqual(feed.short, ['raised range LIT1', 'cleared range LIT1']);
    assert.deepEqual(feed.told[0].finding, { why: 'outside', low: 0, high: 1000 });
  });

  it('tells a limit that is passed by more than the slack', () => {
    assert.deepEqual(new Feed().run(100).run(30, (i) => ({ LIT1: 905 + (i % 7) / 10 })).short, []);
    const feed = new Feed().run(100).run(30, (i) => ({ LIT1: 950 + (i % 7) }));
    assert.deepEqual([feed.short, feed.told[0].finding.why], [['raised range LIT1'], 'above']);
  });

  it('tells a limit from the first minute on, each time, whatever is learned meanwhile', () => {
    const feed = new Feed({ learnMs: 600_000 }).run(10).run(30, (i) => ({ LIT1: 950 + (i % 7) })).run(900); // prettier-ignore
    feed.run(30, (i) => ({ LIT1: 950 + (i % 7) }));
    assert.deepEqual(feed.short, ['raised range LIT1', 'cleared range LIT1', 'raised range LIT1']);
  });

  it('tells a change faster than the limit of the tag, and none without a limit', () => {
    const own = [{ ...TAGS[0], check: { ratePerS: 1 } }, ...TAGS.slice(1)];
    const fast = (i: number): Record<string, number> => ({ LIT1: 400 + 2 * i });
    const feed = new Feed({}, own).run(600).run(100, fast);
    assert.deepEqual(feed.short, ['raised rate LIT1']);
    assert.ok(Math.abs(Number(feed.told[0].finding.rate)) > 1);
    assert.deepEqual(new Feed().run(600).run(100, fast).short, []);
  });
});

describe('checks: states', () => {
  it('tells a state that the plant does not name, and one that did not occur while states were learned', () => {
    const feed = new Feed({ learnMs: 300_000 }).run(100).run(100, () => ({ P1: 1 })).run(200); // prettier-ignore
    feed.run(20, () => ({ P1: 1 })).run(100);
    assert.deepEqual(feed.short, []);
    feed.run(20, () => ({ P1: 3 })).run(100);
    feed.run(20, () => ({ P1: 7 })).run(100);
    assert.deepEqual(
      feed.told.filter(({ event }) => event === 'advisory-raised').map(({ finding }) => finding),
      [
        { why: 'unseen', value: 3 },
        { why: 'undefined', value: 7 },
      ],
    );
    assert.equal(feed.told.length, 4);
  });
});

describe('checks: lost communication', () => {
  it('tells a tag without usable values, and an asset of which nothing comes', () => {
    const feed = new Feed().run(100).run(29, () => ({ PIT1: Number.NaN })).run(10); // prettier-ignore
    assert.deepEqual(feed.short, []);
    feed.run(40, () => ({ PIT1: Number.NaN })).run(1);
    assert.deepEqual(feed.short, ['raised lost PIT1', 'cleared lost PIT1']);
    const now = feed.second * 1000;
    feed.checks.tick(now + 20_000);
    assert.deepEqual(feed.checks.drain(), []);
    feed.checks.tick(now + 60_000);
    feed.checks.tick(now + 61_000);
    assert.deepEqual(
      feed.checks.drain().map(({ advisory, tag, finding }) => [advisory, tag, finding.why]),
      [['lost', undefined, 'asset']],
    );
    feed.second += 61;
    feed.run(4);
    assert.deepEqual(feed.short.slice(2), ['cleared lost -']);
  });
});

describe('checks: replay', () => {
  const record = (feed: Feed, seconds: number): Record<string, number>[] => {
    const kept: Record<string, number>[] = [];
    feed.run(seconds, () => {
      const frame = feed.normal();
      kept.push(frame);
      return frame;
    });
    return kept;
  };

  it('finds one sensor that repeats itself, at any distance, within two stretches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 59 }), (from, pause) => {
        const feed = new Feed();
        const kept = record(feed, 600);
        feed.run(pause).run(180, (i) => ({ PIT1: kept[from + i].PIT1 }));
        const found = feed.told.find(({ advisory }) => advisory === 'replayed');
        assert.equal(found?.tag, 'PIT1');
        assert.equal(found.finding.seconds, 600 + pause - from);
        assert.ok(found.time <= (600 + pause + 120) * 1000);
        feed.run(200);
        assert.deepEqual(feed.short, ['raised replayed PIT1', 'cleared replayed PIT1']);
      }),
      { numRuns: 20 },
    );
  });

  it('calls a recording of the whole plant one advisory', () => {
    const feed = new Feed();
    const kept = record(feed, 600);
    feed.run(30).run(300, (i) => kept[100 + i]).run(200); // prettier-ignore
    assert.deepEqual(feed.short, ['raised replayed -', 'cleared replayed -']);
    assert.deepEqual(feed.told[0].finding, { why: 'all', sensors: 3, seconds: 530 });
  });

  for (const [what, signal] of [
    ['a noise-free wave', (s: number) => 500 + 100 * Math.sin((2 * Math.PI * (s % 200)) / 200)],
    ['a coarse one', (s: number) => 500 + (((s % 200) * 7919) % 5)],
    ['a saw', (s: number) => 300 + (s % 150)],
    ['one that stands', () => 500],
  ] as const) {
    it(`leaves ${what} alone, however often it repeats`, () => {
      const feed = new Feed({ stuckMs: 0 });
      feed.run(7200, () => ({ LIT1: signal(feed.second) }));
      assert.deepEqual(feed.short, []);
    });
  }

  it('forgets what is older than it is to remember', () => {
    const feed = new Feed({ remembered: 5 });
    const kept = record(feed, 600);
    feed.run(200, (i) => ({ PIT1: kept[60 + i].PIT1 }));
    assert.deepEqual(feed.short, []);
  });
});

describe('checks: time', () => {
  it('starts anew when time goes back for good, and clears what stood', () => {
    const feed = new Feed().run(600).run(100, () => ({ LIT1: 555 }));
    assert.deepEqual(feed.short, ['raised stuck LIT1']);
    feed.second = 0;
    feed.run(700);
    assert.deepEqual(feed.short.slice(1), ['cleared stuck LIT1']);
    assert.equal(feed.told[1].reason, 'rewind');
  });

  it('is not put off by one wrong time stamp', () => {
    const feed = new Feed().run(600);
    const values = Float64Array.from([500, 2.5, 200, 2]);
    feed.take(values, new Uint8Array(4), 9e12);
    feed.take(values, new Uint8Array(4), 5);
    const frozen = feed.normal().LIT1;
    feed.run(100, () => ({ LIT1: frozen }));
    assert.deepEqual(feed.short, ['raised stuck LIT1']);
  });
});

describe('checks on the simulated plant', function () {
  this.timeout(60_000);

  it('say nothing in 24 hours of normal operation, not even those that learn nothing first', () => {
    const plant = createPlantSimulation({ seed: 11, startTime: 1_700_000_000_000 });
    const checks = [CHECK_DEFAULTS, { ...CHECK_DEFAULTS, learnMs: 0 }].map((each) => new AssetChecks(SWAT, each)); // prettier-ignore
    const reasons = new Uint8Array(SWAT.tags.length);
    for (let second = 0; second < 86_400; second++) {
      const { time, values } = plant.step();
      for (const each of checks) {
        each.take('plant', { kind: 'frame', time, values: Float64Array.from(values), reasons, carrier: undefined }, time); // prettier-ignore
      }
    }
    for (const each of checks) assert.deepEqual(each.drain(), []);
  });
});
