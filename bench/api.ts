import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ALL_KEY, API_KEYS, API_PATH, apiFlow } from '../test/harness/api-flow';
import type { FlowNode } from '../test/harness/admin';
import { startNodeRed } from '../test/harness/node-red';
import { createUserDir, linkModule, removeUserDir } from '../test/harness/user-dir';
import { median, type Bench, type Figure } from './harness';
import { quantile } from './quantile';
import { firstCore } from './subject';

const RATE = 1000;
/** Live samples a second beside the predictions. */
const LIVE = 10;
const CONNECTIONS = 32;
const PATIENCE_MS = 60_000;
/** A tick of the clock in /proc. */
const TICK_MS = 10;

interface Round {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly perSecond: number;
  readonly cpuMs: number;
}

/** As a worker runs (see docs/headless.md), and with the editor, whose files and routes each request then passes first. */
const VARIANTS = [
  { name: 'predict', settings: { disableEditor: true } },
  { name: 'predict, with the editor', settings: {} },
] as const;

/** How long a prediction on the next frame of an asset takes at 1,000 requests a second. */
export const apiBench: Bench = {
  name: 'api',
  async run(short) {
    const figures: Figure[] = [];
    for (const { name, settings } of VARIANTS) {
      const rounds = await served(settings, short);
      const figure = (what: string, of: (round: Round) => number): Figure =>
        median(`${name}, ${what}`, 'ms', rounds.map(of));
      figures.push(
        figure('p50', ({ p50 }) => p50),
        figure('p99', ({ p99 }) => p99),
        { name: `${name}, longest`, value: Math.max(...rounds.map(({ max }) => max)), unit: 'ms' },
        figure('CPU time a request', ({ cpuMs }) => cpuMs),
        median(
          `${name}, answered`,
          'a second',
          rounds.map(({ perSecond }) => perSecond),
        ),
      );
    }
    return {
      how:
        `POST …/assets/{asset}/predict with the newest frame of the simulated plant (51 tags), due one every ${1000 / RATE} ms by a steady clock, over ` +
        `${CONNECTIONS} connections on the loopback from another process, into a real Node-RED on one core, with disableEditor and with the editor, that judges ` +
        `${LIVE} live samples a second beside; a copy of a window of 60 samples, PCA and autoencoder. From the instant a request was due ` +
        '(so that waiting behind others counts) until its answer was read whole. CPU time is that of the whole Node-RED.',
      figures,
    };
  },
};

async function served(settings: Readonly<Record<string, unknown>>, short: boolean): Promise<Round[]> {
  const userDir = createUserDir();
  linkModule(userDir);
  const nodeRed = await startNodeRed({
    userDir,
    flows: benchFlow(),
    settings,
    env: { SWAT_API_KEYS: API_KEYS },
    ...firstCore([]),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    const base = `${nodeRed.url}${API_PATH}`;
    await filled(base);
    let body = '';
    const ask = (): Promise<void> => predict(agent, `${base}/assets/SWaT/predict`, body);
    const next = async (seconds: number): Promise<Round> => {
      const frame: unknown = await (await fetch(`${nodeRed.url}/newest`)).json();
      body = JSON.stringify({ frame });
      return round(ask, seconds, nodeRed.pid);
    };
    await next(short ? 1 : 10);
    const rounds: Round[] = [];
    for (let turn = 0; turn < (short ? 1 : 7); turn += 1) rounds.push(await next(short ? 2 : 10));
    return rounds;
  } finally {
    agent.destroy();
    await nodeRed.stop();
    removeUserDir(userDir);
  }
}

/** CPU time of a process so far, ms; 0 where the system does not tell. */
function cpuMs(pid: number): number {
  try {
    const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) * TICK_MS;
  } catch {
    return 0;
  }
}

/** Asks at the pace for so long; none may fail. */
async function round(ask: () => Promise<void>, seconds: number, pid: number): Promise<Round> {
  const took: number[] = [];
  const spent = cpuMs(pid);
  const wanted = RATE * seconds;
  const begin = performance.now();
  const pending: Promise<void>[] = [];
  for (let sent = 0; sent < wanted;) {
    const due = Math.min(wanted, Math.floor(((performance.now() - begin) * RATE) / 1000) + 1);
    for (; sent < due; sent += 1) {
      const at = begin + (sent * 1000) / RATE;
      pending.push(ask().then(() => void took.push(performance.now() - at)));
    }
    await pause(1);
  }
  await Promise.all(pending);
  const perSecond = wanted / ((performance.now() - begin) / 1000);
  took.sort((a, b) => a - b);
  return {
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    max: took[took.length - 1],
    perSecond,
    cpuMs: (cpuMs(pid) - spent) / wanted,
  };
}

function predict(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'X-API-Key': ALL_KEY,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    const asked = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        if (response.statusCode === 200 && text.includes('"verdicts":[{')) resolve();
        else reject(new Error(`${response.statusCode ?? ''} ${text.slice(0, 200)}`));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** The flow of the tests at the pace of the bench, and a page that shows the newest frame of the plant. */
function benchFlow(): FlowNode[] {
  const at = { z: 'flow-1', x: 100, y: 100 };
  const more: FlowNode[] = [
    { ...at, id: 'keep', type: 'function', func: "flow.set('newest', msg.payload);", outputs: 0, wires: [] },
    { ...at, id: 'asked', type: 'http in', url: '/newest', method: 'get', wires: [['take']] },
    { ...at, id: 'take', type: 'function', func: "msg.payload = flow.get('newest'); return msg;", outputs: 1, wires: [['told']] }, // prettier-ignore
    { ...at, id: 'told', type: 'http response', statusCode: '', headers: {}, wires: [] },
  ];
  return apiFlow({ perMinute: 0 }, more).map((node) =>
    node.type === 'swat-source' ? { ...node, factor: LIVE, wires: [['window-1', 'keep'], [], []] } : node,
  );
}

async function filled(base: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${base}/assets`, { headers: { 'X-API-Key': ALL_KEY } });
    const { items } = (await answer.json()) as { items?: { verdict?: object }[] };
    if (items?.[0]?.verdict !== undefined) return;
    if (Date.now() > deadline) throw new Error('no verdict within a minute');
    await pause(200);
  }
}
