import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore } from '../../lib/model/store';
import { disk } from '../../lib/platform/files';
import { seeded } from '../../lib/kernels/random';
import { API_KEYS, API_PATH, READ_KEY } from '../harness/api-flow';
import { eventually } from '../harness/eventually';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { probed, type Probed } from '../harness/resources';
import { addRouteTeller, paletteRoutes, PASSWORD_HASH, tokenOf } from '../harness/routes';
import { checkout, linkModule, removeUserDir } from '../harness/user-dir';
import { chainFlow } from './flow';
import { faultsIn } from './node-red-log';
import { letsIn, openPages } from './open-pages';
import { hostileRequest, type Asked, type Target } from './requests';
import { FUZZ, noteResult, reached } from './shared';
import { targetsOf, type ApiDocument } from './targets';
import { exchanged, type Got } from './wire';

/** Requests at once. */
const AT_ONCE = 6;
/** Requests between two looks at whether it lives. */
const PIECE = 300;
/** Heap that may be there after as many requests again. */
const GROWTH = 16 * 2 ** 20;
/** Statuses of ours at or above 500, and where they may come from. */
const FORESEEN = new Set([503, 507]);
const MOST_FAILURES = 10;

describe('a Node-RED that is asked over HTTP what nobody asks', () => {
  let around: string;
  let userDir: string;
  let outside: string;
  let nodeRed: RunningNodeRed;
  let probe: Probed;
  let targets: Target[];

  before(async function () {
    this.timeout(120_000);
    around = mkdtempSync(join(tmpdir(), 'swat-fuzz-'));
    [userDir, outside] = [join(around, 'user'), join(around, 'outside')];
    for (const folder of [userDir, outside]) mkdirSync(folder);
    writeFileSync(join(userDir, 'package.json'), JSON.stringify({ name: 'node-red-project', private: true }));
    linkModule(userDir);
    addRouteTeller(userDir);
    probe = await probed();
    const users = [
      { username: 'admin', password: PASSWORD_HASH, permissions: '*' },
      { username: 'reader', password: PASSWORD_HASH, permissions: 'read' },
    ];
    nodeRed = await startNodeRed({
      userDir,
      flows: chainFlow(),
      ...probe.options,
      env: { ...probe.options.env, SWAT_API_KEYS: API_KEYS },
      settings: {
        adminAuth: { type: 'credentials', users },
        swat: { metrics: { token: 'a token of the test, long enough' } },
      },
    });
    await eventually(hasVerdict, () => `no verdict:\n${nodeRed.log()}`);
    const store = createStore({ files: disk, folder: join(around, 'none'), reference: join(checkout, 'models'), product: '1' }); // prettier-ignore
    const { version } = await store.load('pca');
    const document = JSON.parse(await nodeRed.admin.text(`${API_PATH}/openapi.json`)) as ApiDocument;
    const routes = await paletteRoutes(nodeRed);
    assert.ok(routes.length >= 30 && Object.keys(document.paths).length >= 10);
    targets = targetsOf({
      ...{ routes, document, flows: chainFlow(), version, outside },
      bundle: Buffer.from(await store.exportVersion('pca', version)),
      tokens: { admin: await tokenOf(nodeRed, 'admin', '*'), reader: await tokenOf(nodeRed, 'reader', 'read') },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await nodeRed.stop();
    removeUserDir(userDir);
    rmSync(around, { recursive: true, force: true });
  });

  const hasVerdict = async (): Promise<boolean> => {
    const text = await nodeRed.admin.text(`${API_PATH}/assets`, { 'X-API-Key': READ_KEY });
    return (JSON.parse(text) as { items: { verdict?: { finding?: string } }[] }).items.some(({ verdict }) => verdict?.finding === 'normal'); // prettier-ignore
  };
  const ask = async (asked: Asked, port: number, open: readonly Got[]): Promise<string | undefined> => {
    try {
      return wrongWith(asked, await exchanged(port, asked), open);
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause);
    }
  };

  it(`answers ${FUZZ.requests} requests, refuses what it cannot use with a reason, and goes on`, async function () {
    this.timeout(FUZZ.patience);
    const port = Number(new URL(nodeRed.url).port);
    const open = await openPages(port);
    const besides = besidesOf(userDir);
    const failures: string[] = [];
    const begun = Date.now();
    let settled: number | undefined;
    let sent = 0;
    for (
      let from = 0;
      from < FUZZ.requests && failures.length < MOST_FAILURES && Date.now() - begun < FUZZ.budget;
      from += PIECE
    ) {
      const indices = Array.from({ length: Math.min(PIECE, FUZZ.requests - from) }, (_, at) => from + at);
      const next = indices.values();
      const one = async (): Promise<void> => {
        for (const index of next) {
          const asked = hostileRequest(seeded(FUZZ.seed * 1_000_003 + index), targets);
          const wrong = await ask(asked, port, open);
          sent += 1;
          if (wrong !== undefined) failures.push(`request ${index}: ${wrong}\n${asked.bytes.toString('latin1').slice(0, 600)}`); // prettier-ignore
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      const faults = faultsIn(nodeRed.log());
      if (faults.length > 0) failures.push(`after ${from + PIECE} requests in the log: ${faults.join('\n')}`);
      if (from >= FUZZ.requests / 3) settled ??= (await probe.resources()).heapBytes;
    }
    const seconds = (Date.now() - begun) / 1000;
    assert.deepEqual(failures, []);
    reached('requests', sent, FUZZ.requests);
    const { heapBytes } = await probe.resources();
    const grown = heapBytes - (settled ?? heapBytes);
    assert.ok(grown < GROWTH, `the heap has grown by ${grown} bytes`);
    assert.deepEqual(readdirSync(outside), [], 'something was written to a folder that is none of ours');
    assert.deepEqual(readdirSync(around).sort(), ['outside', 'user']);
    assert.deepEqual(besidesOf(userDir), besides);
    assert.ok(existsSync(join(userDir, 'swat')));
    await eventually(hasVerdict, 'no verdict after the fuzzing');
    noteResult('requests', { seed: FUZZ.seed, targets: targets.length, sent, seconds, heapGrownBytes: grown });
  });
});

/** What stands in a user directory beside what is ours. */
function besidesOf(userDir: string): string[] {
  return readdirSync(userDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(swat|node_modules)\b|^\.(sessions|config)/.test(name))
    .sort();
}

/** What is wrong with an answer; `undefined` for nothing. */
function wrongWith(asked: Asked, got: Got, open: readonly Got[]): string | undefined {
  const { target, isBroken, breaksOff, method, path } = asked;
  const { status, headers, body } = got;
  const shown = `${status} ${headers['content-type']} ${body.slice(0, 300)}`;
  if (status === undefined) return breaksOff || isBroken ? undefined : 'no answer';
  if (status >= 500 && !FORESEEN.has(status)) return `answered with ${shown}`;
  const isJson = (headers['content-type'] ?? '').includes('json');
  if (/\n\s+at .+:\d+:\d+/.test(body) && !body.includes('Failed to decode param')) return `shows the inside: ${shown}`;
  if (letsIn(asked, got, open)) return `let somebody in: ${shown}`;
  if (isBroken || status < 400) return undefined;
  if (target.kind === 'api' && (path === API_PATH || path.startsWith(`${API_PATH}/`))) {
    if (headers['content-type'] !== 'application/problem+json') {
      // `ready` says 503 with what it says otherwise.
      return status === 503 && isJson && 'ready' in parsed(body) ? undefined : `no problem of the API: ${shown}`;
    }
    if (method === 'HEAD' || breaksOff) return undefined;
    const problem = parsed(body);
    const isNamed =
      typeof problem.code === 'string' && typeof problem.detail === 'string' && problem.detail.length > 10;
    return isNamed && problem.status === status && problem.code !== 'unexpected'
      ? undefined
      : `names no cause: ${shown}`;
  }
  if (!isJson || method === 'HEAD' || breaksOff) return undefined;
  const { error, message, code, ready } = parsed(body);
  if (status === 503 && ready === false) return undefined;
  return [error, message, code].some((each) => typeof each === 'string' && each !== '') ? undefined : `names no cause: ${shown}`; // prettier-ignore
}

function parsed(body: string): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}
