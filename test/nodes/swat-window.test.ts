import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeMessage } from 'node-red';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import helper from '../harness/helper';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import { resolveSchema } from '../../lib/stream/schema';
import type { WindowPayload } from '../../lib/stream/window';

type Out = NodeMessage & { payload: WindowPayload; label?: string; extra?: { deep: number } };
type Failure = Error & { code?: string };

const TAGS = [
  { name: 'LIT1', low: '0', high: '1000', unit: 'mm' },
  { name: 'FIT1', low: '0', high: '10', unit: 'm3/h' },
  { name: 'P1', kind: 'actuator', states: '1=off|2=on' },
];

describe('swat-window', () => {
  let folder: string;
  let sent: Out[];
  let failures: Failure[];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-window-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });

  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  const load = async (settings: Record<string, unknown> = {}, plant: Record<string, unknown> = {}): Promise<Node> => {
    sent = [];
    failures = [];
    const flow: TestFlowsItem[] = [
      { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS, ...plant } as TestFlowsItem,
      { id: 'w', type: 'swat-window', plant: 'p', length: 3, wires: [['out']], ...settings } as TestFlowsItem,
      { id: 'out', type: 'helper' },
    ];
    await helper.load([swatPlant, swatWindow], flow);
    helper.getNode('out').on('input', (message) => void sent.push(message as Out));
    // The test helper emits this for every call of the node's error(), which is where done(error) goes.
    helper.getNode('w').on('call:error' as 'input', (call: unknown) => {
      const [error] = (call as { args: [Failure | string] }).args;
      if (error instanceof Error) failures.push(error);
    });
    return helper.getNode('w');
  };
  const give = (payload: unknown, more: Record<string, unknown> = {}): void =>
    helper.getNode('w').receive({ payload, ...more });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  /** What the node shows next: it shows something at most once a second. */
  const nextStatus = (node: Node): Promise<unknown> =>
    new Promise((resolve) => {
      node.on('call:status' as 'input', (call: unknown) => {
        resolve((call as { args: unknown[] }).args[0]);
      });
    });
  const codes = (): string[] => failures.map((failure) => failure.code ?? failure.message);
  const good = { LIT1: 500, FIT1: 2.5, P1: 2 };

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
    ['an empty object', {}, 'frame-no-tags'],
    ['only unknown tags', { A: 1 }, 'frame-no-tags'],
    ['only inherited tags', Object.create(good) as unknown, 'frame-no-tags'],
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
    assert.deepEqual(sent[1].payload.quality, { good: 6 / 9, bad: ['LIT1'] });
    assert.ok(sent.every(({ payload }) => payload.features.every((value) => Number.isFinite(value))));
    assert.deepEqual(sent.at(-1)?.payload.features.slice(0, 5), [500, 0, 500, 500, 0]);
    assert.deepEqual(await nextStatus(node), { fill: 'yellow', shape: 'ring', text: '1 tag missing' });
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
    const warnings: string[] = [];
    node.on('call:warn' as 'input', (call: unknown) => void warnings.push((call as { args: [string] }).args[0]));
    let nested: unknown = 1;
    for (let depth = 0; depth < 5000; depth += 1) nested = { nested };
    const huge: Record<string, unknown> = { ...good, FIT1: nested, ['k'.repeat(10_000)]: 'y'.repeat(1_000_000) };
    for (let i = 0; i < 60_000; i += 1) huge[`key${i}`] = i;
    const start = performance.now();
    give(good);
    give(huge);
    await settle();
    assert.ok(performance.now() - start < 500);
    assert.deepEqual(codes(), []);
    assert.equal(sent.length, 1);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].length < 1000);
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
    await helper.unload();
    await load({ length: 2, asset: 'skid 1', assetType: 'str' });
    for (let i = 0; i < 2; i += 1) give(good);
    await settle();
    assert.equal(sent[0].payload.asset, 'skid 1');
  });

  it('empties one window or all on reset, answers nothing, and names the commands it knows', async () => {
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
  });

  it('refuses late frames with an error and starts anew after a gap', async () => {
    await load({ length: 3, hold: 5 });
    for (const second of [0, 1, 2, 1, 3, 60, 61, 62]) give(good, { timestamp: 1000 * second });
    await settle();
    assert.deepEqual(codes(), ['frame-order']);
    assert.deepEqual(
      sent.map(({ payload }) => [payload.start, payload.end]),
      [
        [0, 2000],
        [1000, 3000],
        [60000, 62000],
      ],
    );
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

  it('closes and starts anew on redeploy', async () => {
    await load({ length: 2 });
    give(good);
    await settle();
    await helper.unload();
    await load({ length: 2 });
    give(good);
    await settle();
    assert.equal(sent.length, 0);
    give(good);
    await settle();
    assert.equal(sent.length, 1);
  });
});
