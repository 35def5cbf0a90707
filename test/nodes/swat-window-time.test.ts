import assert from 'node:assert/strict';
import {
  arrived,
  codes,
  give,
  good,
  inNodeRed,
  late,
  load,
  nextStatus,
  sent,
  settle,
  told,
  warnings,
} from './window-fixture';
import { eventually } from '../harness/eventually';

/** Windows of three periods of a second, one each period. */
const byTime = { by: 'time', span: 3, slide: 1, lateness: 2, period: 1 };
const spans = (): number[][] => sent.map(({ payload }) => [payload.start / 1000, payload.end / 1000]);

describe('swat-window: windows by time', () => {
  inNodeRed();

  it('puts frames in their order, and sends what is too late on as it came, with why', async () => {
    await load(byTime);
    for (const second of [10, 12, 11, 13, 14, 16, 15, 10, 17, 18, 1e6, 19])
      give({ ...good, LIT1: second % 1000 }, { timestamp: second * 1000, label: `at ${second}` });
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(spans(), [[10, 12], [11, 13], [12, 14], [13, 15], [14, 16]]); // prettier-ignore
    assert.deepEqual(
      late.map(({ payload, label, late: why }) => [(payload as { LIT1: number }).LIT1, label, why]),
      [
        [10, 'at 10', { why: 'late', asset: 'default', time: 10_000, lateMs: 4000, watermark: 14_000 }],
        [0, 'at 1000000', { why: 'time-jump', asset: 'default', time: 1e9, aheadMs: 1e9 - 19_000, watermark: 17_000 }],
      ],
    );
  });

  it('takes a batch in any order, and gives back only the frame of it that is late', async () => {
    await load(byTime);
    const frames = [10, 11, 13, 12, 16, 11, 17].map((second) => ({ ...good, timestamp: second * 1000 }));
    give(frames, { extra: { deep: 1 } });
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(spans(), [[10, 12], [11, 13]], 'what lies between 13 and 16 may still come'); // prettier-ignore
    assert.equal(late.length, 1);
    assert.deepEqual(late[0].payload, frames[5]);
    assert.deepEqual([late[0].late.lateMs, (late[0] as unknown as { extra: object }).extra], [3000, { deep: 1 }]);
  });

  it('goes back with a replay that starts again, and then sends what a first pass would', async () => {
    await load(byTime);
    for (const from of [100, 50]) {
      for (let second = from; second < from + 10; second += 1) give(good, { timestamp: second * 1000 });
    }
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(late, []);
    assert.deepEqual(spans().map(([, end]) => end), [102, 103, 104, 105, 106, 107, 108, 109, 52, 53, 54, 55, 56]); // prettier-ignore
    assert.deepEqual(sent.flatMap(({ payload }) => payload.restarted ?? []), ['rewind']); // prettier-ignore
  });

  it('takes single readings by topic, by name, as a list and as Sparkplug metrics, with their status', async () => {
    const node = await load({ ...byTime, lateness: 0, hold: 1 });
    const warned = warnings(node);
    for (let second = 10; second < 20; second += 1) {
      const timestamp = second * 1000;
      give(second, { topic: 'plant/P1/LIT1', timestamp });
      give({ value: 2.5, timestamp, quality: second < 15 ? 'Good' : 'BadNoCommunication' }, { topic: 'ns=2;s=FIT1' });
      give(
        second % 2 === 0 ? [{ tag: 'P1', value: true, timestamp }] : { metrics: [{ name: 'P1', value: 2, timestamp }] },
      );
    }
    give(1, { topic: 'plant/P1/NOBODY' });
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(spans()[0], [10, 12]);
    assert.deepEqual([sent[0].payload.features[0], sent[0].payload.quality], [11, { good: 1, bad: [] }]);
    assert.deepEqual(sent.at(-1)?.payload.quality.why, { FIT1: 'noCommunication' });
    assert.deepEqual([...new Set(sent.map(({ topic }) => topic))], [undefined], 'a window is of no one tag');
    assert.deepEqual(warned, [
      'no communication with: FIT1. Treated as bad until there is.',
      "Not in the plant's tag list, and ignored: plant/P1/NOBODY.",
    ]);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: 'FIT1 no comm' });
  });

  it('takes what an OPC UA client sends: changes only, a status without a value, and the number of its subscription', async () => {
    const node = await load({ ...byTime, lateness: 0, hold: 2, reports: 'changes' });
    const warned = warnings(node);
    const reading = (tag: string, second: number, payload: unknown, code = 0): void =>
      give(payload, { topic: `ns=2;s=${tag}`, statusCode: { value: code }, sourceTimestamp: new Date(second * 1000) });
    give(3_234_512_922, { topic: 'subscriptionId' });
    for (const [tag, value] of [['FIT1', 2.5], ['P1', 2]] as const) reading(tag, 10, value); // prettier-ignore
    for (let second = 10; second < 30; second += 1) reading('LIT1', second, second);
    await settle();
    assert.deepEqual([codes(), warned], [[], []]);
    assert.deepEqual(sent.at(-1)?.payload.quality, { good: 1, bad: [] }, 'what did not change is as it was');
    assert.deepEqual(sent.at(-1)?.payload.features.filter((_, at) => at % 5 === 0), [27, 2.5, 2]); // prettier-ignore
    reading('FIT1', 30, null, 0x808b0000);
    for (let second = 30; second < 36; second += 1) reading('LIT1', second, second);
    await settle();
    assert.deepEqual(sent.at(-1)?.payload.quality.why, { FIT1: 'badQuality' });
    // A pause that is longer than the hold, and five of the usual intervals: the window starts anew.
    for (let second = 50; second < 56; second += 1) reading('LIT1', second, second);
    await settle();
    const after = sent.filter(({ payload }) => payload.start >= 36_000).map(({ payload }) => payload);
    assert.deepEqual([after[0].start, after[0].restarted], [50_000, 'gap']);
    assert.deepEqual(codes(), []);
  });

  it('takes frames whose values have a status and a time of their own', async () => {
    await load({ ...byTime, lateness: 0 });
    for (let second = 10; second < 15; second += 1) {
      const timestamp = second * 1000;
      give(
        { LIT1: { value: second, timestamp, statusCode: 0 }, FIT1: { value: 1, quality: 192 }, P1: 2 },
        { timestamp },
      );
    }
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual([sent[0].payload.features[0], sent[0].payload.quality], [11, { good: 1, bad: [] }]);
  });

  it('says what to set when single readings come and windows are by samples', async () => {
    await load();
    give(5, { topic: 'LIT1' });
    give({ value: 5, tag: 'LIT1' });
    await settle();
    assert.deepEqual(codes(), ['reading-samples', 'reading-samples']);
  });

  it('says what is missing of a single value without a tag, and takes the states of an actuator by name', async () => {
    await load({ ...byTime, lateness: 0 });
    for (const payload of [5, 'text', true]) give(payload);
    await settle();
    assert.deepEqual(codes(), ['reading-tag', 'reading-tag', 'reading-tag']);
    for (let second = 10; second < 13; second += 1) give({ ...good, P1: 'ON' }, { timestamp: second * 1000 });
    await arrived(1);
    assert.deepEqual(sent[0].payload.quality, { good: 1, bad: [] });
    assert.equal(sent[0].payload.features[10], 2, 'the mean of P1');
  });

  it('lets a plant learn its tags from single readings', async () => {
    await load({ ...byTime, lateness: 0 }, { source: 'learn', learnFrames: 10 });
    for (let second = 10; second < 40; second += 1) {
      for (const [topic, value] of [
        ['x/LIT9', second + 0.5],
        ['x/P9', second % 2],
      ] as const)
        // prettier-ignore
        give(value, { topic, timestamp: second * 1000 });
    }
    await settle();
    assert.deepEqual(codes(), []);
    assert.ok(sent.length > 10);
    assert.equal(sent[0].payload.features.length, 10);
    assert.deepEqual(sent[0].payload.quality, { good: 1, bad: [] });
  });

  it('sends the end of a record when nothing follows, and tells of silence and its end', async () => {
    const node = await load({ ...byTime, lostAfter: 3 });
    const last = performance.now();
    for (let second = 10; second < 16; second += 1) give(good, { timestamp: second * 1000, asset: 'line-1' });
    await settle();
    assert.deepEqual(spans(), [[10, 12]]);
    await arrived(4);
    assert.deepEqual(spans(), [[10, 12], [11, 13], [12, 14], [13, 15]]); // prettier-ignore
    assert.equal(told.length, 0);
    await eventually(() => told.length > 0, 'the silence is told');
    const most = Math.ceil((performance.now() - last) / 1000);
    assert.equal(told.length, 1);
    const { since, seconds, text, ...event } = told[0].payload as { since: number; seconds: number; text: string };
    assert.deepEqual(event, { event: 'communication-lost', asset: 'line-1', lastTime: 15_000 });
    assert.ok(seconds >= 5 && seconds <= most, `${seconds} s: five usual intervals, and at most the ${most} s that have passed`); // prettier-ignore
    assert.equal(text, `No data from line-1 for ${seconds} s.`);
    assert.ok(Math.abs(Date.now() - since - seconds * 1000) < 2000);
    const shown = (await nextStatus(node)) as { fill: string; text: string };
    assert.equal(shown.fill, 'red');
    assert.match(shown.text, /^no data: line-1 \d+ s$/);
    give(good, { timestamp: 20_000, asset: 'line-1' });
    await settle();
    assert.equal(told[1].payload.event, 'communication-restored');
    assert.match(String(told[1].payload.text), /^Data from line-1 come again, after \d+ s without\.$/);
    assert.deepEqual(codes(), []);
  });
});
