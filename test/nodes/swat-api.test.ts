import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { findings, type Schema } from '../../lib/api/schema';
import type { Document } from '../../lib/api/document';
import { ALL_KEY, API_KEYS, API_PATH, apiFlow, READ_KEY } from '../harness/api-flow';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

interface Wish {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asset {
  readonly asset: string;
  readonly verdict?: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('swat-api in a real Node-RED', function () {
  this.timeout(120_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;
  let document: Document & {
    paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
  };
  let frame: Record<string, unknown>;

  const call = async (method: string, path: string, wish: Wish = {}): Promise<Answer> => {
    const { body, raw = body === undefined ? undefined : JSON.stringify(body), headers = {} } = wish;
    const key = 'key' in wish ? wish.key : ALL_KEY;
    const response = await fetch(`${nodeRed.url}${API_PATH}${path}`, {
      method,
      redirect: 'manual',
      ...(raw === undefined ? {} : { body: raw }),
      headers: {
        ...(key === undefined ? {} : { 'X-API-Key': key }),
        ...(raw === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Answer['body']) : {},
    };
  };
  /** What a refusal says of itself. */
  const refused = async (method: string, path: string, wish?: Wish): Promise<[number, unknown]> => {
    const { status, headers, body } = await call(method, path, wish);
    assert.equal(headers.get('content-type'), 'application/problem+json');
    assert.equal(body.status, status);
    return [status, body.code];
  };
  const assets = async (): Promise<Asset[]> => (await call('GET', '/assets')).body.items as Asset[];
  const alarms = async (): Promise<Record<string, string>[]> =>
    (await call('GET', '/alarms')).body.items as Record<string, string>[];
  const stream = (query = '', protocols: string[] = ['swat', `swat.key.${READ_KEY}`], origin?: string): WebSocket =>
    new WebSocket(
      `${nodeRed.url.replace('http', 'ws')}${API_PATH}/stream${query}`,
      protocols,
      origin ? { origin } : {},
    );
  const refusedStream = async (socket: WebSocket): Promise<number | undefined> => {
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    socket.on('error', () => undefined).terminate();
    return response.statusCode;
  };

  before(async () => {
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir, flows: apiFlow({ perMinute: 0 }), env: { SWAT_API_KEYS: API_KEYS } });
    await eventually(
      async () => (await assets()).at(0)?.verdict?.finding === 'normal',
      () => `no verdict:\n${nodeRed.log()}`,
    );
    document = (await call('GET', '/openapi.json')).body as typeof document;
    const { paths } = document as unknown as { paths: Record<string, Record<string, { requestBody: { content: Record<string, { example: { frame: Record<string, unknown> } }> } }>> }; // prettier-ignore
    ({ frame } = paths['/assets/{asset}/predict'].post.requestBody.content['application/json'].example);
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('asks for a key, and for one with the right scope', async () => {
    assert.deepEqual(await refused('GET', '/assets', { key: undefined }), [401, 'api-key-missing']);
    assert.deepEqual(await refused('GET', '/assets', { key: 'swat_wrong' }), [401, 'api-key-wrong']);
    assert.deepEqual(await refused('POST', '/predict', { key: READ_KEY, body: {} }), [403, 'api-scope']);
    const headers = { Authorization: `Bearer ${READ_KEY}` };
    assert.equal((await call('GET', '/assets', { key: undefined, headers })).status, 200);
    assert.equal((await call('GET', '/health', { key: undefined })).text, '{"alive":true}');
    assert.equal((await call('GET', '/ready', { key: undefined })).text, '{"ready":true}');
    assert.deepEqual((await call('GET', '/ready')).body, { ready: true, waiting: [] });
  });

  it('answers as its document says', async () => {
    const { schemas } = document.components;
    for (const path of ['/assets', '/alarms', '/models', '/health', '/ready']) {
      const { status, body } = await call('GET', path);
      const { content } = document.paths[path].get.responses[String(status)];
      const { schema } = (content as Record<string, { schema: Schema }>)['application/json'];
      assert.deepEqual(findings(body, schema, schemas), [], path);
    }
    const [{ frames, ...rest }] = [{ frames: Array.from({ length: 61 }, () => frame), asset: 'tried' }];
    const { status, body } = await call('POST', '/predict', { body: { frames, ...rest } });
    assert.equal(status, 200);
    assert.deepEqual(findings(body, schemas.Prediction, schemas), []);
    assert.equal((body.verdicts as object[]).length, 2);
    assert.equal(body.asset, 'tried');
    assert.ok(!(await assets()).some(({ asset }) => asset === 'tried'), 'nothing is left of it');
  });

  it('predicts what comes next of an asset and leaves the asset as it is', async () => {
    await nodeRed.admin.inject('do-pause');
    let before = await assets();
    await eventually(
      async () => {
        // The plant runs a hundred times as fast: two looks between two of its samples would find it still.
        await pause(500);
        const now = await assets();
        const still = JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return still;
      },
      () => 'the plant goes on',
    );
    const [{ asset, verdict }] = before;
    const path = `/assets/${asset}/predict`;
    const normal = await call('POST', path, { body: { frame: { ...frame, LIT101: 520 } } });
    assert.equal(normal.status, 200);
    const first = normal.body.verdicts as Record<string, unknown>[];
    assert.equal(first.length, 1);
    assert.ok(Number(first[0].time) > Number(verdict?.time));
    for (let turn = 0; turn < 20; turn += 1) {
      const again = await call('POST', path, { body: { frame: { ...frame, LIT101: 520 } } });
      assert.deepEqual(again.body, normal.body);
    }
    assert.deepEqual(normal.body.unused, {});
    const odd = await call('POST', path, { body: { frame: { ...frame, LIT101: 99_999, FIT101: 'abc' } } });
    assert.deepEqual(odd.body.unused, { LIT101: 'outOfRange', FIT101: 'notNumeric' });
    const few = await call('POST', path, { body: { frame: { LIT101: 520 } } });
    assert.deepEqual(few.body.unused, {}, 'what a frame does not name stands as it was');
    assert.deepEqual(await assets(), before);
    assert.deepEqual(await refused('POST', '/assets/nobody/predict', { body: { frame } }), [404, 'asset-unknown']);
    const late = { ...frame, timestamp: Number(verdict?.time) - 86_400_000 };
    assert.deepEqual(await refused('POST', path, { body: { frame: late } }), [422, 'api-time']);
    await nodeRed.admin.inject('do-resume');
  });

  it('refuses what the document does not allow, and says where', async () => {
    const bad: readonly [Wish, number, string][] = [
      [{ raw: '{"frames": [' }, 400, 'api-json'],
      [{ raw: '{"frames": [{"LIT101": NaN}]}' }, 400, 'api-json'],
      [{ raw: '{"frames": [{"LIT101": 1e999}]}' }, 400, 'api-request'],
      [{ raw: `{"frames": [{"LIT101": ${'['.repeat(5000)}${']'.repeat(5000)}}]}` }, 400, 'api-request'],
      [{ raw: '{"frames": [{"__proto__": {"a": 1}}]}' }, 400, 'api-request'],
      [{ raw: 'null' }, 400, 'api-request'],
      [{ raw: '' }, 400, 'api-request'],
      [{ body: { frames: [] } }, 400, 'api-request'],
      [{ body: { frames: Array.from({ length: 1001 }, () => ({ LIT101: 1 })) } }, 400, 'api-request'],
      [{ body: { frames: [frame] } }, 422, 'api-frames-few'],
      [{ body: { frames: [{ LIT101: 1, LIT1O1: 1 }] } }, 400, 'api-request'],
      [{ body: { frames: [{ timestamp: 1.8e12 }] } }, 422, 'frame-no-tags'],
      [{ raw: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415, 'api-media-type'],
      [{ body: { frames: [{ LIT101: 'x'.repeat(1_100_000) }] } }, 413, 'api-too-large'],
    ];
    for (const [wish, status, code] of bad) {
      assert.deepEqual(await refused('POST', '/predict', wish), [status, code], JSON.stringify(wish).slice(0, 80));
    }
    const { body } = await call('POST', '/predict', { body: { frames: [{ LIT101: {} }], asets: 'x' } });
    assert.deepEqual(
      (body.errors as { pointer: string; rule: string }[]).map(({ pointer, rule }) => [pointer, rule]),
      [
        ['/frames/0/LIT101', 'type'],
        ['/asets', 'unknown'],
      ],
    );
    assert.deepEqual(await refused('GET', '/assets?limit=0'), [400, 'api-request']);
    assert.deepEqual(await refused('GET', '/assets?lmit=1'), [400, 'api-request']);
    assert.deepEqual(await refused('GET', '/assets?cursor=xx'), [422, 'api-cursor']);
    const twice = { body: {}, headers: { 'Idempotency-Key': 'x'.repeat(300) } };
    assert.deepEqual(await refused('POST', '/alarms/0123456789abcdef/acknowledge', twice), [400, 'api-request']);
    assert.deepEqual(await refused('GET', '/nothing'), [404, 'api-nothing-here']);
    const wrong = await call('DELETE', '/assets');
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
  });

  it('stops reading a body in chunks that is too large', async () => {
    const asked = httpRequest(`${nodeRed.url}${API_PATH}/predict`, {
      method: 'POST',
      headers: { 'X-API-Key': ALL_KEY, 'Content-Type': 'application/json' },
    });
    asked.on('error', () => undefined);
    const answered = once(asked, 'response') as Promise<[{ statusCode?: number }]>;
    for (let part = 0; part < 20; part += 1) asked.write(' '.repeat(100_000));
    const [{ statusCode }] = await answered;
    asked.destroy();
    assert.equal(statusCode, 413);
  });

  it('acts on alarms under the name of the key, once for each idempotency key', async () => {
    await nodeRed.admin.inject('do-attack');
    await eventually(
      async () => (await alarms()).length > 0,
      () => `no alarm:\n${nodeRed.log()}`,
    );
    const [{ id }] = await alarms();
    const path = `/alarms/${encodeURIComponent(id)}`;
    assert.deepEqual(await refused('POST', `${path}/acknowledge`, { key: READ_KEY }), [403, 'api-scope']);
    const headers = { 'Idempotency-Key': 'a-1' };
    const heard: Told[] = [];
    const socket = stream('?types=alarm');
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Told));
    await once(socket, 'open');
    const first = await call('POST', `${path}/acknowledge`, { headers, body: { comment: 'seen' } });
    assert.deepEqual([first.status, first.body.ok, first.headers.get('idempotency-replayed')], [200, true, null]);
    const again = await call('POST', `${path}/acknowledge`, { headers, body: { comment: 'seen' } });
    assert.deepEqual([again.status, again.body, again.headers.get('idempotency-replayed')], [200, first.body, 'true']);
    const other = { headers, body: { comment: 'other' } };
    assert.deepEqual(await refused('POST', `${path}/acknowledge`, other), [422, 'api-idempotency-other']);
    await eventually(
      () => heard.some(({ data }) => data.event === 'acknowledged'),
      () => JSON.stringify(heard),
    );
    const events = heard.filter(({ data }) => data.event === 'acknowledged');
    assert.equal(events.length, 1);
    assert.deepEqual([events[0].type, events[0].data.id, events[0].data.user, events[0].data.comment], ['alarm', id, 'all', 'seen']); // prettier-ignore
    socket.close();

    assert.deepEqual(await refused('POST', `${path}/acknowledge`), [409, 'alarm-illegal']);
    assert.equal((await call('POST', `${path}/shelve`, { body: { minutes: 5 } })).status, 200);
    assert.equal((await call('GET', '/alarms?state=shelved')).body.items instanceof Array, true);
    assert.deepEqual(await refused('GET', '/alarms?state=foo'), [400, 'api-request']);
    assert.equal((await call('POST', `${path}/unshelve`)).status, 200);
    assert.deepEqual(await refused('POST', '/alarms/nobody/acknowledge'), [404, 'ack-unknown']);
  });

  it('puts a version in force, and refuses one that is not there', async () => {
    const [{ kind, versions }] = (await call('GET', '/models')).body.items as { kind: string; versions: { version: string }[] }[]; // prettier-ignore
    const body = { version: versions[0].version, reason: 'test' };
    assert.deepEqual((await call('POST', `/models/${kind}/activate`, { body })).body, {
      ok: true,
      version: body.version,
    });
    const missing = { body: { version: '20200101-000000-000000' } };
    assert.deepEqual(await refused('POST', `/models/${kind}/activate`, missing), [404, 'api-version']);
    assert.deepEqual(await refused('POST', '/models/iforest/activate', { body }), [404, 'api-detector-missing']);
    assert.deepEqual(await refused('POST', '/models/x/activate', { body }), [400, 'api-request']);
  });

  it('gives lists in pages', async () => {
    const first = await call('GET', '/models?limit=1');
    const { items, next } = first.body as { items: { kind: string }[]; next: string };
    assert.deepEqual([items.length, items[0].kind], [1, 'autoencoder']);
    const second = (await call('GET', `/models?limit=1&cursor=${next}`)).body as { items: { kind: string }[] };
    assert.deepEqual([second.items[0].kind, 'next' in second], ['pca', false]);
  });

  it('lets pages of other origins in only where they are named', async () => {
    const headers = { Origin: 'https://elsewhere.example' };
    assert.deepEqual(await refused('GET', '/assets', { headers }), [403, 'api-origin']);
    const own = await call('GET', '/assets', { headers: { Origin: nodeRed.url } });
    assert.deepEqual([own.status, own.headers.get('access-control-allow-origin')], [200, nodeRed.url]);
    assert.equal((await call('GET', '/assets')).headers.get('access-control-allow-origin'), null);
  });

  it('streams to those who may read, and to nobody else', async () => {
    assert.equal(await refusedStream(stream('', ['swat'])), 401);
    assert.equal(await refusedStream(stream('', ['swat', 'swat.key.nobody'])), 401);
    assert.equal(await refusedStream(stream('?types=all')), 422);
    assert.equal(await refusedStream(stream('', undefined, 'https://elsewhere.example')), 403);
    const socket = stream('?types=verdict');
    await once(socket, 'open');
    assert.equal(socket.protocol, 'swat');
    const [data] = (await once(socket, 'message')) as [Buffer];
    const { type, data: verdict } = JSON.parse(data.toString()) as Told;
    assert.equal(type, 'verdict');
    assert.equal(typeof verdict.text, 'string');
    const closed = once(socket, 'close') as Promise<[number]>;
    socket.send('x'.repeat(5000));
    assert.equal((await closed)[0], 1009, 'nobody sends it much');
  });

  it('has metrics of all nodes and of itself', async () => {
    const { text } = await call('GET', '/metrics');
    assert.match(text, /swat_api_requests_total\{operation="predict",status="200"\} 1/);
    assert.match(text, /swat_detector_ready\{node="pca-1"/);
    assert.match(text, /swat_api_stream_clients 0/);
  });

  it('shows a page that needs nothing from outside', async () => {
    const page = await call('GET', '/docs', { key: undefined });
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.doesNotMatch(page.text, /https?:/);
    for (const path of ['/docs/page.js', '/docs/page.css', '/docs/texts.json']) {
      assert.equal((await call('GET', path, { key: undefined })).status, 200, path);
    }
    assert.equal((await call('GET', '/docs/../api-page/index.html', { key: undefined })).status, 404);
    const { status, headers } = await call('GET', '/docs/', { key: undefined });
    assert.deepEqual([status, headers.get('location')], [302, '../docs']);
    assert.equal((await call('GET', '/docs/texts.json', { key: undefined })).body.language, 'en-US');
  });

  it('closes its WebSockets and leaves its path on a deploy; two on one path are told, and limits hold', async () => {
    const socket = stream();
    await once(socket, 'open');
    const closed = once(socket, 'close') as Promise<[number]>;
    const second = { id: 'api-2', z: 'flow-1', type: 'swat-api', name: 'second', path: `${API_PATH}/north`, x: 1, y: 1, wires: [] }; // prettier-ignore
    await nodeRed.admin.deploy(apiFlow({ path: API_PATH, perMinute: 3 }, [second]));
    assert.equal((await closed)[0], 1001);
    assert.match(nodeRed.log(), /\[swat-api:second\] The path \/swat\/api\/v1\/north overlaps .* by for programs/);
    const statuses = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await call('GET', '/assets')).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const { headers } = await call('GET', '/assets');
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.equal((await call('GET', '/assets', { key: READ_KEY })).status, 200, 'another key has its own');
    for (let turn = 0; turn < 4; turn += 1)
      assert.equal((await call('GET', '/health', { key: undefined })).status, 200);
    await nodeRed.admin.deploy(apiFlow({ path: '/other' }));
    assert.equal((await fetch(`${nodeRed.url}${API_PATH}/health`)).status, 404);
    assert.equal((await fetch(`${nodeRed.url}/other/health`)).status, 200);
  });
});

describe('swat-api behind a login of Node-RED', function () {
  this.timeout(60_000);
  const userDir = createUserDir();
  let nodeRed: RunningNodeRed;

  before(async () => {
    linkModule(userDir);
    // Of the password "door".
    const httpNodeAuth = { user: 'plant', pass: '$2b$04$aFJGzcxrUIkLkW1d2p1aSepYF1Jwo3TETvWQL.6kECOw05BeboR0W' };
    const settings = { httpNodeAuth, disableEditor: true };
    nodeRed = await startNodeRed({ userDir, flows: apiFlow(), settings, env: { SWAT_API_KEYS: API_KEYS } });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('asks for the login, and for a key beside it', async () => {
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${nodeRed.url}${API_PATH}/assets`, { headers })).status;
    const login = { Authorization: `Basic ${Buffer.from('plant:door').toString('base64')}` };
    const wrong = { Authorization: `Basic ${Buffer.from('plant:window').toString('base64')}` };
    const key = { 'X-API-Key': ALL_KEY };
    const statuses = await Promise.all([{}, key, { ...wrong, ...key }, login, { ...login, ...key }].map(statusWith));
    assert.deepEqual(statuses, [401, 401, 401, 401, 200]);
    const refused = await fetch(`${nodeRed.url}${API_PATH}/assets`, { headers: key });
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic/, 'it is the login that is missing');
  });
});
