import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DetectorScore } from '../../lib/detect/detector';
import { MAX_ARCHIVE, readTar, writeTar } from '../../lib/model/tar';
import swatAutoencoder from '../../nodes/swat-autoencoder';
import swatModel from '../../nodes/swat-model';
import { createPlant } from '../../lib/plant/dictionary';
import { registerSchema, windowSchema } from '../../lib/stream/schema';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import { SMALL, smallWindows } from '../lib/train/plant';

type Happening = Record<string, unknown> & { event?: string; command?: string; version?: string };
type Body = Record<string, unknown>;

const FAST = { epochs: 40, batch: 8, hidden: '8,4', windows: 300, stride: 1, model: 'm' };

describe('the versions of a model', () => {
  let folder: string;
  let events: Happening[];
  let codes: (string | undefined)[];
  let scores: DetectorScore[];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-versions-'));
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

  const load = async (): Promise<void> => {
    [events, codes, scores] = [[], [], []];
    const flow = [
      { id: 'm', type: 'swat-model', name: 'skid', reference: false },
      { id: 'd', type: 'swat-autoencoder', name: 'one', wires: [['out'], ['events']], ...FAST },
      { id: 'out', type: 'helper' },
      { id: 'events', type: 'helper' },
    ];
    await helper.load([swatModel, swatAutoencoder], flow);
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Happening));
    helper.getNode('out').on('input', (message) => {
      scores.push((message as unknown as { scores: { autoencoder: DetectorScore } }).scores.autoencoder);
    });
    helper.getNode('d').on('call:error' as 'input', (call: unknown) => {
      codes.push((call as { args: { code?: string }[] }).args[0].code);
    });
  };
  const give = (payload: unknown, more: object = {}): void => helper.getNode('d').receive({ payload, ...more });
  const until = (holds: () => boolean, what: string): Promise<void> =>
    eventually(holds, () => `${what}: ${JSON.stringify(events).slice(-600)} ${codes.join()}`);
  const happened = async (name: string): Promise<Happening> => {
    const found = (): Happening | undefined => events.find(({ event, command }) => event === name || command === name);
    await until(() => found() !== undefined, name);
    return found()!;
  };
  const ask = (command: string, more: object = {}): Promise<Happening> => {
    events.length = 0;
    give('', { swat: { command, ...more } });
    return happened(command);
  };
  const refuse = async (code: string, command: string, more: object = {}): Promise<void> => {
    codes.length = 0;
    give('', { swat: { command, ...more } });
    await until(() => codes.includes(code), code);
  };
  const windowsOf = (seed: number, many: number, spoofed = 0): void => {
    const windows = smallWindows(seed, spoofed);
    for (let count = 0; count < many; count += 1) give(windows.next().value);
  };
  const learn = async (seed: number): Promise<string> => {
    await ask('collect', { train: false });
    windowsOf(seed, FAST.windows);
    await ask('train', { seed }).catch(() => undefined);
    return (await happened('trained')).version!;
  };
  const get = async (path: string, status = 200): Promise<Body> =>
    (await helper.request().get(`/swat-model/m/${path}`).expect(status)).body as Body;
  const post = async (path: string, body: object, status = 200): Promise<Body> =>
    (await helper.request().post(`/swat-model/m/${path}`).send(body).expect(status)).body as Body;
  const upload = async (bytes: Buffer, query = '', status = 200): Promise<Body> =>
    (
      await helper
        .request()
        .post(`/swat-model/m/import?name=m.tar${query}`)
        .set('Content-Type', 'application/octet-stream')
        .send(bytes)
        .expect(status)
    ).body as Body;
  const exported = async (version: string): Promise<Buffer> => {
    const answer = await helper
      .request()
      .get(`/swat-model/m/export?kind=autoencoder&version=${version}`)
      .buffer(true)
      .parse((response, done) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => done(null, Buffer.concat(parts)));
      })
      .expect(200)
      .expect('Content-Disposition', `attachment; filename="swat-autoencoder-${version}.tar"`);
    return answer.body as Buffer;
  };
  const exchange = (): string => join(folder, 'swat', 'models', 'skid', 'exchange');
  const normal = (seed = 9): Promise<void> => {
    windowsOf(seed, 40);
    return Promise.resolve();
  };

  it('are compared, exported, deleted, imported and armed again, and the trail says by whom', async () => {
    await load();
    const first = await learn(1);
    const second = await learn(2);
    await normal();
    const compared = await get(`compare?kind=autoencoder&a=${first}&b=${second}`);
    const { windows, series } = compared.overlap as { windows: number; series: { a: number[] } };
    assert.ok(windows >= 40 && series.a.length <= 200);
    assert.deepEqual(compared.tags, { added: [], missing: [] });
    assert.deepEqual(compared.settings, [{ name: 'seed', a: 1, b: 2 }]);
    assert.deepEqual((await ask('compare', { a: first, b: second })).overlap, compared.overlap);

    const bytes = await exported(second);
    await post('delete', { kind: 'autoencoder', version: first }, 400);
    await post('delete', { kind: 'autoencoder', version: second, reason: 'not needed' });
    assert.deepEqual(
      ((await get('versions')).autoencoder as Body[]).map(({ version }) => version),
      [first],
    );
    const answer = await upload(bytes, '&kind=autoencoder&reason=from%20site%20B');
    assert.deepEqual(answer, { ready: true, kind: 'autoencoder', version: second, missing: [], extra: [] });
    await upload(bytes, '', 400);
    await upload(bytes, '&kind=pca', 400);
    await upload(bytes.subarray(0, 3000), '', 400);
    const table = await upload(Buffer.from('Timestamp,LIT101\n2026-01-01 00:00:00,5\n'), '', 400);
    assert.match(String(table.error), /This is no model file but text\. A CSV .* step 1/);
    await post('activate', { kind: 'autoencoder', version: second });
    const { entries } = (await get('history')) as { entries: Record<string, string>[] };
    assert.deepEqual(
      entries.slice(0, 4).map(({ action, reason }) => [action, reason]),
      [
        ['activate', ''],
        ['import', 'from site B'],
        ['delete', 'not needed'],
        ['export', ''],
      ],
    );
  });

  it('come and go as files by command, from the exchange folder only', async () => {
    await load();
    const version = await learn(1);
    const { file } = await ask('export', { version, file: 'mine.tar', user: 'ann' });
    assert.equal(file, join(exchange(), 'mine.tar'));
    await refuse('model-exists', 'import', { file: 'mine.tar' });
    for (const name of ['../mine.tar', '/etc/passwd', '', '.hidden'])
      await refuse('exchange-name', 'import', { file: name });
    await refuse('exchange-missing', 'import', { file: 'none.tar' });
    symlinkSync('/etc/passwd', join(exchange(), 'link.tar'));
    await refuse('exchange-missing', 'import', { file: 'link.tar' });
    await refuse('exchange-name', 'export', { version, file: '../../x.tar' });
    await refuse('version-missing', 'export', { version: '../x' });
    const { entries } = (await get('history')) as { entries: Record<string, string>[] };
    assert.equal(entries.filter(({ action }) => action === 'export').length, 1, 'what was refused is not noted');
    await refuse('model-in-use', 'delete', { version });
  });

  it('of other tags are refused with the tags named', async () => {
    await load();
    const version = await learn(1);
    await ask('export', { version, file: 'mine.tar' });
    const other = createPlant(
      'other',
      SMALL.tags.map((tag) => ({ ...tag, name: `X${tag.name}` })),
    );
    const { id } = registerSchema(windowSchema(other, [8]));
    give({ ...smallWindows(1).next().value, schema: id });
    await refuse('model-schema', 'import', { file: 'mine.tar' });
  });

  it('are refused before they are read when they are larger than any model', async () => {
    await load();
    const large = helper
      .request()
      .post('/swat-model/m/import')
      .set('Content-Length', String(MAX_ARCHIVE + 1));
    const before = process.memoryUsage().rss;
    await large
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.alloc(10))
      .timeout(10_000)
      .then(
        (response) => assert.equal(response.status, 413),
        (cause: unknown) => assert.match(String(cause), /413|Timeout|aborted|hang up/),
      );
    assert.ok(process.memoryUsage().rss - before < 50e6);
  });

  it('of a network made elsewhere wait for calibration, and then score', async () => {
    await load();
    const version = await learn(1);
    const files = readTar(await exported(version));
    const bare = writeTar(['tfjs/model.json', 'tfjs/weights.bin'].map((name) => ({ name, bytes: files.get(name)! })));
    const waiting = await upload(bare);
    assert.deepEqual(waiting, { ready: false, file: 'network-m.tar', inputs: 15, outputs: 15 });
    assert.deepEqual(await get('waiting'), { files: ['network-m.tar'] });
    await refuse('nothing-collected', 'calibrate', { file: 'network-m.tar' });
    await ask('collect', { train: false, leaveOut: false });
    windowsOf(5, FAST.windows);
    const calibrated = await ask('calibrate', { file: 'network-m.tar', user: 'ann', reason: 'from Keras' });
    assert.equal(calibrated.rows, FAST.windows);
    await ask('activate', { version: calibrated.version });
    await happened('activated');
    scores.length = 0;
    windowsOf(3, 1);
    windowsOf(3, 1, 300);
    await until(() => scores.length === 2, 'scores');
    assert.deepEqual(
      scores.map(({ ready, ratio, model }) => [ready, ratio > 1, model]),
      [
        [true, false, calibrated.version],
        [true, true, calibrated.version],
      ],
    );
    const { entries } = (await get('history?limit=2')) as { entries: Record<string, string>[] };
    assert.deepEqual(
      entries.map(({ action, user, reason }) => [action, user, reason]),
      [
        ['activate', '', ''],
        ['calibrate', 'ann', 'from Keras'],
      ],
    );
  });

  it('run in shadow beside the active one without a trace in the scores, over a restart, until one is armed', async () => {
    await load();
    const first = await learn(1);
    // A candidate that finds everything abnormal.
    await ask('collect', { train: false });
    windowsOf(2, FAST.windows);
    await ask('train', { quantile: 0.5 }).catch(() => undefined);
    const second = (await happened('trained')).version!;
    await refuse('shadow-active', 'shadow', { version: first });
    await ask('shadow', { version: second, user: 'ann', reason: 'try it' });
    await helper.unload();
    await load();
    assert.equal((await get('shadow?kind=autoencoder')).version, second);
    const summary = async (): Promise<Record<string, number> | undefined> => {
      const { summaries } = (await get('shadow?kind=autoencoder')) as { summaries: Record<string, number>[] };
      assert.ok(summaries.length < 2);
      return summaries[0];
    };
    // The candidate is read after the node is there, beside the version in force.
    await eventually(async () => (await summary()) !== undefined, 'the candidate is loaded');
    scores.length = 0;
    windowsOf(9, 60);
    windowsOf(9, 5, 300);
    await happened('shadow-difference');
    assert.ok(scores.length === 65 && scores.every(({ ready, model }) => ready && model === first));
    const told = events.find(({ event }) => event === 'shadow-difference')!;
    assert.deepEqual([told.which, told.active, told.candidate], ['candidate', first, second]);
    // The difference is told at its end, before the last windows are scored.
    await eventually(async () => (await summary())?.windows === 65, 'all windows scored');
    const { onlyCandidate, dropped } = (await summary())!;
    assert.ok(onlyCandidate > 3 && dropped === 0);
    await post('activate', { kind: 'autoencoder', version: second, reason: 'better' });
    assert.equal((await get('shadow?kind=autoencoder')).version, null);
    const pointer = JSON.parse(readFileSync(join(folder, 'swat/models/skid/autoencoder/active.json'), 'utf8')) as Body;
    assert.deepEqual([pointer.active, pointer.shadow], [second, undefined]);
  });

  it('are put aside at most twenty at a time', async () => {
    await load();
    const version = await learn(1);
    const files = readTar(await exported(version));
    const bare = writeTar(['tfjs/model.json', 'tfjs/weights.bin'].map((name) => ({ name, bytes: files.get(name)! })));
    mkdirSync(exchange(), { recursive: true });
    for (let n = 0; n < 20; n += 1) writeFileSync(join(exchange(), `network-${n}.tar`), '');
    await upload(bare, '', 400);
    assert.ok(!existsSync(join(exchange(), 'network-m.tar')));
  });
});
