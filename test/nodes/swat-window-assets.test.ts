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
  unload,
  warnings,
} from './window-fixture';

describe('swat-window: assets, commands and settings', () => {
  inNodeRed();

  it('keeps a window for each asset, up to the limit, and names prototype keys are nothing special', async () => {
    await load({ length: 2, maxAssets: 2 });
    for (const asset of ['__proto__', 'constructor', 'third', '__proto__', 'constructor']) give(good, { asset });
    give(good, { asset: { a: 1 } });
    give(good, { asset: 'x'.repeat(200) });
    await settle();
    assert.deepEqual(
      sent.map(({ payload }) => payload.asset),
      ['__proto__', 'constructor'],
    );
    assert.deepEqual(codes(), ['too-many-assets', 'asset-name', 'asset-name']);
  });

  it('finds the asset in the property that the dialog names, or is told it', async () => {
    await load({ length: 2, asset: 'site.name' });
    for (let i = 0; i < 2; i += 1) give(good, { site: { name: 7 } });
    for (let i = 0; i < 2; i += 1) give(good);
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(
      sent.map(({ payload }) => payload.asset),
      ['7', 'default'],
    );
    await unload();
    await load({ length: 2, asset: 'skid 1', assetType: 'str' });
    for (let i = 0; i < 2; i += 1) give(good);
    await arrived(1);
    assert.equal(sent[0].payload.asset, 'skid 1');
  });

  it('empties one window or all on reset, answers on output 3, and names the commands it knows', async () => {
    await load({ length: 2 });
    for (const asset of ['a', 'b']) give(good, { asset });
    give(undefined, { swat: { command: 'reset', asset: 'a' } });
    for (const asset of ['a', 'b']) give(good, { asset });
    give(undefined, { swat: { command: 'reset' } });
    for (const asset of ['a', 'b']) give(good, { asset });
    give(undefined, { swat: { command: 'explode' } });
    give(undefined, { swat: { command: 'reset', asset: {} } });
    await settle();
    assert.deepEqual(
      sent.map(({ payload }) => payload.asset),
      ['b'],
    );
    assert.deepEqual(codes(), ['unknown-command', 'asset-name']);
    assert.deepEqual(
      told.map(({ payload }) => payload),
      [
        { ok: true, command: 'reset', asset: 'a', forgotten: 1 },
        { ok: true, command: 'reset', forgotten: 2 },
      ],
    );
  });

  it('sends late frames on as they came, with why, and starts anew after a gap', async () => {
    const node = await load({ length: 3, hold: 5 });
    const warned = warnings(node);
    for (const second of [0, 1, 2, 1, 3, 60, 61, 62]) give(good, { timestamp: 1000 * second, label: `at ${second}` });
    await settle();
    assert.deepEqual(codes(), []);
    assert.deepEqual(
      late.map(({ payload, label, late: why }) => [payload, label, why]),
      [[good, 'at 1', { why: 'late', asset: 'default', time: 1000, lateMs: 1000, watermark: 2000 }]],
    );
    assert.deepEqual(warned, [], 'someone takes them');
    assert.deepEqual(
      sent.map(({ payload }) => [payload.start, payload.end]),
      [
        [0, 2000],
        [1000, 3000],
        [60000, 62000],
      ],
    );
  });

  it('shows late frames, and logs them once, where an old flow has no wire for them', async () => {
    const node = await load({ length: 2, wires: [['out']] });
    const warned = warnings(node);
    for (const second of [10, 11, 9, 8, 12]) give(good, { timestamp: 1000 * second });
    await settle();
    assert.deepEqual(codes(), []);
    assert.equal(sent.length, 2);
    assert.deepEqual(warned, [
      'Left out because of their time (too late, or far ahead of the rest): 1. Wire output 2 to see them. Told once an hour.',
    ]);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: '2 late, left out' });
  });

  it('answers with its counters, and how an asset stands', async () => {
    await load({ length: 2 });
    for (const second of [10, 11, 9]) give({ ...good, LIT1: second === 11 ? 'x' : 1 }, { timestamp: 1000 * second });
    give(undefined, { swat: { command: 'stats' }, topic: 'mine' });
    give(undefined, { swat: { command: 'stats', asset: 'default' } });
    give(undefined, { swat: { command: 'stats', asset: 'nobody' } });
    await settle();
    assert.deepEqual(codes(), ['asset-unknown']);
    assert.equal(told[0].topic, 'mine');
    const { counters, ...all } = told[0].payload as { counters: Record<string, unknown> };
    assert.deepEqual(all, { ok: true, command: 'stats', assets: 1 });
    assert.deepEqual([counters.frames, counters.late, counters.windows, counters.notNumeric], [2, 1, 1, 1]);
    const { seen, ...one } = told[1].payload;
    assert.equal(typeof seen, 'number');
    assert.deepEqual({ ...one, counters: undefined }, {
      ok: true, command: 'stats', assets: 1, counters: undefined, asset: 'default', length: 2, filled: 2, good: 5 / 6, bad: 0,
      lastTime: 11_000, watermark: 11_000, waiting: 0, putAside: 0, lost: false,
    }); // prettier-ignore
  });

  it('shows how far the window is, then how good the data is, then how many assets there are', async () => {
    const node = await load();
    assert.deepEqual(await nextStatus(node), { fill: 'grey', shape: 'ring', text: 'waiting for frames' });
    give(good);
    assert.deepEqual(await nextStatus(node), { fill: 'blue', shape: 'ring', text: 'window 1/3' });
    for (let i = 0; i < 3; i += 1) give(good);
    assert.deepEqual(await nextStatus(node), { fill: 'green', shape: 'dot', text: '1 asset · 100 % good' });
    give(good, { asset: 'other' });
    assert.deepEqual(await nextStatus(node), { fill: 'green', shape: 'dot', text: '2 assets' });
  });

  it('lets the plant learn its tags from the first frames, then works', async () => {
    await load({ length: 2 }, { source: 'learn', learnFrames: 10 });
    give([1, 2]);
    for (let i = 0; i < 12; i += 1) give({ LIT9: i + 0.5, P9: i % 2 });
    await settle();
    assert.deepEqual(codes(), ['frame-learning']);
    assert.equal(sent.length, 2);
    assert.equal(sent[0].payload.features.length, 10);
  });

  it('answers with what is wrong with the plant when that has no tags', async () => {
    const node = await load({}, { tags: [] });
    assert.deepEqual(await nextStatus(node), { fill: 'red', shape: 'ring', text: 'check the settings' });
    give(good);
    give([1, 2, 3]);
    await settle();
    assert.deepEqual(codes(), ['plant-empty', 'plant-empty']);
  });

  for (const [setting, code] of [
    [{ plant: '' }, 'plant-missing'],
    [{ plant: 'nobody' }, 'plant-missing'],
    [{ length: 1 }, 'setting-number'],
    [{ stride: 'often' }, 'setting-number'],
    [{ by: 'luck' }, 'setting-choice'],
    [{ by: 'time', period: 0.0015 }, 'window-period'],
    [{ by: 'time', span: 0.5 }, 'window-span'],
    [{ by: 'time', span: 20_000 }, 'window-span'],
    [{ by: 'time', span: 2.5 }, 'window-span'],
    [{ by: 'time', slide: 1.5 }, 'window-slide'],
    [{ by: 'time', lateness: 10_001 }, 'window-lateness'],
    [{ lostAfter: -1 }, 'setting-number'],
    [{ hold: -1 }, 'setting-number'],
    [{ maxAssets: 0 }, 'setting-number'],
    [{ assetType: 'jsonata' }, 'setting-choice'],
  ] as const) {
    it(`answers every message with an error when set to ${JSON.stringify(setting)}`, async () => {
      await load(setting);
      give(good);
      give(good);
      await settle();
      assert.deepEqual(codes(), [code, code]);
      assert.equal(sent.length, 0);
    });
  }
});
