import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AlarmEvent } from '../../../lib/alarm/event';
import { AlarmMetrics } from '../../../lib/alarm/metrics';
import { event } from './notify/alarms';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = 1_700_000_000_000;

const of = (more: Parameters<typeof event>[0]): AlarmEvent => event(more) as AlarmEvent;
const metrics = (): AlarmMetrics => new AlarmMetrics(() => undefined);
const over = { event: 'cleared', state: 'returned-unacknowledged' } as const;

describe('alarm metrics', () => {
  it('count what is annunciated, and nothing else', () => {
    const counted = metrics();
    for (const more of [
      {},
      { event: 'escalated', level: 'CRITICAL' },
      { event: 'info', state: 'normal', level: 'INFO', asset: 'b' },
      { event: 'raised', state: 'shelved', asset: 'c' },
      { event: 're-raised' },
      { event: 're-alarmed' },
      { event: 'unshelved', state: 'normal' },
      { event: 'unshelved', priority: 'high' },
    ] as const) {
      counted.consider(of(more), START);
    }
    const { alarms, priorities, badActors, since } = counted.report(START);
    assert.deepEqual([alarms, since], [4, START]);
    assert.deepEqual(
      [priorities.medium, priorities.high],
      [
        { count: 3, share: 0.75 },
        { count: 1, share: 0.25 },
      ],
    );
    assert.deepEqual(badActors, [{ asset: 'a', tag: 'LIT101', count: 4, over: 0, share: 1 }]);
  });

  it('tell rates, floods and peaks as counting all times would', () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 600 })), {
      minLength: 1,
      maxLength: 120,
    });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 3000 }), (list, quiet) => {
        const counted = metrics();
        let now = START;
        const times: number[] = [];
        for (const gap of list) {
          now += gap * 10 * SECOND;
          counted.tick(now);
          counted.consider(of({}), now);
          times.push(now);
        }
        now += quiet * SECOND * 10;
        counted.tick(now);
        const { per10Min, perHour, flood, alarms } = counted.report(now);
        const within = (ms: number, at: number): number => times.filter((t) => t <= at && at - t < ms).length;
        assert.equal(alarms, times.length);
        assert.deepEqual([per10Min.now, perHour.now], [within(10 * MINUTE, now), within(HOUR, now)]);
        assert.equal(per10Min.peak, Math.max(...times.map((_, i) => countTo(times, i, 10 * MINUTE))));
        assert.equal(perHour.peak, Math.max(...times.map((_, i) => countTo(times, i, HOUR))));
        assert.deepEqual(flood.ms, floodMs(times, now));
        const elapsed = now - times[0];
        assert.ok(Math.abs(perHour.mean - (times.length * HOUR) / Math.max(HOUR, elapsed)) < 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('call an alarm that comes three times within a minute chattering, once until it calms down', () => {
    const counted = metrics();
    for (const second of [0, 30, 60, 70, 200, 210, 220]) counted.consider(of({}), START + second * SECOND);
    counted.consider(of({ asset: 'b' }), START);
    const { chattering } = counted.report(START + 220 * SECOND);
    assert.deepEqual(chattering, { count: 2, alarms: [{ asset: 'a', kind: 'process', tag: 'LIT101' }] });
    assert.deepEqual(counted.report(START + 2 * HOUR).chattering, { count: 2, alarms: [] });
  });

  it('call an alarm fleeting that is over within ten seconds without an action, and stale that stands for a day', () => {
    const counted = metrics();
    for (const [asset, seconds, action] of [
      ['fleeting', 10, undefined],
      ['longer', 11, undefined],
      ['seen', 5, 'acknowledged'],
      ['shelved', 5, 'shelved'],
    ] as const) {
      counted.consider(of({ asset }), START);
      const state = action === 'shelved' ? 'shelved' : 'acknowledged';
      if (action !== undefined) counted.consider(of({ asset, event: action, state }), START + SECOND);
      counted.consider(of({ asset, ...over }), START + seconds * SECOND);
    }
    counted.consider(of({ asset: 'stands' }), START);
    counted.consider(of({ asset: 'stands', event: 'acknowledged', state: 'acknowledged' }), START + SECOND);
    assert.equal(counted.report(START + 24 * HOUR).fleeting, 1);
    assert.equal(counted.report(START + 24 * HOUR).stale.count, 0);
    assert.deepEqual(counted.report(START + 24 * HOUR + 1).stale, {
      count: 1,
      alarms: [{ asset: 'stands', kind: 'process', tag: 'LIT101', since: START }],
    });
  });

  it('tell how long people take to acknowledge, also what has returned by then', () => {
    const counted = metrics();
    assert.equal(counted.report(START).timeToAcknowledge.meanS, null);
    counted.consider(of({}), START);
    counted.consider(of({ event: 'escalated', level: 'CRITICAL' }), START + 5 * SECOND);
    counted.consider(of({ event: 'acknowledged', state: 'acknowledged' }), START + 10 * SECOND);
    counted.consider(of({ asset: 'b' }), START);
    counted.consider(of({ asset: 'b', ...over }), START + 20 * SECOND);
    counted.consider(of({ asset: 'b', event: 'acknowledged', state: 'normal' }), START + 30 * SECOND);
    assert.deepEqual(counted.report(START + MINUTE).timeToAcknowledge, { count: 2, meanS: 20 });
  });

  it('name the ten worst actors among endlessly many, in bounded memory', () => {
    const counted = metrics();
    for (let i = 0; i < 12_000; i += 1) {
      const asset = i % 3 === 0 ? `often-${i % 4}` : `once-${i}`;
      counted.consider(of({ asset, id: asset }), START + i * 10 * SECOND);
    }
    const { badActors } = counted.report(START);
    assert.equal(badActors.length, 10);
    assert.deepEqual(badActors.slice(0, 4).map(({ asset }) => asset).sort(), ['often-0', 'often-1', 'often-2', 'often-3']); // prettier-ignore
    for (const { count, over: error } of badActors.slice(0, 4)) assert.ok(count - error <= 1000 && count >= 1000);
    assert.ok([...counted.keys()].length <= 10_000 + 500 + 1);
  });

  it('go on after a restart as if there had been none, and survive a clock that is set back', () => {
    const before = metrics();
    for (let i = 0; i < 15; i += 1) before.consider(of({ asset: `a${i % 4}` }), START + i * 7 * SECOND);
    const after = metrics();
    for (const key of before.keys()) after.restore(key, JSON.parse(JSON.stringify(before.full(key))));
    for (const at of [START + 2 * MINUTE, START + 9 * MINUTE, START + 30 * MINUTE]) {
      for (const each of [before, after]) each.tick(at);
      assert.deepEqual(after.report(at), before.report(at));
    }
    after.tick(START - HOUR);
    const { per10Min, flood, alarms } = after.report(START - HOUR);
    assert.deepEqual([per10Min.now, flood.now, alarms], [0, false, 15]);
  });

  it('are, from what they say that changed, the same after a crash at any time, however the clock is set', () => {
    const step = fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 20 * SECOND }), fc.integer({ min: -2 * HOUR, max: 3 * HOUR })),
      alarm: fc.boolean(),
      crash: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const steady = metrics();
        const disk = new Map<string, string>();
        const dirty = new Set<string>();
        const saving = (): AlarmMetrics => new AlarmMetrics((key) => dirty.add(key));
        let crashing = saving();
        let now = START;
        for (const { wait, alarm, crash } of steps) {
          now += wait;
          if (crash) {
            crashing = saving();
            for (const [key, text] of disk) crashing.restore(key, JSON.parse(text));
          }
          for (const each of [steady, crashing]) {
            if (alarm) each.consider(of({ asset: 'a' }), now);
            else each.tick(now);
          }
          for (const key of dirty) {
            const full = crashing.full(key);
            if (full === undefined) disk.delete(key);
            else disk.set(key, JSON.stringify(full));
          }
          dirty.clear();
          assert.deepEqual(crashing.report(now), steady.report(now));
        }
      }),
    );
  });

  it('save little with each alarm, in the longest hour too', () => {
    const dirty = new Set<string>();
    const busy = new AlarmMetrics((key) => dirty.add(key));
    let now = START;
    for (let i = 0; i < 400; i += 1) busy.consider(of({ asset: `a${i % 4}` }), (now += 10 * SECOND));
    assert.equal(busy.report(now).perHour.now, 360);
    dirty.clear();
    busy.consider(of({ asset: 'a1' }), now + 1);
    const bytes = [...dirty].reduce((sum, key) => sum + JSON.stringify(busy.full(key)).length, 0);
    assert.ok(bytes < 1500, `${bytes} bytes in ${[...dirty].join(', ')}`);
  });

  it('are read as a version before saved them, in one piece, and saved in parts from then on', () => {
    const head = Math.floor(START / (10 * SECOND));
    const flood = { since: null, count: 0, ms: 0 };
    const rates = { head, counts: [[head - 100, 7], [head, 2]], recent: [START], total: 9, since: START - HOUR, peaks: { short: 8, long: 9 }, flood }; // prettier-ignore
    const old = { rates, chattering: 1, fleeting: 2, acknowledged: { count: 1, ms: 5 }, priorities: { low: 0, medium: 9, high: 0, critical: 0 } }; // prettier-ignore
    const dirty = new Set<string>();
    const read = new AlarmMetrics((key) => dirty.add(key));
    read.restore('metrics', old);
    const { perHour, per10Min } = read.report(START);
    assert.deepEqual([perHour.now, per10Min.now], [9, 2]);
    const next = metrics();
    next.restore('metrics', { ...old, rates: { ...rates, counts: undefined } });
    for (const key of dirty) next.restore(key, read.full(key));
    assert.deepEqual(next.report(START), read.report(START));
  });
});

/** How many alarms there were in the buckets of ten seconds of a window that ends with alarm `i`. */
function countTo(times: readonly number[], i: number, ms: number): number {
  return times.slice(0, i + 1).filter((time) => times[i] - time < ms).length;
}

/** How long a flood has stood, by the times alone: from the eleventh alarm within ten minutes until fewer than five are. */
function floodMs(times: readonly number[], now: number): number {
  let ms = 0;
  let since: number | null = null;
  for (let at = times[0]; at <= now; at += 10 * SECOND) {
    const count = times.filter((time) => time <= at && at - time < 10 * MINUTE).length;
    if (since !== null && count < 5) {
      ms += at - since;
      since = null;
    }
    if (since === null && count > 10) since = at;
  }
  return ms + (since === null ? 0 : now - since);
}
