import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hashPin } from '../../lib/operator/pin';
import type { FlowNode } from '../harness/admin';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** A secret of its own for each place that takes one: found again wherever it should not be. */
const secret = (place: string): string => `${place}SeCrEt${place.length}x7Qz91`;
const PLACES = ['journalUrl', 'pin', 'url', 'secret', 'user', 'password', 'hashes', 'envKafka', 'envKey', 'token', 'envJournal'] as const; // prettier-ignore
/** A notification that the test gives and then says has failed. */
const KEY = 'a/raised/1';
/** What Node-RED itself writes: what it got, encrypted, and the settings of the test. */
const THEIRS = ['settings.js', '.config.runtime.json', '.config.users.json', '.config.nodes.json', 'node_modules'];

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
    on('api', 'swat-api', [], { path: '/swat/api/v1', keys: [{ id: 'k', name: 'hmi', scopes: ['read'] }], credentials: { hashes: JSON.stringify({ k: secret('hashes') }) } }), // prettier-ignore
    // A PIN that is wrong, and a reason with the whole address in it, as nodes that send give it.
    on('tell', 'http in', [['alert-or-notify']], { url: '/tell', method: 'post' }),
    on('alert-or-notify', 'function', [['alert'], ['notify']], { outputs: 2, func: 'const { swat } = msg.payload; return swat.pin === undefined ? [null, { swat }] : [{ swat }, null];' }), // prettier-ignore
    on('caught', 'catch', [['shown']], { scope: ['alert', 'writer', 'reader', 'writer-env', 'api'], uncaught: false }),
    // What the sender could not deliver comes back to the node that gave it.
    on('returned', 'catch', [['notify']], { scope: ['post'], uncaught: false }),
    on('stated', 'status', [['shown']], { scope: null }),
    on('shown', 'function', [], { outputs: 1, func: 'const { req, res, ...rest } = msg; node.warn("SHOWN " + JSON.stringify(rest)); context.set("last", rest); flow.set("last", rest); return null;' }), // prettier-ignore
    ...ask('say-list', 'alert', { command: 'list' }),
    ...ask('say-journal', 'alert', { command: 'journal' }),
    on('told', 'inject', [['notify']], { repeat: '', once: false, props: [{ p: 'payload', v: JSON.stringify({ key: KEY, event: 'raised', level: 'CRITICAL', id: 'a', asset: 'a', repeat: 0, text: 'x', time: 1 }), vt: 'json' }] }), // prettier-ignore
    on('news', 'inject', [['alert']], { repeat: '', once: false, props: [{ p: 'payload', v: JSON.stringify({ asset: 'a', time: 1_700_000_000_000, finding: 'anomaly', level: 'CRITICAL', ratio: 3, tags: [], detectors: {} }), vt: 'json' }] }), // prettier-ignore
    ...ask('write', 'writer', { command: 'metrics' }, { a: 1 }),
  ];

  before(async function () {
    this.timeout(90_000);
    dead = await freePort();
    hash = await hashPin(secret('pin'), Buffer.alloc(16, 7));
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({
      userDir,
      flows: [],
      settings: { swat: { metrics: { token: secret('token') } }, contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } } }, // prettier-ignore
      env: {
        SWAT_KAFKA_USER: 'swat',
        SWAT_KAFKA_PASSWORD: secret('envKafka'),
        SWAT_API_KEYS: `hmi:read:${secret('envKey')}0123456789abcdef`,
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

  it('stand in no log, status, error or message, though everything fails', () => {
    const log = nodeRed.log();
    for (const failing of ['kafka', 'journal', '"command":"ack-all"', 'none of these', '"event":"failed"'])
      assert.ok(log.includes(failing), `${failing} is not in ${log}`);
    without('what Node-RED prints', log);
  });

  it('stand in no file, but encrypted with the flows', () => {
    const files = readdirSync(userDir, { recursive: true, encoding: 'utf8' });
    let read = 0;
    for (const name of files) {
      if (THEIRS.some((theirs) => name.startsWith(theirs)) || !statSync(join(userDir, name)).isFile()) continue;
      read += 1;
      without(name, readFileSync(join(userDir, name), 'latin1'));
    }
    assert.ok(files.some((name) => name.endsWith('app.log')) && read > 5, files.join());
  });

  it('are given out by no route', async () => {
    const routes = ['/flows', '/nodes', '/settings', '/swat/sidebar', '/swat-notify/notify/list', '/swat-alert/alert/journal', '/swat/ready', '/swat/health', '/swat/api/v1/health', '/swat/api/v1/openapi.json', ...['swat-alert/alert', 'swat-notify/notify', 'swat-kafka/brokers', 'swat-api/api'].map((id) => `/credentials/${id}`)]; // prettier-ignore
    for (const path of routes) {
      const text = await (await fetch(nodeRed.url + path)).text();
      // Node-RED's own: an id or a user name that a node declares as text comes back to its dialog.
      const open = path.startsWith('/credentials/swat-kafka') ? text.replace(secret('user'), '') : path.startsWith('/credentials/swat-api') ? text.replace(secret('hashes'), '') : text; // prettier-ignore
      without(path, open);
    }
    const metrics = await fetch(`${nodeRed.url}/swat/metrics`, { headers: { authorization: `Bearer ${secret('token')}` } }); // prettier-ignore
    assert.equal(metrics.status, 200);
    without('/swat/metrics', await metrics.text());
  });
});
