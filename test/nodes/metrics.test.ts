import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FAMILIES } from '../../lib/metrics/families';
import type { FlowNode } from '../harness/admin';
import { seriesOf } from '../harness/metrics';
import { freePort, startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

const TOKEN = '0123456789abcdef';
const Z = 'tab';
const TAB: FlowNode = { id: Z, type: 'tab', label: 'metrics' };
const detector = { z: Z, model: 'model', autoTrain: false };
/** From the simulated plant, as fast as it goes, to a channel that nobody answers for. */
const CHAIN: readonly FlowNode[] = [
  TAB,
  { id: 'plant', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'model', type: 'swat-model', name: 'plant', folder: '', reference: true },
  { id: 'source', z: Z, type: 'swat-source', mode: 'simulation', autostart: true, speed: 'times', factor: 100, seed: 7, wires: [['check'], []] }, // prettier-ignore
  { id: 'check', z: Z, type: 'swat-check', plant: 'plant', wires: [['window'], []] },
  { id: 'window', z: Z, type: 'swat-window', name: 'all', plant: 'plant', length: 60, stride: 1, wires: [['ae']] },
  { id: 'ae', type: 'swat-autoencoder', ...detector, wires: [['forest'], []] },
  { id: 'forest', type: 'swat-iforest', ...detector, wires: [['severity'], []] },
  { id: 'severity', z: Z, type: 'swat-severity', wires: [['alert', 'past'], []] },
  { id: 'alert', z: Z, type: 'swat-alert', log: false, wires: [['past'], ['notify'], []] },
  { id: 'past', z: Z, type: 'swat-history', wires: [[], []] },
  { id: 'report', z: Z, type: 'swat-report', alert: 'alert', history: 'past', wires: [[], []] },
  { id: 'notify', z: Z, type: 'swat-notify', kind: 'text', wires: [[], [], []] },
  { id: 'past', z: Z, type: 'swat-history', wires: [[], []] },
  { id: 'reports', z: Z, type: 'swat-report', wires: [[], []] },
];
/** Nothing listens on this port. */
const KAFKA: readonly FlowNode[] = [
  { id: 'broker', type: 'swat-kafka', brokers: '127.0.0.1:1', group: 'g' },
  { id: 'reader', z: Z, type: 'swat-kafka-in', name: 'samples', broker: 'broker', topics: 't', wires: [[], [], []] },
  { id: 'writer', z: Z, type: 'swat-kafka-out', broker: 'broker', topic: 't', wires: [[], [], []] },
];

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function get(url: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
}

describe('metrics, health and readiness of a real Node-RED', function () {
  this.timeout(120_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;
  const scrape = async (): Promise<Map<string, number>> =>
    seriesOf((await get(`${nodeRed.url}/swat/metrics`, TOKEN)).text);
  const ready = async (token?: string): Promise<Answer> => get(`${nodeRed.url}/swat/ready`, token);
  const until = async (what: () => Promise<boolean>, why: () => Promise<string>): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (!(await what())) {
      if (Date.now() > deadline) throw new Error(`${await why()}\n${nodeRed.log()}`);
      await pause(200);
    }
  };

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    const settings = { swat: { metrics: { token: TOKEN } } };
    nodeRed = await startNodeRed({ userDir, flows: [...CHAIN, ...KAFKA], settings });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });

  it('shows metrics to those who have the token, and health to everybody', async () => {
    assert.equal((await get(`${nodeRed.url}/swat/metrics`)).status, 401);
    assert.equal((await get(`${nodeRed.url}/swat/metrics`, 'fedcba9876543210')).status, 401);
    assert.equal((await get(`${nodeRed.url}/swat/metrics`, TOKEN)).status, 200);
    assert.deepEqual(await get(`${nodeRed.url}/swat/health`), { status: 200, text: '{"alive":true}' });
  });

  it('is not ready without its broker, and says why to those who have the token', async () => {
    await until(
      async () =>
        (await ready(TOKEN)).text.includes('"type":"swat-kafka-in","name":"samples","reason":"kafka-unreachable"'),
      async () => (await ready(TOKEN)).text,
    );
    assert.deepEqual(await ready(), { status: 503, text: '{"ready":false}' });
  });

  it('counts what goes through the nodes', async () => {
    const value = async (series: string): Promise<number> => (await scrape()).get(series) ?? 0;
    const scored = 'swat_scores_total{node="ae",type="swat-autoencoder",name="",outcome="normal"}';
    await until(
      async () => (await value(scored)) > 50,
      async () => (await get(`${nodeRed.url}/swat/metrics`, TOKEN)).text,
    );
    const all = await scrape();
    const window = '{node="window",type="swat-window",name="all"}';
    const [samples, windows] = [all.get(`swat_samples_total${window}`)!, all.get(`swat_windows_total${window}`)!];
    assert.equal(samples - windows, 59);
    const verdicts = ['NONE', 'INFO', 'WARNING', 'CRITICAL'].map((level) =>
      all.get(`swat_verdicts_total{node="severity",type="swat-severity",name="",level="${level}"}`)!,
    );
    // Some are on their way from node to node.
    const given = verdicts.reduce((sum, each) => sum + each, 0);
    assert.ok(given <= windows && given > windows - 50, `${given} verdicts of ${windows} windows`);
    assert.equal(all.get(`swat_assets${window}`), 1);
    assert.equal(all.get('swat_verdict_age_seconds_count{node="severity",type="swat-severity",name=""}'), given);
    assert.equal(all.get('swat_detector_ready{node="forest",type="swat-iforest",name=""}'), 1);
    assert.equal(all.get('swat_ready'), 0);
  });

  it('has a series of every metric, but of those that need a broker', async () => {
    const names = new Set([...(await scrape()).keys()].map((series) => series.split('{')[0]));
    const missing = Object.keys(FAMILIES).filter((name) => !names.has(name));
    const exact = ['lanes', 'fenced_total', 'skipped_records_total', 'states_total', 'results_total'];
    assert.deepEqual(missing, ['swat_kafka_lag_records', ...exact.map((end) => `swat_kafka_${end}`)]);
  });

  it('exports everything that the dashboard and the rules of deploy/ name', async () => {
    const { text } = await get(`${nodeRed.url}/swat/metrics`, TOKEN);
    const exported = new Set([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name]))); // prettier-ignore
    // Of Prometheus itself.
    exported.add('up');
    const expressions = (...path: string[]): string[] =>
      [...readFileSync(join(checkout, 'deploy', ...path), 'utf8').matchAll(/"?expr"?: +(.*)$/gm)].map(
        ([, given]) => given,
      );
    const used = [...expressions('grafana', 'dashboards', 'swat.json'), ...expressions('prometheus', 'rules.yml')];
    const named = new Set(
      used.flatMap((expression) => expression.match(/\b(?:swat|process|nodejs)_\w+|\bup\b/g) ?? []),
    );
    assert.ok(named.size > 30, `${named.size} metrics found in deploy/`);
    assert.deepEqual([...named].filter((name) => !exported.has(name)), []); // prettier-ignore
  });

  it('is ready without Kafka, and has nothing left of nodes that are gone', async () => {
    await nodeRed.admin.deploy(CHAIN);
    await until(
      async () => (await ready()).status === 200,
      async () => (await ready(TOKEN)).text,
    );
    const left = [...(await scrape()).keys()].filter((series) => /node="(reader|writer)"/.test(series));
    assert.deepEqual(left, []);
    assert.equal((await scrape()).get('swat_ready'), 1);
  });

  it('counts errors, and is not ready with a node that cannot work', async () => {
    const wrong = CHAIN.map((node) => (node.id === 'window' ? { ...node, length: 'long' } : node));
    await nodeRed.admin.deploy(wrong);
    const errors = 'swat_node_errors_total{node="window",type="swat-window",name="all"}';
    await until(
      async () => ((await scrape()).get(errors) ?? 0) > 1,
      async () => (await get(`${nodeRed.url}/swat/metrics`, TOKEN)).text,
    );
    assert.match(
      (await ready(TOKEN)).text,
      /"id":"window","type":"swat-window","name":"all","reason":"setting-number"/,
    );
  });
});

