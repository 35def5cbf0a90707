import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeMessage } from 'node-red';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { DetectorKind, DetectorScore } from '../../lib/detect/detector';
import { openModel, type ModelNode } from '../../nodes/runtime/model-node';
import swatAutoencoder from '../../nodes/swat-autoencoder';
import swatIforest from '../../nodes/swat-iforest';
import swatModel from '../../nodes/swat-model';
import { registerSchema, windowSchema } from '../../lib/stream/schema';
import type { WindowPayload } from '../../lib/stream/window';
import { SMALL, smallWindows } from '../lib/train/plant';

type Failure = Error & { code?: string };
type Scored = NodeMessage & { payload: WindowPayload; scores: Record<DetectorKind, DetectorScore>; extra?: string };
type Happening = Record<string, unknown> & { event?: string; command?: string; version?: string };

const FAST = { epochs: 60, batch: 8, hidden: '8,4', trees: 20, windows: 300, stride: 1, model: 'm' };

describe('the detector nodes', () => {
  let folder: string;
  let sent: Scored[];
  let events: Happening[];
  let failures: Failure[];
  let raised: { code: string | undefined; payload: unknown }[];
  let warnings: string[];
  let statuses: Record<string, unknown>[];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-detector-'));
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

  const load = async (kind: DetectorKind = 'autoencoder', settings: object = {}, model: object = {}): Promise<Node> => {
    [sent, events, failures, raised, warnings, statuses] = [[], [], [], [], [], []];
    const flow = [
      { id: 'm', type: 'swat-model', name: 'skid', reference: false, ...model },
      { id: 'd', type: `swat-${kind}`, wires: [['out'], ['events']], ...FAST, ...settings },
      { id: 'out', type: 'helper' },
      { id: 'events', type: 'helper' },
    ];
    await helper.load([swatModel, swatAutoencoder, swatIforest], flow);
    helper.getNode('out').on('input', (message) => void sent.push(message as Scored));
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Happening));
    const node = helper.getNode('d');
    node.on('call:error' as 'input', (call: unknown) => {
      const [error, message] = (call as { args: [Failure | string, NodeMessage?] }).args;
      if (!(error instanceof Error)) return;
      failures.push(error);
      if (message !== undefined) raised.push({ code: error.code, payload: message.payload });
    });
    node.on('call:warn' as 'input', (call: unknown) => {
      warnings.push(...(call as { args: string[] }).args);
    });
    node.on('call:status' as 'input', (call: unknown) => {
      statuses.push(...(call as { args: Record<string, unknown>[] }).args);
    });
    return node;
  };
  const give = (payload: unknown, more: object = {}): void => helper.getNode('d').receive({ payload, ...more });
  const command = (name: string, more: object = {}): void => give('', { swat: { command: name, ...more } });
  const until = (holds: () => boolean, what: string): Promise<void> =>
    eventually(holds, () => `${what}: ${JSON.stringify(events).slice(-600)} ${failures.join()}`);
  const happened = async (name: string): Promise<Happening> => {
    const found = (): Happening | undefined => events.find(({ event, command }) => event === name || command === name);
    await until(() => found() !== undefined, name);
    return found()!;
  };
  const refused = (code: string): Promise<void> => until(() => failures.some((error) => error.code === code), code);
  const scored = async (payload: unknown, more: object = {}): Promise<Scored> => {
    const before = sent.length;
    give(payload, more);
    await until(() => sent.length > before, 'a window passed on');
    return sent[before];
  };
  const giveWindows = (many: number, seed = 1, spoofed = 0): void => {
    const windows = smallWindows(seed, spoofed);
    for (let count = 0; count < many; count += 1) give(windows.next().value);
  };
  const learn = async (): Promise<Happening> => {
    command('collect');
    await happened('collect');
    giveWindows(FAST.windows);
    return happened('trained');
  };
  const kindFolder = (kind = 'autoencoder'): string => join(folder, 'swat', 'models', 'skid', kind);
  const ready = (score: DetectorScore): boolean => score.ready;

  for (const kind of ['autoencoder', 'iforest'] as const) {
    it(`${kind}: collects, trains, activates, scores, and names what is wrong`, async () => {
      await load(kind);
      const blank = await scored(smallWindows(2).next().value, { extra: 'kept' });
      assert.deepEqual([blank.scores[kind].ready, blank.scores[kind].ratio, blank.extra], [false, 0, 'kept']);
      const trained = await learn();
      const { version } = await happened('activated');
      assert.deepEqual([trained.version, trained.activated, trained.rows], [version, true, 300]);
      assert.ok(events.some(({ event }) => event === 'collecting') && events.some(({ event }) => event === 'training'));
      const { series, tags } = trained.validation as { series?: unknown; tags: unknown[] };
      assert.ok(series === undefined && tags.length > 0, 'what only a picture needs is not sent');
      assert.equal(sent.length, 301, 'every window went on while it learned');

      const normal = await scored(smallWindows(3).next().value);
      const attacked = await scored(smallWindows(3, 300).next().value);
      const { score, contributions, model } = attacked.scores[kind];
      assert.deepEqual([normal.scores[kind].contributions, model], [undefined, version]);
      assert.ok(score > normal.scores[kind].score);
      assert.equal(attacked.payload.features.length, 15);
      if (kind === 'autoencoder') {
        assert.ok(normal.scores[kind].ratio < 1 && attacked.scores[kind].ratio > 1);
        const [{ tag, seen }] = contributions!;
        assert.ok(tag === 'LIT1' && seen > 700);
      }
      assert.deepEqual(failures, []);
    });
  }

  it('trains on a collection that was cut short, says so, puts nothing in force, and keeps it to go on', async () => {
    await load('iforest', { activation: 'always' });
    command('collect', { windows: 400 });
    await happened('collect');
    giveWindows(250);
    command('train');
    const answer = await happened('train');
    assert.deepEqual(answer.cut, { collected: 250, wanted: 400 });
    assert.match(String(answer.text), /^Only 250 of 400 windows are collected/);
    const trained = await happened('trained');
    assert.deepEqual([trained.activated, trained.cut, trained.kept], [false, { collected: 250, wanted: 400 }, 250]);
    assert.match(String(trained.text), /trained on only 250 of 400 windows and is not put in force/);
    events = [];
    command('collect', { windows: 400, more: true, train: true });
    assert.equal((await happened('collect')).collected, 250);
    giveWindows(150, 2);
    const whole = await happened('trained');
    assert.deepEqual([whole.activated, whole.cut, whole.rows, whole.kept], [true, undefined, 400, 0]);
  });

  it('has its version again after a restart', async () => {
    await load();
    const { version } = await learn();
    await happened('activated');
    await helper.unload();
    await load();
    await until(() => {
      give(smallWindows(1).next().value);
      return sent.some(({ scores }) => ready(scores.autoencoder));
    }, 'a score');
    assert.equal(sent.at(-1)?.scores.autoencoder.model, version);
  });

  it('keeps the versions apart: none replaces an active one, activate and rollback do', async () => {
    await load();
    const first = await learn();
    events.length = 0;
    command('collect', { windows: 250, train: false });
    await happened('collect');
    const windows = smallWindows(4);
    for (let count = 0; count < 250; count += 1) give(windows.next().value);
    command('train', { seed: 5 });
    const second = await happened('trained');
    assert.equal(second.activated, false);
    command('activate', { version: second.version, user: 'ann', reason: 'new pump' });
    await happened('activate');
    command('rollback', { user: 'bob' });
    assert.equal((await happened('rollback')).version, first.version);
    command('history', { limit: 5 });
    const { entries } = (await happened('history')) as { entries?: Record<string, string>[] };
    // What was put in force by itself stands after the training that made it.
    assert.deepEqual(
      entries?.map(({ action, version, user, reason }) => [action, version, user, reason]),
      [
        ['rollback', first.version, 'bob', ''],
        ['activate', second.version, 'ann', 'new pump'],
        ['train', second.version, '', ''],
        ['activate', first.version, '', ''],
        ['train', first.version, '', ''],
      ],
    );
    command('versions');
    const { versions } = (await happened('versions')) as { versions?: { version: string; active: boolean }[] };
    assert.deepEqual(
      new Set(versions?.map((item) => [item.version, item.active].join())),
      new Set([`${first.version},true`, `${second.version},false`]),
    );
  });

  for (const [activation, active] of [
    ['always', true],
    ['never', false],
  ] as const) {
    it(`activates ${activation} after training when it is told so`, async () => {
      await load('autoencoder', { activation });
      for (const seed of [1, 2]) {
        events.length = 0;
        command('collect', { train: false, windows: 250 });
        await happened('collect');
        const windows = smallWindows(1);
        for (let count = 0; count < 250; count += 1) give(windows.next().value);
        command('train', { seed });
        assert.equal((await happened('trained')).activated, active);
      }
    });
  }

  it('ignores bad tags, and scores nothing when most are bad', async () => {
    await load();
    await learn();
    await happened('activated');
    const spoofed = smallWindows(3, 300).next().value;
    const whole = await scored(spoofed);
    const missing = (bad: string[]) => ({ ...spoofed, quality: { good: 0.5, bad } });
    const one = await scored(missing(['LIT1']));
    const two = await scored(missing(['LIT1', 'FIT1', 'NOT_A_TAG']));
    assert.ok(one.scores.autoencoder.ready && !two.scores.autoencoder.ready);
    assert.ok(one.scores.autoencoder.ratio < whole.scores.autoencoder.ratio);
  });

  it('leaves out of learning what it finds anomalous, what is labelled, and what has bad tags', async () => {
    await load();
    await learn();
    await happened('activated');
    events.length = 0;
    command('collect', { windows: 200, train: false });
    await happened('collect');
    const window = smallWindows(1).next().value;
    give(smallWindows(3, 300).next().value);
    give(window, { label: { attack: 3, since: 0 } });
    give({ ...window, quality: { good: 0.9, bad: ['FIT1'] } });
    for (let count = 0; count < 200; count += 1) give(window, { label: { attack: null, since: null } });
    await until(() => events.some((event) => event.event === 'collecting' && event.collected === 200), 'collected');
    const { leftOut } = events.at(-1)!;
    assert.deepEqual(leftOut, { bad: 1, over: 1, labelled: 1, 'other-schema': 0, 'other-mode': 0, excluded: 0 });
  });

  it('passes windows of another plant on unscored, and says the difference', async () => {
    await load();
    await learn();
    await happened('activated');
    const other = registerSchema(windowSchema({ tags: SMALL.tags.slice(0, 2) }, [7]));
    const window = { ...smallWindows(1).next().value, schema: other.id, features: new Array<number>(10).fill(1) };
    give(window);
    await refused('model-schema');
    const passed = sent.at(-1)!;
    assert.deepEqual([passed.payload.schema, passed.scores.autoencoder.ready], [other.id, false]);
    assert.match(failures[0].message, /MV1.*5.*7/);
    for (let count = 0; count < 50; count += 1) assert.equal((await scored(window)).scores.autoencoder.ready, false);
    assert.equal(failures.length, 1, 'said once');
    await until(() => statuses.at(-1)?.text === 'other tags or window', 'status');
    give({ ...window, schema: 'never-seen' });
    await refused('window-unknown');
    command('activate', { version: passed.scores.autoencoder.model });
    await until(() => events.filter(({ event }) => event === 'activated').length === 2, 'activated again');
    give(window);
    await until(() => failures.filter(({ code }) => code === 'model-schema').length === 2, 'said again');
  });

  for (const [payload, code] of [
    [undefined, 'window-type'],
    ['text', 'window-type'],
    [{ LIT1: 5 }, 'window-type'],
    [[1, 2, 3], 'window-type'],
    [null, 'window-type'],
    [{ ...smallWindows(1).next().value, quality: null }, 'window-type'],
    [{ ...smallWindows(1).next().value, features: [Number.NaN] }, 'window-number'],
    [{ ...smallWindows(1).next().value, features: ['5'] }, 'window-number'],
  ] as const) {
    it(`answers ${JSON.stringify([payload]).slice(0, 40)} with ${code}`, async () => {
      await load();
      give(payload);
      await refused(code);
    });
  }

  for (const [name, more, code] of [
    ['explode', {}, 'unknown-command'],
    ['train', {}, 'nothing-collected'],
    ['collect', { windows: 'many' }, 'setting-number'],
    ['', {}, 'command-missing'],
    ['activate', { version: '../../etc' }, 'version-missing'],
    ['activate', {}, 'version-unnamed'],
    ['delete', {}, 'version-unnamed'],
    ['rollback', {}, 'model-no-previous'],
  ] as const) {
    it(`answers the command ${name} ${JSON.stringify(more)} with ${code}`, async () => {
      await load();
      command(name, more);
      await refused(code);
    });
  }

  it('refuses at once to collect what can never train', async () => {
    await load();
    command('collect', { windows: 199 });
    await refused('collect-too-few');
    // The window of 400 samples is known once one came: two gaps of 400 windows for each of five folds.
    const long = registerSchema(windowSchema(SMALL, [400]));
    const window = { ...smallWindows(1).next().value, schema: long.id };
    command('collect');
    await happened('collect');
    give(window);
    const { code, text } = await happened('failed');
    assert.equal(code, 'collect-too-few');
    assert.match(String(text), /\b300 windows.*\b4000\b/);
    failures.length = 0;
    command('collect', { windows: 3999 });
    await refused('collect-too-few');
    events.length = 0;
    command('collect', { windows: 399, stride: 10 });
    await refused('collect-too-few');
    command('collect', { windows: 400, stride: 10 });
    await happened('collect');
  });

  it('raises a failed training for Catch nodes, and shows it until the next command', async () => {
    await load();
    command('collect', { windows: 300 });
    await happened('collect');
    const window = smallWindows(1).next().value;
    for (let count = 0; count < 300; count += 1) give(window);
    const { code, text, kept } = await happened('failed');
    assert.deepEqual([code, kept], ['training-constant', 300]);
    assert.deepEqual(raised, [{ code, payload: { event: 'failed', code, text } }]);
    const failed = () => statuses.at(-1)?.text === 'training failed';
    await until(failed, 'status');
    give(window);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    give(window);
    assert.ok(failed(), 'windows do not take it away');
    command('versions');
    assert.deepEqual((await happened('versions')).versions, []);
    await until(() => statuses.at(-1)?.text === 'no model', 'status after a command');
  });

  it('refuses an engine that is not installed, keeps what it collected, and says on a route why', async () => {
    await load('autoencoder', { engine: 'tfjs-node', epochs: 1 });
    const { body } = (await helper.request().get('/swat-autoencoder/engines').expect(200)) as {
      body: Record<string, { ready: boolean; reason?: string }>;
    };
    const { ready, reason = '' } = body['tfjs-node'];
    assert.equal(ready, false);
    assert.ok(reason.includes(`Run npm install @tensorflow/tfjs-node in ${folder} (`), reason);
    command('collect', { windows: 300 });
    await happened('collect');
    giveWindows(300);
    const { code, text, kept } = await happened('failed');
    assert.deepEqual([code, text, kept], ['engine-missing', reason, 300]);
    command('train');
    await refused('engine-missing');
    command('train', { engine: 'abacus' });
    await refused('setting-choice');
    command('train', { engine: 'built-in' });
    const { version } = await happened('trained');
    const { artifact } = await openModel(join(kindFolder(), '..'), false).store.load('autoencoder', String(version));
    assert.equal('engine' in artifact.settings, false);
  });

  it('keeps what it collected when training fails or is stopped: more can be collected, other settings tried', async () => {
    await load('autoencoder', { epochs: 1000 });
    command('collect', { windows: 300 });
    await happened('collect');
    giveWindows(300);
    await happened('training');
    command('stop');
    assert.equal((await happened('cancelled')).kept, 300);
    command('train', { folds: 20, hidden: '0' });
    await refused('setting-number');
    command('collect', { windows: 350, more: true, train: false });
    await until(() => events.some((event) => event.command === 'collect' && event.collected === 300), 'goes on');
    giveWindows(50, 2);
    await until(() => events.some((event) => event.event === 'collecting' && event.collected === 350), 'topped up');
    command('train', { epochs: 60 });
    assert.equal((await happened('trained')).rows, 350);
    command('train');
    await refused('nothing-collected');
  });

  it('trains on what was collected when collecting was stopped, unless that is too little', async () => {
    await load();
    for (const [many, code] of [
      [199, 'training-too-small'],
      [201, undefined],
    ] as const) {
      events.length = 0;
      command('collect');
      await happened('collect');
      giveWindows(many);
      command('stop');
      assert.equal((await happened('cancelled')).kept, many);
      command('train');
      if (code === undefined) assert.equal((await happened('trained')).rows, many);
      else await refused(code);
    }
  });

  it('says once that the active version stands in the way of learning', async () => {
    await load();
    await learn();
    await happened('activated');
    events.length = 0;
    command('collect', { windows: 200, train: false });
    await happened('collect');
    giveWindows(99, 3, 300);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    assert.deepEqual(warnings, []);
    giveWindows(30, 3, 300);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    giveWindows(1, 3, 300);
    await until(() => events.filter((event) => event.starved === true).length === 2, 'starved');
    const [{ leftOut, text }] = events.filter((event) => event.starved === true);
    assert.deepEqual([warnings.length, warnings[0]], [1, text]);
    assert.match(String(text), new RegExp(`^${(leftOut as { over: number }).over} of \\d+ windows.*roll back`));
    await until(() => statuses.at(-1)?.text === '100 % left out', 'status');
    command('collect', { windows: 200, train: false, leaveOut: false });
    giveWindows(200, 3, 300);
    await until(() => events.some((event) => event.event === 'collecting' && event.collected === 200), 'collected');
  });

  it('does not put a version in force that learned nothing, says why, and leaves it to a person', async () => {
    await load('autoencoder', { epochs: 1, batch: 300, activation: 'always' });
    const { version, activated, fitness, text, kept } = await learn();
    assert.deepEqual([activated, fitness, kept], [false, 'poor', 300]);
    assert.deepEqual(warnings, [text]);
    await until(() => statuses.at(-1)?.text === 'poor fit · not active', 'status');
    events.length = 0;
    command('train', { epochs: 60, batch: 8 });
    const better = await happened('trained');
    assert.deepEqual([better.activated, better.fitness, better.kept], [true, 'good', 0]);
    command('activate', { version });
    await happened('activate');
    command('versions');
    const { versions } = (await happened('versions')) as { versions?: { version: string; fitness: string }[] };
    assert.equal(versions?.find((item) => item.version === version)?.fitness, 'poor');
  });

  it('stops collecting and training on command; a second training is refused meanwhile', async () => {
    await load('autoencoder', { epochs: 1000 });
    command('collect');
    await happened('collect');
    command('stop');
    assert.equal((await happened('stop')).stopped, 'collecting');
    events.length = 0;
    command('collect', { windows: 5000 });
    await happened('collect');
    const windows = smallWindows(1);
    for (let count = 0; count < 5000; count += 1) give(windows.next().value);
    await happened('training');
    command('train');
    await refused('training-busy');
    command('stop');
    assert.equal((await happened('stop')).stopped, 'training');
    await happened('cancelled');
    assert.equal((await scored(windows.next().value)).scores.autoencoder.ready, false);
  });

  it('leaves no thread and no version when it is closed in mid-training', async () => {
    const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = threads();
    await load('autoencoder', { epochs: 1000 });
    const model = (helper.getNode('m') as unknown as ModelNode).model!;
    command('collect', { windows: 3000 });
    await happened('collect');
    const windows = smallWindows(1);
    for (let count = 0; count < 3000; count += 1) give(windows.next().value);
    await happened('training');
    assert.ok(threads() > before);
    const asked = Date.now();
    await helper.unload();
    assert.ok(Date.now() - asked < 5000);
    assert.deepEqual([threads(), model.busy.size], [before, 0]);
    assert.equal(await model.store.active('autoencoder'), undefined);
  });

  for (const [what, spoil] of [
    ['corrupt', (path: string) => writeFileSync(join(path, 'weights.bin'), 'x')],
    ['foreign', (path: string) => writeFileSync(join(path, 'manifest.json'), '{"modelTopology": {}}')],
  ] as const) {
    it(`goes on without a model when the file is ${what}`, async () => {
      await load();
      const { version } = await learn();
      await happened('activated');
      await helper.unload();
      spoil(join(kindFolder(), version!));
      const node = await load();
      const shown: unknown[] = [];
      node.on('call:status' as 'input', (call: unknown) => void shown.push((call as { args: unknown[] }).args[0]));
      assert.equal((await scored(smallWindows(1).next().value)).scores.autoencoder.ready, false);
      await until(() => shown.length > 0, 'status');
      assert.deepEqual(shown, [{ fill: 'red', shape: 'ring', text: 'model unusable' }]);
      const code = what === 'corrupt' ? 'model-corrupt' : 'model-foreign';
      const [error] = failures;
      assert.equal(error.code, what === 'corrupt' ? 'model-corrupt-only' : 'model-foreign');
      assert.ok(error.message.includes(join(kindFolder(), version!)), error.message);
      assert.doesNotMatch(error.message, /Roll back|__/);
      await assert.rejects(openModel(join(kindFolder(), '..'), false).store.load('autoencoder'), { code });
    });
  }

  it('answers every message with an error when it has no model node, or one with an impossible name', async () => {
    await load('autoencoder', { model: '' });
    give(smallWindows(1).next().value);
    await refused('model-node-missing');
    await helper.unload();
    await load('autoencoder', {}, { name: '../outside' });
    give(smallWindows(1).next().value);
    await refused('model-node-missing');
    const made = readdirSync(folder, { recursive: true }).map(String);
    assert.deepEqual(made.filter((name) => !/^swat([\\/]logs.*)?$/.test(name)), []); // prettier-ignore
  });

  it('lets the dialog see versions, activate, roll back, and learn', async () => {
    await load();
    const { version } = await learn();
    await happened('activated');
    const answer: { body: unknown } = await helper.request().get('/swat-model/m/versions').expect(200);
    assert.equal((answer.body as Record<string, { version: string }[]>).autoencoder[0].version, version);
    await helper.request().get('/swat-model/nobody/versions').expect(404);
    await helper.request().post('/swat-model/m/activate').send({ kind: 'autoencoder', version }).expect(200);
    await helper.request().post('/swat-model/m/activate').send({ kind: 'x', version }).expect(400);
    await helper.request().post('/swat-model/m/rollback').send({ kind: 'autoencoder' }).expect(400);
    const history = await helper.request().get('/swat-model/m/history?kind=autoencoder&limit=1').expect(200);
    const { entries } = history.body as { entries: { action: string; at: string }[] };
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['activate'],
    );
    assert.ok(Math.abs(Date.parse(entries[0].at) - Date.now()) < 60_000);
    await helper.request().get('/swat-model/m/history?limit=501').expect(400);
    await helper.request().post('/swat-autoencoder/d/command').send({ command: 'collect', windows: 250 }).expect(200);
    await helper.request().post('/swat-autoencoder/d/command').send({ command: 'stop' }).expect(200);
    await helper.request().post('/swat-autoencoder/d/command').send({ command: 'x' }).expect(400);
    await helper.request().post('/swat-autoencoder/m/command').send({ command: 'stop' }).expect(404);
    const pointer = JSON.parse(readFileSync(join(kindFolder(), 'active.json'), 'utf8')) as { active: string };
    assert.equal(pointer.active, version);
  });
});
