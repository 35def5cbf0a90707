import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUserDir, checkout, linkModule, removeUserDir } from '../harness/user-dir';
import { startNodeRed } from '../harness/node-red';
import type { FlowNode } from '../harness/admin';

const FLOW: readonly FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'plant' },
  { id: 'dictionary', type: 'swat-plant', name: '', source: 'swat' },
  { id: 'broker', type: 'swat-kafka', name: '', brokers: '' },
  { id: 'reader', z: 'tab', type: 'swat-kafka-in', name: 'North', broker: 'broker', x: 1, y: 1, wires: [[], [], []] },
  { id: 'win', z: 'tab', type: 'swat-window', plant: 'dictionary', length: 60, x: 1, y: 2, wires: [['out'], [], []] },
  {
    id: 'go',
    z: 'tab',
    type: 'inject',
    props: [{ p: 'swat', v: '{"command":"stats","asset":"a"}', vt: 'json' }],
    x: 1,
    y: 3,
    wires: [['win']],
  },
  { id: 'out', z: 'tab', type: 'debug', console: true, complete: 'payload', x: 1, y: 4, wires: [] },
];

describe('a settings file of a headless Node-RED', function () {
  this.timeout(90_000);
  const userDir = createUserDir();
  const file = join(userDir, 'swat.yaml');
  before(() => linkModule(userDir));
  after(() => removeUserDir(userDir));

  it('stands before the dialogs, behind the environment, and tells what is of no node', async () => {
    writeFileSync(join(userDir, 'secret'), 'hidden-word\n');
    writeFileSync(
      file,
      [
        'kafka:',
        '  brokers: 127.0.0.1:1',
        '  group: of-the-file',
        '  sasl: plain',
        '  user: swat',
        '  password: {file: ' + join(userDir, 'secret') + '}',
        'metrics: {on: true}',
        'nodes:',
        '  North: {topics: north-data}',
        '  South: {topics: south-data}',
        '  swat-window: {stride: 3}',
      ].join('\n'),
    );
    const nodeRed = await startNodeRed({ userDir, flows: FLOW, settings: { swat: { config: file } } });
    try {
      await nodeRed.waitForLog(/No Kafka broker answers at 127\.0\.0\.1:1\./);
      await nodeRed.waitForLog(/swat\.yaml, line 10: no node has the name, type or id "South"/);
      assert.doesNotMatch(nodeRed.log(), /hidden-word/);
      assert.equal((await fetch(`${nodeRed.url}/swat/health`)).status, 200);
    } finally {
      await nodeRed.stop();
    }
    const env = { SWAT_CONFIG: file, SWAT_KAFKA_BROKERS: '127.0.0.1:2' };
    const again = await startNodeRed({ userDir, flows: FLOW, env });
    try {
      await again.waitForLog(/No Kafka broker answers at 127\.0\.0\.1:2\./);
    } finally {
      await again.stop();
    }
  });

  it('lets no node run by a file that is wrong: each says where, and refuses its messages', async () => {
    writeFileSync(file, 'nodes:\n  swat-window:\n    lenght: 30\n');
    const nodeRed = await startNodeRed({
      userDir,
      flows: FLOW,
      settings: { swat: { metrics: true } },
      env: { SWAT_CONFIG: file },
    });
    try {
      const wrong =
        /\[error\] .*swat\.yaml, line 3: there is no setting "swat-window\.lenght"\. There are: asset,.*length/g;
      await nodeRed.waitForLog(/Started flows/);
      const told = (): number => (nodeRed.log().match(wrong) ?? []).length;
      assert.equal(told(), 1, 'once for all nodes');
      await nodeRed.admin.inject('go');
      for (let turn = 0; turn < 100 && told() < 2; turn += 1) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(told(), 2, nodeRed.log());
      // Whoever watches over the process sees why, and does not end it for that.
      const [health, ready] = await Promise.all(
        ['health', 'ready'].map((each) => fetch(`${nodeRed.url}/swat/${each}`)),
      );
      assert.deepEqual([health.status, ready.status], [200, 503]);
      const { settings, waiting } = (await ready.json()) as {
        settings: string;
        waiting: { type: string; reason: string }[];
      };
      assert.match(settings, /swat\.yaml, line 3: there is no setting/);
      assert.deepEqual(waiting.find(({ type }) => type === 'settings-file')?.reason, 'config-key');
      const scraped = await (await fetch(`${nodeRed.url}/swat/metrics`)).text();
      assert.match(scraped, /^swat_not_ready\{[^}]*type="settings-file"[^}]*reason="config-key"\} 1$/m);
    } finally {
      await nodeRed.stop();
    }
    const missing = await startNodeRed({ userDir, flows: FLOW, env: { SWAT_CONFIG: join(userDir, 'none.yaml') } });
    try {
      await missing.waitForLog(/The settings file .*none\.yaml cannot be read \(ENOENT\)/);
    } finally {
      await missing.stop();
    }
  });

  it('is checked before it is used: npx swat config check', () => {
    const check = (text: string, ...more: string[]): { status: number | null; out: string; err: string } => {
      writeFileSync(file, text);
      const swat = join(checkout, 'dist', 'lib', 'cli', 'swat.js');
      const env = { ...process.env, SWAT_KAFKA_GROUP: 'x' };
      const ended = spawnSync(process.execPath, [swat, 'config', 'check', file, ...more], { encoding: 'utf8', env });
      return { status: ended.status, out: ended.stdout, err: ended.stderr };
    };
    const flows = join(userDir, 'flow.json');
    writeFileSync(flows, JSON.stringify(FLOW));
    const well = check('kafka: {group: g, password: p4ss, user: {env: NOT_THERE}}\nnodes:\n  North: {topics: a}\n  South: {topics: b}\n', '--flows', flows); // prettier-ignore
    assert.equal(well.status, 1);
    assert.match(well.out, /SWAT_KAFKA_GROUP = "g", but the environment has this variable/);
    assert.match(well.out, /line 3: swat-kafka-in North \(by "North"\)\n {4}topics: "a"/);
    assert.match(well.out, /line 4: "South" is the type, name or id of no node of this flow/);
    assert.match(well.err, /line 1: SWAT_KAFKA_USER is to be taken from NOT_THERE/);
    assert.doesNotMatch(well.out + well.err, /p4ss/);
    const wrong = check('kafka: {}\nnodes:\n  North: {length: 3}\n', '--flows', flows);
    assert.deepEqual([wrong.status, wrong.err.includes('line 3: there is no setting "North.length". There are: broker,')], [1, true]); // prettier-ignore
    const refused = check('kafka:\n  brokers: kafka 1\n  sasl: scram\n  user: {env: NOT_THERE}\n  tls: true\n  ca: /nope/ca.pem\nmetrics:\n  token: short-token\n'); // prettier-ignore
    assert.equal(refused.status, 1);
    for (const told of [
      /line 2: .*kafka 1/,
      /line 3: .*"sasl".*must be one of/,
      /line 6: .*\/nope\/ca\.pem/,
      /line 8: .*16/,
    ])
      assert.match(refused.err, told);
    assert.doesNotMatch(refused.out + refused.err, /short-token/);
    const nodes = check('nodes:\n  swat-kafka:\n    brokers: kafka 1\n  swat-window:\n    by: hours\n    stride: 0\n');
    assert.equal(nodes.status, 1);
    for (const told of [
      /line 3: .*kafka 1/,
      /line 5: swat-window\.by is "hours"; it must be one of: samples, time/,
      /line 6: .*stride is 0; it must be a number from 1 to 10000/,
    ])
      assert.match(nodes.err, told);
    assert.match(check('kafka: {}', '--flows', join(userDir, 'nope.json')).err, /There is no file .*nope\.json\./);
    assert.match(check('kafka: {}', '--flows', file).err, /swat\.yaml is no flow file/);
    assert.deepEqual([check('kafka: {group: g}\n').status, check('kafka: {groups: g}\n').status], [0, 1]);
  });

  it('reaches every node of ours', () => {
    const described = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
      'node-red': { nodes: object };
    };
    const names = Object.keys(described['node-red'].nodes);
    assert.ok(names.length > 10);
    for (const name of names)
      assert.match(readFileSync(join(checkout, 'nodes', `${name}.ts`), 'utf8'), /\bregisterNode\(/, name);
  });
});