describe('docs/metrics.md', () => {
  it('has every metric with its label and its meaning', () => {
    const page = readFileSync(join(checkout, 'docs', 'metrics.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const [name, form] of Object.entries(FAMILIES) as [string, { help: string; by?: string }][]) {
      const by = form.by === undefined ? '' : `\`${form.by}\` `;
      assert.ok(page.includes(`| \`${name}\` | ${by}| ${form.help} |`), name);
    }
  });
});

describe('metrics that are not switched on', function () {
  this.timeout(120_000);

  it('are not served, and settings that are wrong do not switch them on', async () => {
    for (const settings of [{}, { swat: { metrics: { token: 'short' } } }]) {
      const userDir = createUserDir();
      linkModule(userDir);
      const nodeRed = await startNodeRed({ userDir, flows: [TAB], settings });
      try {
        for (const path of ['metrics', 'health', 'ready'])
          assert.equal((await get(`${nodeRed.url}/swat/${path}`)).status, 404);
        assert.equal(nodeRed.log().includes('The token for metrics is too short'), 'swat' in settings);
      } finally {
        await nodeRed.stop();
        removeUserDir(userDir);
      }
    }
  });
});

describe('deploy/settings.headless.cjs', function () {
  this.timeout(120_000);

  it('runs a flow that cannot be written to, without an editor', async () => {
    const userDir = createUserDir();
    linkModule(userDir);
    const flow = join(userDir, 'flow');
    mkdirSync(flow);
    cpSync(join(checkout, 'examples', '01-quick-start.json'), join(flow, 'flow.json'));
    chmodSync(flow, 0o555);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = join(checkout, 'node_modules', 'node-red', 'red.js');
    const settings = join(checkout, 'deploy', 'settings.headless.cjs');
    const env = {
      ...process.env,
      SWAT_FLOW: join(flow, 'flow.json'),
      SWAT_HTTP_PORT: String(port),
      SWAT_METRICS_TOKEN: TOKEN,
    };
    const child = spawn(process.execPath, [program, '--settings', settings, '--userDir', userDir], { env });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const health = (args: string[]): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, [join(checkout, 'deploy', 'health.cjs'), ...args], { env }).once('close', resolve);
      });
    try {
      assert.equal(await health([]), 1);
      const deadline = Date.now() + 60_000;
      while ((await get(`${url}/swat/ready`).catch(() => undefined))?.status !== 200) {
        if (Date.now() > deadline || child.exitCode !== null) throw new Error(log);
        await pause(200);
      }
      assert.equal(await health([]), 0);
      assert.equal(await health(['--ready']), 0);
      assert.equal((await get(`${url}/swat/metrics`)).status, 401);
      for (const path of ['/', '/flows', '/settings', '/red/red.js', '/auth/login'])
        assert.equal((await get(url + path)).status, 404, path);
      assert.ok(!log.includes('[error]'), log);
      assert.deepEqual(readdirSync(flow), ['flow.json']);
    } finally {
      child.kill('SIGTERM');
      const outcome = await Promise.race([ended, pause(20_000, 'late' as const, { ref: false })]);
      if (outcome === 'late') child.kill('SIGKILL');
      chmodSync(flow, 0o755);
      removeUserDir(userDir);
      assert.notEqual(outcome, 'late', log);
    }
  });
});
