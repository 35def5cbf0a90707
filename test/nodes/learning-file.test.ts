import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { ModelNode } from '../../nodes/runtime/model-node';
import swatAutoencoder from '../../nodes/swat-autoencoder';
import swatIforest from '../../nodes/swat-iforest';
import swatModel from '../../nodes/swat-model';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import type { LearningReport } from '../../nodes/runtime/training-report';
import { csvOf, seconds, START, TAGS } from '../lib/train/csv';

type Happening = Record<string, unknown> & { event?: string; command?: string };

const RANGE: [number, number] = [START + 300_000, START + 320_000];

/** Link nodes as far as a flow's wiring goes; the core's own are not in the helper. */
function links(RED: NodeAPI): void {
  for (const type of ['link out', 'link in'])
    RED.nodes.registerType(type, function (this: Node, config: NodeDef) {
      RED.nodes.createNode(this, config);
    });
}

describe('learning from a file, in the flow', () => {
  let folder: string;
  let events: Happening[];
  let failures: { code?: string; message: string }[];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-file-'));
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

  const load = async (settings: object = {}, window: object = {}): Promise<void> => {
    [events, failures] = [[], []];
    const fast = { epochs: 20, batch: 8, hidden: '8,4', stride: 1, model: 'm', activation: 'always' };
    await helper.load([links, swatModel, swatPlant, swatWindow, swatAutoencoder, swatIforest], [
      { id: 'p', type: 'swat-plant', name: 'small', source: 'list', tags: TAGS },
      { id: 'm', type: 'swat-model', name: 'skid', reference: false },
      { id: 'w', type: 'swat-window', plant: 'p', length: 5, stride: 1, wires: [['o']], ...window },
      { id: 'o', type: 'link out', links: ['i'] },
      { id: 'i', type: 'link in', wires: [['d']] },
      { id: 'd', type: 'swat-autoencoder', wires: [['out'], ['events']], ...fast, ...settings },
      { id: 'alone', type: 'swat-iforest', wires: [[], []], model: 'm' },
      { id: 'out', type: 'helper' },
      { id: 'events', type: 'helper' },
    ] as Parameters<typeof helper.load>[1]);
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Happening));
    helper.getNode('d').on('call:error' as 'input', (call: unknown) => {
      const [error] = (call as { args: [unknown] }).args;
      if (error instanceof Error) failures.push(error);
    });
  };
  const put = (name: string, text: string) =>
    helper
      .request()
      .put(`/swat-model/m/data/${encodeURIComponent(name)}`)
      .set('Content-Type', 'application/octet-stream')
      .send(text);
  const command = (given: object) => helper.request().post('/swat-autoencoder/d/command').send(given);
  const listed = async () =>
    (await helper.request().get('/swat-model/m/data').expect(200)).body as {
      files: { name: string; bytes: number }[];
      most: number;
    };
  const report = async (): Promise<LearningReport> =>
    (await helper.request().get('/swat-autoencoder/d/report').expect(200)).body as LearningReport;
  const happened = async (name: string): Promise<Happening> => {
    const found = (): Happening | undefined => events.find(({ event }) => event === name);
    await eventually(
      () => found() !== undefined,
      () => `${name}: ${JSON.stringify(events).slice(-900)}`,
    );
    return found()!;
  };
  const active = () => (helper.getNode('m') as unknown as ModelNode).model?.store.active('autoencoder');

  it('is uploaded, checked, trained on and put in force, with a report for the dialog', async () => {
    await load();
    const csv = csvOf(seconds(600), (second) => (second >= 100 && second < 110 ? 'Attack' : 'Normal'));
    await put('plant 1.csv', csv).expect(200, { name: 'plant 1.csv', bytes: csv.length });
    const { files, most } = await listed();
    assert.deepEqual([files.map(({ name, bytes }) => [name, bytes]), most], [[['plant 1.csv', csv.length]], 2 ** 31]);

    await command({ command: 'check', file: 'plant 1.csv' }).expect(200, { command: 'check', ok: true });
    const checked = await happened('checked');
    assert.equal(checked.rows, 600 - 4 - 10 - 4);
    const labelled = (checked.findings as { code: string; text: string }[]).find(({ code }) => code === 'labelled');
    assert.match(labelled?.text ?? '', /^10 samples/);
    assert.equal(await active(), undefined);
    const before = await report();
    assert.deepEqual([before.stage, before.quality?.tags.length, before.trained], ['idle', 3, null]);

    events.length = 0;
    await command({ command: 'train', file: 'plant 1.csv', exclude: { ranges: [RANGE] } }).expect(200);
    const trained = await happened('trained');
    assert.equal(trained.rows, 600 - 4 - 10 - 4 - 21 - 4);
    const { source, validation } = trained as { source: Record<string, unknown>; validation: { days: number } };
    assert.deepEqual(source.excludedRanges, [RANGE]);
    assert.deepEqual([source.file, source.labelled, source.excluded], ['plant 1.csv', 10, 21]);
    assert.ok(validation.days > 0);
    await happened('activated');
    assert.equal((await active())?.version, trained.version);
    const after = await report();
    assert.ok((after.curve?.points.length ?? 0) >= 6 * 20);
    assert.equal((after.trained as Happening).version, trained.version);
    const list = (await (helper.getNode('m') as unknown as ModelNode).model?.store.list('autoencoder')) ?? [];
    assert.ok(list.length === 1);
    // What a version was found to be worth outlives the process.
    assert.equal(after.last?.version, trained.version);
    const { series, ...figures } = after.last!.validation;
    assert.deepEqual(figures, JSON.parse(JSON.stringify(validation)));
    assert.ok(series.ratio.length > 10, 'the picture is for the dialog alone');
    await helper.unload();
    await load();
    const anew = await report();
    assert.deepEqual([anew.trained, anew.last?.version], [null, trained.version]);

    await helper.request().delete('/swat-model/m/data/plant%201.csv').expect(200);
    await command({ command: 'train', file: 'plant 1.csv' }).expect(200);
    assert.equal((await happened('failed')).code, 'file-missing');
    assert.equal((await report()).failed?.code, 'file-missing');
  });

  it('leaves the arming to a person where that is asked for, and notes what went by itself', async () => {
    await load();
    await put('plant.csv', csvOf(seconds(600))).expect(200);
    await command({ command: 'train', file: 'plant.csv', activate: false }).expect(200);
    assert.equal((await happened('trained')).activated, false);
    assert.equal(await active(), undefined);
    events.length = 0;
    await command({ command: 'train', file: 'plant.csv', seed: 7 }).expect(200);
    assert.equal((await happened('trained')).activated, true);
    const history = await helper.request().get('/swat-model/m/history').expect(200);
    const { entries } = history.body as { entries: { action: string; details?: { automatic?: boolean } }[] };
    const automatic = entries.filter(({ details }) => details?.automatic === true);
    assert.deepEqual(
      automatic.map(({ action }) => action),
      ['activate'],
    );
  });

  it('opens a file by its whole path for a message, but not for the admin route', async () => {
    await load();
    const path = join(folder, 'elsewhere.csv');
    writeFileSync(path, csvOf(seconds(300)));
    for (const file of [path, '../elsewhere.csv', '/etc/passwd', '.csv', 'a/b.csv', 5, null, '']) {
      const refused = await command({ command: 'train', file }).expect(400);
      assert.match((refused.body as { error: string }).error, /cannot be the name of an uploaded file/, String(file));
    }
    helper.getNode('d').receive({ payload: '', swat: { command: 'train', file: 'elsewhere' } });
    helper.getNode('d').receive({ payload: '', swat: { command: 'train', file: path } });
    assert.equal((await happened('trained')).rows, 296);
    assert.equal(failures[0].code, 'file-relative');
  });

  for (const name of [
    '../x.csv',
    '..%2Fx.csv',
    '.hidden.csv',
    'x.exe',
    'x',
    'a..csv',
    `${'n'.repeat(100)}.csv`,
    'x\u0000.csv',
  ]) {
    it(`refuses an upload called ${JSON.stringify(name).slice(0, 30)}`, async () => {
      await load();
      const { status } = await put(name, 'a,b\n');
      assert.ok(status === 400 || status === 404, String(status));
      const kept = join(folder, 'swat', 'data', 'skid');
      assert.deepEqual(existsSync(kept) ? readdirSync(kept) : [], []);
    });
  }

  for (const [name, text, code] of [
    ['notes.txt', 'Pump 3 was changed.\nAsk for 2 seals, please.\n', 'data-not-table'],
    ['photo.csv', '\u0000\u0001\u0002\uffff'.repeat(100_000), 'data-not-table'],
    ['titles.csv', 'Timestamp,LIT101,FIT101\n', 'data-not-table'],
    ['plain.csv.gz', csvOf(seconds(3)), 'data-not-table'],
    ['empty.csv', '', 'data-empty'],
  ] as const)
    it(`refuses ${name}, which is no table, with nothing kept`, async () => {
      await load();
      const refused = await put(name, text).expect(400);
      assert.equal((refused.body as { code: string }).code, code);
      assert.deepEqual((await listed()).files, []);
    });

  for (const [what, name, bytes] of [
    ['packed', 'a.csv.gz', gzipSync(csvOf(seconds(30_000)))],
    [
      'with semicolons, a title above and decimal commas',
      'a.csv',
      Buffer.from('Plant\n;;\nZeit;L1;\n24.12.2026 10:00:00;1,5;\n'),
    ],
    ['longer than what is looked at', 'a.csv', Buffer.from(csvOf(seconds(30_000)))],
  ] as const)
    it(`keeps a table ${what} byte for byte`, async () => {
      await load();
      await helper
        .request()
        .put(`/swat-model/m/data/${name}`)
        .set('Content-Type', 'application/octet-stream')
        .send(bytes)
        .expect(200, { name, bytes: bytes.length });
      assert.ok(readFileSync(join(folder, 'swat', 'data', 'skid', name)).equals(bytes));
    });

  it('refuses an upload that is too large, with nothing kept', async () => {
    helper.settings({ userDir: folder, swatModelUploadMb: 0.01 } as never);
    await load();
    const refused = await put('big.csv', 'x'.repeat(20_000));
    assert.deepEqual([refused.status, (refused.body as { code: string }).code], [413, 'data-too-large']);
    assert.deepEqual((await listed()).files, []);
    helper.settings({ userDir: folder });
  });

  it('leaves a tag out that has no data at all, and scores the flow without it', async () => {
    await load({ excludeTags: 'FIT1' }, { wires: [['d']] });
    writeFileSync(join(folder, 'part.csv'), csvOf(seconds(500).map(({ LIT1, MV1 }) => ({ LIT1, MV1 }))));
    helper.getNode('d').receive({ payload: '', swat: { command: 'train', file: join(folder, 'part.csv') } });
    const trained = await happened('trained');
    assert.deepEqual([trained.rows, (trained.source as Happening).excludedTags], [496, ['FIT1']]);
    await happened('activated');
    const scores: { ready: boolean; ratio: number }[] = [];
    helper.getNode('out').on('input', (message) => {
      scores.push(
        (message as unknown as { scores: { autoencoder: { ready: boolean; ratio: number } } }).scores.autoencoder,
      );
    });
    for (const [second, values] of seconds(40, 2).entries())
      helper.getNode('w').receive({ payload: { ...values, FIT1: 9.9 }, timestamp: START + second * 1000 });
    await eventually(() => scores.length >= 36, 'a score for each window');
    assert.equal(scores.length, 36);
    assert.ok(
      scores.every(({ ready, ratio }) => ready && ratio < 1.5),
      JSON.stringify(scores.slice(0, 3)),
    );
  });

  it('says that it does not know the windows, that it is busy, and which exclusions cannot be', async () => {
    await load();
    await put('a.csv', csvOf(seconds(400))).expect(200);
    await helper.request().post('/swat-iforest/alone/command').send({ command: 'check', file: 'a.csv' }).expect(400);
    await helper
      .request()
      .post('/swat-iforest/alone/command')
      .send({ command: 'check', file: 'a.csv', window: 'w' })
      .expect(200);
    for (const given of [
      { exclude: { ranges: [[2, 1]] } },
      { exclude: { tags: ['a b'] } },
      { timeZone: 'Mars' },
      { stride: 0 },
      { epochs: 0 },
      { falseAlarmsPerDay: -1 },
    ])
      await command({ command: 'train', file: 'a.csv', ...given }).expect(400);
    await command({ command: 'train', file: 'a.csv', epochs: 1000 }).expect(200);
    await command({ command: 'train', file: 'a.csv' }).expect(400);
    await command({ command: 'check', file: 'a.csv' }).expect(400);
    await command({ command: 'stop' }).expect(200, { command: 'stop', ok: true, stopped: 'training' });
    assert.equal((await happened('cancelled')).during, 'training');
    assert.equal(await active(), undefined);
  });

  it('checks what was collected, and not what was not', async () => {
    await load({}, { wires: [['d']] });
    await command({ command: 'check' }).expect(400);
    await command({ command: 'collect', windows: 300, train: false, exclude: { ranges: [RANGE] } }).expect(200);
    for (const [second, values] of seconds(400).entries())
      helper.getNode('w').receive({ payload: values, timestamp: START + second * 1000 });
    const full = (): boolean => events.some(({ collected }) => collected === 300);
    await eventually(full, 'all windows collected');
    const { leftOut } = events.findLast(({ event }) => event === 'collecting') as { leftOut: { excluded: number } };
    assert.equal(leftOut.excluded, 25);
    await command({ command: 'check' }).expect(200);
    const checked = await happened('checked');
    assert.deepEqual([checked.samples, (checked.source as Happening).kind], [300, 'flow']);
    assert.deepEqual((await report()).collected, 300);
  });

  it('begins a training again that a restart interrupted', async () => {
    await load();
    await put('a.csv', csvOf(seconds(600))).expect(200);
    await command({ command: 'train', file: 'a.csv', epochs: 1000 }).expect(200);
    await happened('training');
    await helper.unload();
    await load();
    await happened('training');
    await command({ command: 'stop' }).expect(200);
  });

  it('says of a check that a restart interrupted, once, that it must be started again', async () => {
    await load();
    await put('a.csv', csvOf(seconds(30_000))).expect(200);
    await command({ command: 'check', file: 'a.csv' }).expect(200);
    assert.equal((await report()).stage, 'checking');
    await helper.unload();
    await load();
    const failed = await happened('failed');
    assert.equal(failed.code, 'check-interrupted');
    assert.match(String(failed.text), /interrupted by a restart.*Start it again/);
    const { failed: told, stage } = await report();
    assert.deepEqual([told?.code, told?.during, stage], ['check-interrupted', 'checking', 'idle']);
    await helper.unload();
    await load();
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await report()).failed, null);
    await command({ command: 'check', file: 'a.csv' }).expect(200);
    await happened('checked');
  });
});
