import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { OPERATIONS, type Operation } from '../../lib/api/operations';
import { hashPin } from '../../lib/operator/pin';
import type { FlowNode } from '../harness/admin';
import { API_PATH } from '../harness/api-flow';
import { eventually } from '../harness/eventually';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { addRouteTeller, paletteRoutes } from '../harness/routes';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';
import { pagesOf } from '../lib/report/pdf-text';

/** A secret of its own for each place that takes one: found again wherever it should not be. */
const secret = (place: string): string => `${place}SeCrEt${place.length}x7Qz91`;
const PLACES = ['journalUrl', 'pin', 'url', 'secret', 'user', 'password', 'hashes', 'envKafka', 'envKey', 'token', 'envJournal'] as const; // prettier-ignore
/** Of a program that may do all. */
const apiKey = `${secret('envKey')}0123456789abcdef`;
/** A notification that the test gives and then says has failed. */
const KEY = 'a/raised/1';
/** What Node-RED itself writes: what it got, encrypted, and the settings of the test. */
const THEIRS = ['settings.js', '.config.runtime.json', '.config.users.json', '.config.nodes.json', 'node_modules'];
/** Of the palette, what does not answer with 200: of the nodes that fail here. */
const FAILING: Readonly<Record<string, number>> = { '/swat-alert/alert/journal': 400, '/swat/ready': 503 };
/** Routes of Node-RED, and pages of the API that stand in no list. */
const OTHERS = ['/flows', '/nodes', '/settings', ...['openapi.json', 'docs', 'docs/page.js', 'docs/texts.json'].map((page) => `${API_PATH}/${page}`)]; // prettier-ignore

/** The credentials that the nodes of the palette declare when they are registered. */
function declaredCredentials(): string[] {
  const { 'node-red': palette } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Readonly<Record<string, string>> };
  };
  const found: string[] = [];
  // Answers whatever a node asks of Node-RED while it is registered.
  const anything: unknown = new Proxy(() => undefined, { get: () => anything, apply: () => anything });
  const registerType = (_type: string, _make: unknown, { credentials = {} }: { credentials?: object } = {}): void => {
    found.push(...Object.keys(credentials));
  };
  const red = new Proxy({}, { get: (_target, name) => (name === 'nodes' ? { registerType } : anything) });
  const load = createRequire(__filename);
  for (const file of Object.values(palette.nodes)) (load(join(checkout, file)) as (RED: object) => void)(red);
  return found;
}

