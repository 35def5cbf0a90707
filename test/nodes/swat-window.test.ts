import assert from 'node:assert/strict';
import { resolveSchema } from '../../lib/stream/schema';
import { codes, give, good, inNodeRed, load, nextStatus, sent, settle, warnings } from './window-fixture';

describe('swat-window: frames', () => {
  inNodeRed();

  it('sends a window once it is full, with the schema known and everything else kept', async () => {
    await load();
    for (let i = 0; i < 4; i += 1)
      give({ ...good, LIT1: 500 + i }, { timestamp: 1000 * i, label: `n${i}`, _msgid: `m${i}` });
    await settle();
    assert.deepEqual(codes(), []);
    assert.equal(sent.length, 2);
    const { payload, label, _msgid } = sent[1];
    assert.deepEqual([label, _msgid], ['n3', 'm3']);
    assert.deepEqual({ ...payload, features: undefined, schema: undefined }, {
      asset: 'default', start: 1000, end: 3000, samples: 3,
      quality: { good: 1, bad: [] }, schema: undefined, features: undefined,
    }); // prettier-ignore
    assert.deepEqual(payload.features.slice(0, 5), [502, Math.sqrt(2 / 3), 501, 503, 1]);
    assert.equal(payload.features.length, 15);
    assert.equal(resolveSchema(payload.schema)?.features.length, 15);
  });

  for (const [what, payload, code] of [
    ['a text', 'LIT1=5', 'frame-type'],
    ['nothing', undefined, 'frame-type'],
    ['null', null, 'frame-type'],
    ['a number', 7, 'frame-type'],
    ['a buffer', Buffer.from('abc'), 'frame-type'],
    ['a Date', new Date(0), 'frame-type'],
    ['a function', () => 1, 'frame-type'],
    ['an empty object', {}, 'frame-empty'],
    ['only unknown tags', { A: 1 }, 'frame-no-tags'],
    ['only inherited tags', Object.create(good) as unknown, 'frame-empty'],
    ['a polluting key', JSON.parse('{"__proto__": {"LIT1": 5}}'), 'frame-no-tags'],
    ['an empty array', [], 'frame-length'],
    ['too short an array', [1, 2], 'frame-length'],
    ['a frame with an unreadable time', { ...good, timestamp: 'yesterday' }, 'frame-time'],
    ['a batch with nothing else', [{ A: 1 }, { B: 1 }], 'batch-frames'],
  ] as const) {
    it(`answers ${what} with one error (${code}) and goes on`, async () => {
      await load();
      give(good);
      give(payload);
      give(good);
      give(good);
      await settle();
      assert.deepEqual(codes(), [code]);
      assert.equal(sent.length, 1);
    });
  }

  it('holds what is missing or unusable, then calls the tag bad, and shows it', async () => {
    const node = await load({ hold: 2 });
    const bad = ['', 'x', Number.NaN, Infinity, null, true, 1001, '0x10', '-1', { value: 3 }, undefined];
    give(good, { timestamp: 0 });
    bad.forEach((LIT1, i) => give({ ...good, LIT1 }, { timestamp: 1000 * (i + 1) }));
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(sent[0].payload.quality, { good: 7 / 9, bad: [] });
    assert.deepEqual(sent[1].payload.quality, { good: 6 / 9, bad: ['LIT1'], why: { LIT1: 'notNumeric' } });
    assert.ok(sent.every(({ payload }) => payload.features.every((value) => Number.isFinite(value))));
    assert.deepEqual(sent.at(-1)?.payload.features.slice(0, 5), [500, 0, 500, 500, 0]);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: 'LIT1 missing' });
  });

  it('shows the first bad tag with the reason and how many more there are, and tells each reason once', async () => {
    const node = await load({ length: 2 });
    const warned = warnings(node);
    give({ ...good, P1: 3, LIT1: 5000 });
    for (let i = 0; i < 5; i += 1) give({ FIT1: '2,5', P1: 2, LIT1: 5000 }, { asset: 'skid7' });
    give({ FIT1: 'off', P1: -1 }, { asset: 'skid7' });
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(warned, [
      'LIT1: 5000 is outside its range 0 to 1000; held for at most 10 s, then treated as bad. Correct the range in the plant, or the reading.',
      'P1: 3 is outside its range 0 to 2; held for at most 10 s, then treated as bad. Correct the range in the plant, or the reading.',
      'skid7, FIT1: "2,5" is not a number: use a decimal point; held for at most 10 s, then treated as bad.',
      'skid7, no value for: LIT1. Treated as bad until there is one. Check the payload, or take the tags out of the plant.',
    ]);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: 'LIT1 missing +1' });
    give(undefined, { swat: { command: 'reset' } });
    give({ ...good, LIT1: 5000 });
    await settle();
    assert.equal(warned.length, 5);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: 'LIT1 out of range' });
  });

  it('reads decimal texts and on/off, in objects and in ordered arrays', async () => {
    await load({ length: 2 });
    give({ LIT1: ' 12.5 ', FIT1: '1e0', P1: true });
    give(['13.5', 1, false]);
    await settle();
    assert.deepEqual(codes(), []);
    const { features } = sent[0].payload;
    assert.deepEqual([features[0], features[5], features[10]], [13, 1, 1.5]);
  });

  it('takes a payload of more than 1 MB quickly, and keeps only a few short names of it', async () => {
    const node = await load({ length: 2 });
    const warned = warnings(node);
    let nested: unknown = 1;
    for (let depth = 0; depth < 5000; depth += 1) nested = { nested };
    const huge: Record<string, unknown> = { ...good, FIT1: nested, ['k'.repeat(10_000)]: 'y'.repeat(1_000_000) };
    for (let i = 0; i < 60_000; i += 1) huge[`key${i}`] = i;
    const start = performance.now();
    give(good);
    give(huge);
    await settle();
    assert.ok(performance.now() - start < 3000, `${performance.now() - start} ms`);
    assert.deepEqual(codes(), []);
    assert.equal(sent.length, 1);
    assert.equal(warned.length, 2);
    assert.match(warned[0], /^FIT1: object is not a number/);
    assert.ok(warned[1].length < 1000);
  });

  it('takes a batch of objects or arrays in order: a window each, nothing lost to a bad frame, one error', async () => {
    await load({ length: 2 });
    const batch = [1, 2, 3].map((time) => ({ ...good, LIT1: time, timestamp: time * 1000 }));
    give([batch[0], batch[1], 'broken', { A: 1 }, batch[2]], { extra: { deep: 1 }, timestamp: 99 });
    await settle();
    assert.deepEqual(codes(), ['batch-frames']);
    assert.deepEqual(
      sent.map(({ payload, extra }) => [payload.end, payload.features[0], extra?.deep]),
      [
        [2000, 1.5, 1],
        [3000, 2.5, 1],
      ],
    );
    assert.notEqual(sent[0], sent[1]);
    assert.notEqual(sent[0].extra, sent[1].extra);
  });

  it('refuses too large a batch as a whole', async () => {
    await load();
    give(Array.from({ length: 20_001 }, () => good));
    await settle();
    assert.deepEqual(codes(), ['frame-batch']);
  });
});
