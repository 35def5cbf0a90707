import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { OPERATIONS, type Operation } from '../../lib/api/operations';
import { API_PATH, apiFlow } from '../harness/api-flow';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { addRouteTeller, paletteRoutes, PASSWORD_HASH, tokenOf, type Route } from '../harness/routes';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** What is read with the permission to write, since it leaves a line in an audit trail. */
const FOR_WRITERS = ['/swat-model/:id/export'];
/** Of the flows' server: what answers without Node-RED's login, and how. All else of ours is behind a key or a PIN. */
const FLOW_ROUTES: Readonly<Record<string, number>> = {
  'get /swat/metrics': 401,
  'get /swat/health': 200,
  'get /swat/ready': 503,
  'get /swat/ui/:file': 404,
  'post /swat/operator': 400,
};

describe('the routes of the palette', () => {
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let ours: readonly Route[];

  const start = (settings: Readonly<Record<string, unknown>>): Promise<RunningNodeRed> =>
    startNodeRed({ userDir, flows: apiFlow(), settings });

  before(async function () {
    this.timeout(120_000);
    userDir = createUserDir();
    linkModule(userDir);
    addRouteTeller(userDir);
    const users = [{ username: 'reader', password: PASSWORD_HASH, permissions: 'read' }];
    nodeRed = await start({
      adminAuth: { type: 'credentials', users },
      swat: { metrics: { token: 'a token of the test, long enough' } },
    });
    ours = await paletteRoutes(nodeRed);
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  const asked = async ({ method, path }: Route, headers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const body = ['post', 'put'].includes(method) ? { body: '{}' } : {};
    const url = nodeRed.url + path.replaceAll(/:\w+/g, 'x');
    const json = { 'content-type': 'application/json', ...headers };
    const answer = await fetch(url, { method: method.toUpperCase(), headers: json, ...body });
    await answer.arrayBuffer();
    return answer.status;
  };
  const admin = (): readonly Route[] => ours.filter(({ app }) => app === 'httpAdmin');

  it('are all that stand in the code, and stand in no other way', () => {
    const folder = join(checkout, 'nodes');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    let found = 0;
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const [, app, method, given] of text.matchAll(/RED\.(http\w+)\.(\w+)\(\s*([^\s,)]+)/g)) {
        found += 1;
        // What takes its path as a value is called with one that stands here, and is there under it.
        const literal = /^['`](.+)['`]$/.exec(given)?.[1];
        if (literal === undefined) assert.equal(`${file} ${given}`, 'runtime/journal-routes.ts path');
        else {
          const pattern = new RegExp(`^${literal.replaceAll(/\$\{\w+\}/g, '[^/]+')}$`);
          const registered = ours.filter((route) => route.app === app && route.method === method && pattern.test(route.path)); // prettier-ignore
          assert.ok(registered.length > 0, `${file}: ${method} ${literal} is not among ${JSON.stringify(ours)}`);
        }
      }
      // A router or a handler for all paths would not show in the list above.
      for (const [, other] of text.matchAll(/(http(?:Admin|Node)\??\.(?:use|all|route))\(/g))
        assert.equal(`${file} ${other}`, 'runtime/api-shared.ts httpNode?.use');
    }
    assert.ok(found >= 30 && admin().length >= found - 8, `${found} in the code, ${admin().length} there`);
  });

  it('are refused to whoever has not signed in', async function () {
    this.timeout(60_000);
    for (const route of admin()) assert.equal(await asked(route), 401, `${route.method} ${route.path}`);
    for (const route of admin())
      assert.equal(await asked(route, { authorization: 'Bearer wrong' }), 401, `${route.method} ${route.path}`);
  });

  it('change nothing for whoever may only read', async function () {
    this.timeout(60_000);
    const token = await tokenOf(nodeRed, 'reader', 'read');
    for (const route of admin()) {
      const status = await asked(route, { authorization: `Bearer ${token}` });
      const mayNot = route.method !== 'get' || FOR_WRITERS.includes(route.path);
      if (mayNot) assert.equal(status, 401, `${route.method} ${route.path}`);
      else assert.ok(![401, 403, 500].includes(status), `${route.path}: ${status}`);
    }
  });

  it('of the flows are as few as these, and tell nothing without a token', async () => {
    const flows = ours.filter(({ app }) => app === 'httpNode');
    const told: Record<string, number> = {};
    for (const route of flows) told[`${route.method} ${route.path}`] = await asked(route);
    assert.deepEqual({ ...told, 'get /swat/ready': 503 }, FLOW_ROUTES);
    assert.deepEqual(Object.keys((await (await fetch(`${nodeRed.url}/swat/ready`)).json()) as object), ['ready']);
  });

  it('of the API want a key, and so does its stream', async () => {
    const open: string[] = [];
    for (const { method, path, scope } of OPERATIONS as readonly Operation[]) {
      const status = await asked({ app: 'httpNode', method, path: API_PATH + path.replaceAll(/\{\w+\}/g, 'x') });
      if (scope === undefined) open.push(path);
      else assert.equal(status, 401, path);
    }
    assert.deepEqual(open.sort(), ['/health', '/ready']);
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(`${nodeRed.url.replace('http', 'ws')}${API_PATH}/stream`);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
    });
    assert.equal(status, 401);
  });
});