describe('secrets', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let dead: number;
  /** Of the PIN, as it is kept. */
  let hash: string;

  const z = 'tab';
  const on = (id: string, type: string, wires: string[][], more: Readonly<Record<string, unknown>> = {}): FlowNode => ({ id, type, z, x: 100, y: 100, wires, ...more }); // prettier-ignore
  const ask = (id: string, to: string, swat: object, payload: unknown = 1): FlowNode[] => [
    on(id, 'inject', [[to]], { repeat: '', once: false, props: [{ p: 'swat', v: JSON.stringify(swat), vt: 'json' }, { p: 'payload', v: JSON.stringify(payload), vt: 'json' }] }), // prettier-ignore
  ];
  const flow = (): FlowNode[] => [
    { id: z, type: 'tab', label: 'secrets' },
    { id: 'tags', type: 'swat-plant', name: '', source: 'swat' },
    { id: 'brokers', type: 'swat-kafka', name: '', brokers: `127.0.0.1:${dead}`, usetls: false, sasl: 'plain', credentials: { user: secret('user'), password: secret('password') } }, // prettier-ignore
    { id: 'brokers-env', type: 'swat-kafka', name: '', brokers: `127.0.0.1:${dead}`, usetls: false, sasl: 'plain' },
    on('writer', 'swat-kafka-out', [['shown'], ['shown'], ['shown']], { broker: 'brokers', topic: 'a', metrics: 1 }),
    on('reader', 'swat-kafka-in', [['shown'], ['shown'], ['shown']], { broker: 'brokers', topics: 'a', group: 'g', metrics: 1 }), // prettier-ignore
    on('writer-env', 'swat-kafka-out', [['shown'], ['shown'], ['shown']], { broker: 'brokers-env', topic: 'a' }),
    on('alert', 'swat-alert', [['shown', 'notify'], ['notify'], ['shown']], {
      actors: 'operators',
      operators: [{ name: 'anna', slot: 1 }],
      credentials: {
        journalUrl: `postgres://swat:${secret('journalUrl')}@127.0.0.1:${dead}/swat`,
        pin1: hash,
      },
    }),
    on('notify', 'swat-notify', [['post'], ['shown'], ['shown']], { kind: 'webhook', level: 'INFO', credentials: { url: `http://127.0.0.1:${dead}/${secret('url')}`, secret: secret('secret') } }), // prettier-ignore
    on('post', 'http request', [['notify']], {
      method: 'POST',
      ret: 'txt',
      url: '',
      senderr: true,
      headers: [],
    }),
    // What does not fail: so that there is something to read, to export and to report.
    { id: 'model', type: 'swat-model', name: 'shipped', folder: '', reference: true },
    on('source', 'swat-source', [['window'], [], []], { mode: 'simulation', autostart: true, speed: 'times', factor: 10, seed: 7 }), // prettier-ignore
    on('window', 'swat-window', [['pca', 'history'], [], []], { plant: 'tags', length: 60, stride: 1 }),
    on('pca', 'swat-pca', [['iforest'], ['shown']], { model: 'model', autoTrain: false }),
    on('iforest', 'swat-iforest', [['autoencoder'], ['shown']], { model: 'model', autoTrain: false }),
    on('autoencoder', 'swat-autoencoder', [['severity'], ['shown']], { model: 'model', autoTrain: false }),
    on('severity', 'swat-severity', [['kept', 'history', 'api'], []], { expectAutoencoder: true, expectIforest: true, expectPca: true }), // prettier-ignore
    on('kept', 'swat-alert', [['history', 'api', 'shown'], ['shown'], ['shown']], { actors: 'operators', operators: [{ name: 'anna', slot: 1 }], credentials: { pin1: hash } }), // prettier-ignore
    on('history', 'swat-history', [[], ['shown']], { plant: 'tags' }),
    on('report', 'swat-report', [['shown'], ['shown']], { alert: 'kept', history: 'history', timeZone: 'UTC' }),
    on('api', 'swat-api', [], { path: API_PATH, keys: [{ id: 'k', name: 'hmi', scopes: ['read'] }], credentials: { hashes: JSON.stringify({ k: secret('hashes') }) } }), // prettier-ignore
    // A PIN that is wrong, and a reason with the whole address in it, as nodes that send give it.
    on('tell', 'http in', [['alert-or-notify']], { url: '/tell', method: 'post' }),
    on('alert-or-notify', 'function', [['alert', 'kept'], ['notify']], { outputs: 2, func: 'const { swat } = msg.payload; return swat.pin === undefined ? [null, { swat }] : [{ swat }, null];' }), // prettier-ignore
    on('caught', 'catch', [['shown']], {
      scope: ['alert', 'kept', 'report', 'writer', 'reader', 'writer-env', 'api'],
      uncaught: false,
    }),
    // What the sender could not deliver comes back to the node that gave it.
    on('returned', 'catch', [['notify']], { scope: ['post'], uncaught: false }),
    on('stated', 'status', [['shown']], { scope: null }),
    on('shown', 'function', [], { outputs: 1, func: 'const { req, res, ...rest } = msg; node.warn("SHOWN " + JSON.stringify(rest)); context.set("last", rest); flow.set("last", rest); return null;' }), // prettier-ignore
    ...ask('say-list', 'alert', { command: 'list' }),
    ...ask('say-journal', 'alert', { command: 'journal' }),
    on('told', 'inject', [['notify']], { repeat: '', once: false, props: [{ p: 'payload', v: JSON.stringify({ key: KEY, event: 'raised', level: 'CRITICAL', id: 'a', asset: 'a', repeat: 0, text: 'x', time: 1 }), vt: 'json' }] }), // prettier-ignore
    on('news', 'inject', [['alert', 'kept']], { repeat: '', once: false, props: [{ p: 'payload', v: JSON.stringify({ asset: 'a', time: Date.now(), finding: 'anomaly', level: 'CRITICAL', ratio: 3, tags: [], detectors: {} }), vt: 'json' }] }), // prettier-ignore
    ...ask('make-report', 'report', { command: 'report', kind: 'day', from: '-1h', to: '+1h' }),
    ...ask('export-model', 'pca', { command: 'export' }),
    ...ask('export-journal', 'kept', { command: 'export', form: 'csv' }),
    ...ask('write', 'writer', { command: 'metrics' }, { a: 1 }),
  ];

  before(async function () {
    this.timeout(90_000);
    dead = await freePort();
    hash = await hashPin(secret('pin'), Buffer.alloc(16, 7));
    userDir = createUserDir();
    linkModule(userDir);
    addRouteTeller(userDir);
    nodeRed = await startNodeRed({
      userDir,
      flows: [],
      settings: { swat: { metrics: { token: secret('token') } }, contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } } }, // prettier-ignore
      env: {
        SWAT_KAFKA_USER: 'swat',
        SWAT_KAFKA_PASSWORD: secret('envKafka'),
        SWAT_API_KEYS: `hmi:read+predict+alarms+models:${apiKey}`,
        SWAT_JOURNAL_URL: `postgres://swat:${secret('envJournal')}@127.0.0.1:${dead}/swat`,
      },
    });
    await nodeRed.admin.deploy(flow());
    for (const button of ['news', 'say-list', 'say-journal', 'told', 'write']) await nodeRed.admin.inject(button);
    const pin = { command: 'ack-all', asset: 'a', user: 'anna', pin: secret('pin') };
    const reason = `no answer from http://127.0.0.1:${dead}/${secret('url')}, ${secret('secret')}`;
    // What is refused goes to a Catch node with the whole message.
    const refused = { ...pin, command: 'ack', id: 'none of these' };
    for (const swat of [pin, { ...pin, command: 'identify' }, refused, { command: 'fail', key: KEY, reason }])
      void fetch(`${nodeRed.url}/tell`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ swat }) }).catch(() => undefined); // prettier-ignore
    const uploaded = await fetch(`${nodeRed.url}/swat-model/model/data/plant.csv`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: 'timestamp,LIT101\n2026-01-01T00:00:00Z,500\n' }); // prettier-ignore
    assert.ok(uploaded.ok, await uploaded.text());
    // What the operator has done is in the journal before that is exported.
    await eventually(async () => (await nodeRed.admin.text('/swat-alert/kept/journal')).includes('acknowledged'), 'the journal', 60_000); // prettier-ignore
    for (const button of ['make-report', 'export-model', 'export-journal']) await nodeRed.admin.inject(button);
    // Retries, the metrics of the Kafka nodes, and what is written every second.
    await pause(4000);
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const without = (what: string, text: string): void => {
    assert.ok(!text.includes(hash), `the hash of the PIN stands in ${what}`);
    for (const place of PLACES) {
      const at = text.indexOf(secret(place));
      assert.equal(at, -1, `the secret of ${place} stands in ${what}: …${text.slice(Math.max(0, at - 200), at + 40)}`);
    }
  };

  it('of every node that takes some are set here', () => {
    const declared = declaredCredentials();
    // Of the PINs of twenty operators one is enough.
    const names = new Set(declared.map((name) => name.replace(/^pin\d+$/, 'pin')));
    assert.deepEqual(
      [...names].filter((name) => !PLACES.some((place) => place === name)),
      [],
    );
    assert.ok(names.size >= 6 && declared.includes('pin20'), declared.join());
  });

  it('stand in no log, status, error or message, though everything fails', async () => {
    for (const failing of ['kafka', 'journal', '"command":"ack-all"', 'none of these', '"event":"failed"'])
      await eventually(() => nodeRed.log().includes(failing), () => `${failing} is not in ${nodeRed.log()}`); // prettier-ignore
    const log = nodeRed.log();
    without('what Node-RED prints', log);
  });

  it('stand in no file, but encrypted with the flows', async () => {
    let files: string[] = [];
    const wanted = [/app\.log$/, /report.*\.pdf$/, /report.*\.html$/, /report.*\.csv$/, /\.tar$/, /plant\.csv$/];
    await eventually(() => {
      files = readdirSync(userDir, { recursive: true, encoding: 'utf8' });
      return wanted.every((pattern) => files.some((name) => pattern.test(name)));
    }, () => files.join()); // prettier-ignore
    for (const name of files) {
      if (THEIRS.some((theirs) => name.startsWith(theirs)) || !statSync(join(userDir, name)).isFile()) continue;
      const bytes = readFileSync(join(userDir, name));
      without(name, bytes.toString('latin1'));
      if (name.endsWith('.pdf')) without(name, pagesOf(bytes).map(({ text }) => text).join('\n')); // prettier-ignore
    }
  });

  /** Asks with whatever is needed to be answered, and looks into the answer. */
  const asked = async (path: string, status: number, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(nodeRed.url + path, init);
    const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    assert.equal(answer.status, status, `${path}: ${text.slice(0, 300)}`);
    // Node-RED's own: an id or a user name that a node declares as text comes back to its dialog.
    const open = path.startsWith('/credentials/swat-kafka') ? text.replace(secret('user'), '') : path.startsWith('/credentials/swat-api') ? text.replace(secret('hashes'), '') : text; // prettier-ignore
    without(path, open);
    return text;
  };

  it('are given out by no route', async () => {
    const { pca } = JSON.parse(await nodeRed.admin.text('/swat-model/model/versions')) as { pca: { version: string }[] }; // prettier-ignore
    const [{ version }] = pca;
    const questions: Readonly<Record<string, readonly string[]>> = {
      '/swat-alert/:id/journal': ['', '?form=csv', '?form=json'],
      '/swat-model/:id/export': [`?kind=pca&version=${version}`],
      '/swat-model/:id/compare': [`?kind=pca&a=${version}&b=${version}`],
    };
    const routes = (await paletteRoutes(nodeRed)).filter(({ method }) => method === 'get');
    const got = new Map<string, string>();
    for (const { path } of routes) {
      const [, type] = path.split('/');
      const ids = flow().filter((node) => node.type === type).map(({ id }) => id); // prettier-ignore
      const paths = path.includes('/:id/') ? ids.map((id) => path.replace(':id', id)) : [path.replace(':file', 'swat-dashboard.js')]; // prettier-ignore
      assert.ok(paths.length > 0, `${path}: no ${type} is deployed`);
      for (const given of paths)
        for (const question of questions[path] ?? ['']) {
          const bearer = { authorization: `Bearer ${secret('token')}` };
          got.set(given + question, await asked(given + question, FAILING[given] ?? 200, { headers: bearer }));
        }
    }
    // They are full: not the answers of nodes that have nothing to tell.
    for (const [path, full] of [
      ['/swat-notify/notify/outbox', /"key":/],
      ['/swat-alert/kept/alarms', /"acknowledged"/],
      ['/swat-alert/kept/journal?form=csv', /,anna,/],
      ['/swat-alert/kept/journal?form=json', /"anna"/],
      ['/swat-model/model/data', /plant\.csv/],
      ['/swat-model/model/history', /"export"/],
    ] as const)
      assert.match(got.get(path) ?? '', full, path);
    assert.ok(got.get(`/swat-model/model/export?kind=pca&version=${version}`)!.length > 1000);
    for (const path of OTHERS) await asked(path, 200);
    for (const { id, type } of flow()) if (type.startsWith('swat-')) await asked(`/credentials/${type}/${id}`, 200);
  });

  it('are given out by no operation of the API', async () => {
    const ready = async (): Promise<boolean> => (await fetch(`${nodeRed.url}${API_PATH}/ready`)).status === 200;
    await eventually(ready, 'the API to be ready');
    for (const { method, path, scope } of OPERATIONS as readonly Operation[]) {
      const given = API_PATH + path.replaceAll(/\{\w+\}/g, 'x');
      const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
      if (method === 'get') await asked(given, 200, { headers });
      // There is no such alarm, and a body is missing.
      else await asked(given, scope === 'alarms' ? 404 : 400, { method, headers, body: '{}' });
      if (scope !== undefined) await asked(given, 401, { method });
    }
    const next = { method: 'POST', headers: { 'x-api-key': apiKey, 'content-type': 'application/json' }, body: '{"frame": {"LIT101": 520}}' }; // prettier-ignore
    await asked(`${API_PATH}/assets/SWaT/predict`, 200, next);
  });
});
