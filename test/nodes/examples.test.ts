import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { simulate } from '../../lib/cli/simulate';
import { eventually } from '../harness/eventually';
import type { FlowNode } from '../harness/admin';
import { startNodeRed, type RunningNodeRed } from '../harness/node-red';
import { checkout, createUserDir, linkModule, removeUserDir } from '../harness/user-dir';

/** Width of the workspace in a window of 1400 px, between the palette and the sidebar. */
const WIDTH = 897;
const folder = join(checkout, 'examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): FlowNode[] => JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[];

/** Which file runs an example in a real Node-RED. */
const RUN_BY: Readonly<Record<string, string>> = {
  '01-quick-start': 'test/browser/quick-start.browser.ts',
  '02-dashboard': 'test/browser/dashboard.browser.ts',
  '03-train-on-your-own-data': 'test/nodes/examples.test.ts',
  '04-replay-a-historian-csv': 'test/nodes/examples.test.ts',
  '05-attack-drill': 'test/nodes/drill-example.test.ts',
  '06-many-assets': 'test/nodes/examples.test.ts',
  '07-readings-by-time': 'test/nodes/examples.test.ts',
  '08-pca': 'test/nodes/examples.test.ts',
  '09-checks': 'test/nodes/checks-example.test.ts',
  '10-operating-modes': 'test/nodes/modes-example.test.ts',
  '11-train-from-csv': 'test/nodes/examples.test.ts',
  '12-shadow-mode': 'test/nodes/examples.test.ts',
  '13-candidate-every-night': 'test/nodes/examples.test.ts',
  '14-e-mail': 'test/nodes/delivery-examples.test.ts',
  '15-sms': 'test/nodes/delivery-examples.test.ts',
  '16-slack-and-teams': 'test/nodes/delivery-examples.test.ts',
  '17-signed-webhook': 'test/nodes/delivery-examples.test.ts',
  '18-mqtt': 'test/nodes/delivery-examples.test.ts',
  '19-dashboard-and-console': 'test/nodes/delivery-examples.test.ts',
  '21-kafka': 'test/kafka/example.test.ts',
  '22-modbus': 'test/field/modbus.test.ts',
  '23-modbus-tcp': 'test/field/modbus.test.ts',
  '24-opc-ua': 'test/field/opcua.test.ts',
  '25-mqtt': 'test/field/mqtt.test.ts',
  '26-kafka-workers': 'test/kafka/workers.ts',
  '27-heartbeat': 'test/nodes/heartbeat-example.test.ts',
  '28-history': 'test/nodes/examples.test.ts',
  '29-dashboard': 'test/browser/dashboard-live.browser.ts',
  '30-dashboard-2': 'test/browser/operator-pages.browser.ts',
  '32-api': 'test/nodes/examples.test.ts',
  '33-report': 'test/nodes/examples.test.ts',
};

/** Left and right edge of a node in the editor, roughly: 7 px a letter of its name, room for icon, ports and buttons. */
function edges({ type, name, x, l: labelled }: FlowNode): [left: number, right: number] {
  const named = typeof name === 'string' ? name.length : 0;
  const half = type.startsWith('link') && labelled !== true ? 15 : ((named || 10) * 7.2 + 55) / 2;
  return [Number(x) - half - (type === 'inject' ? 25 : 0), Number(x) + half + (type === 'debug' ? 25 : 0)];
}

describe('every example', () => {
  it('is run by a test', () => {
    assert.deepEqual(Object.keys(RUN_BY).map((name) => `${name}.json`), files); // prettier-ignore
    for (const [name, file] of Object.entries(RUN_BY)) {
      // Beside its own line in the list above.
      const text = readFileSync(join(checkout, file), 'utf8').replace(`'${name}': '${file}'`, '');
      assert.ok(text.includes(`'${name}'`) || text.includes(`'${name}.json'`), `${file} does not run ${name}`);
    }
  });

  for (const file of files) {
    const flow = read(file);
    const placed = flow.filter(({ x }) => typeof x === 'number');

    it(`${file} opens with a comment that says what it shows and how to try it`, () => {
      const [first] = [...placed].sort((a, b) => Number(a.y) - Number(b.y));
      assert.equal(first.type, 'comment');
      assert.ok(String(first.info).length > 200);
    });

    it(`${file} wires and links only to nodes that are there, and no node lies on another`, () => {
      const ids = new Set(flow.map(({ id }) => id));
      assert.equal(ids.size, flow.length);
      for (const { wires = [], links = [] } of flow as (FlowNode & { wires?: string[][]; links?: string[] })[])
        for (const target of [...wires.flat(), ...links]) assert.ok(ids.has(target), target);
      placed.forEach((one, index) => {
        const [left, right] = edges(one);
        assert.ok(left >= 0 && right <= WIDTH, `${String(one.name)} is cut off`);
        for (const other of placed.slice(index + 1)) {
          const [otherLeft, otherRight] = edges(other);
          const apart = Math.abs(Number(one.y) - Number(other.y)) >= 30 || right < otherLeft || otherRight < left;
          assert.ok(apart, `${String(one.name)} lies on ${String(other.name)}`);
        }
      });
    });
  }
});

/** The flow with its debug nodes printing, and changes of some nodes by name. */
function printing(file: string, changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {}): FlowNode[] {
  return read(file).map((node) => ({
    ...node,
    ...(node.type === 'debug' ? { console: true } : {}),
    ...changes[String(node.name)],
  }));
}

/** A button that collects 600 windows instead of 2000, and trains on them. */
const fewer = (more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const command = { command: 'collect', windows: 600, train: true, ...more };
  return { props: [{ p: 'swat', v: JSON.stringify(command), vt: 'json' }] };
};

describe('the examples in a real Node-RED', function () {
  this.timeout(300_000);
  let userDir: string;
  let nodeRed: RunningNodeRed;
  let press: (name: string) => Promise<void>;
  /** Waits for a line of a debug node of this flow. */
  const said = (debug: string, pattern: string, patience = 60_000): Promise<RegExpExecArray> =>
    nodeRed.waitForLog(
      new RegExp(`Started flows(?![^]*Started flows)[^]*\\[debug:${debug}\\][^[]*${pattern}`),
      patience,
    );

  /** Waits until the log has so many matches. */
  const times = async (pattern: RegExp, wanted: number): Promise<void> => {
    await eventually(
      () => [...nodeRed.log().matchAll(pattern)].length >= wanted,
      () => `not ${wanted} times ${String(pattern)}:\n${nodeRed.log()}`,
      90_000,
    );
  };

  before(async () => {
    userDir = createUserDir();
    linkModule(userDir);
    nodeRed = await startNodeRed({ userDir });
  });
  after(async () => {
    await nodeRed.stop();
    removeUserDir(userDir);
  });
  const run = async (flow: FlowNode[]): Promise<void> => {
    await nodeRed.admin.deploy(flow);
    press = async (name) => {
      const button = flow.find((node) => node.type === 'inject' && node.name === name);
      assert.ok(button, name);
      await nodeRed.admin.inject(button.id);
    };
  };

  it('03: collects, trains, puts in force, lists and refuses by its buttons', async () => {
    // As fast as the flow takes it, and fewer windows: a minute would be long here.
    const collect = { props: [{ p: 'swat', v: '{"command":"collect","windows":800,"train":false}', vt: 'json' }] };
    const less = '{"command":"collect","windows":800,"train":false,"leaveOut":false}';
    const afresh = { props: [{ p: 'swat', v: less, vt: 'json' }] };
    const train = { props: [{ p: 'swat', v: '{"command":"train","hidden":"48,24"}', vt: 'json' }] };
    await run(
      printing('03-train-on-your-own-data.json', {
        'simulated plant': { speed: 'max' },
        '1 Collect': collect,
        '1b Collect afresh': afresh,
        '2 Train': train,
      }),
    );
    await press('1 Collect');
    await times(/800 of 800 windows collected\. Press 2 Train\./g, 2);
    await press('2 Train');
    await said('learning', 'autoencoder: trained, version \\S+, fit \\w+, active', 60_000);
    await said('learning', 'isolation forest: trained, version \\S+, active');
    await times(/is in force\. The scores begin\./g, 2);
    await press('3 Versions');
    await times(/: versions \S+ \(active\)/g, 2);
    await press('Roll back');
    await said('errors', 'no earlier version of the autoencoder');
    await press('1b Collect afresh');
    await times(/: collecting 800 windows of normal operation has begun\./g, 4);
    await times(/800 of 800 windows collected\. Press 2 Train\./g, 4);
    await press('2 Train');
    await times(/: versions? \S+ is in force/g, 4);
    await press('Stop collecting or training');
    await times(/: there was nothing to stop\./g, 2);
    const learned = nodeRed.log().match(/\[debug:learning\] \S.*/g) ?? [];
    assert.ok(learned.length < 40, 'a line for each step');
    assert.doesNotMatch(nodeRed.log(), /failed:|event: /);
  });

  it('04: finds the file that comes with the package, tells its truth, and finds the attack', async () => {
    await run(printing('04-replay-a-historian-csv.json'));
    await press('Replay');
    await press('As fast as it goes');
    await said('what the file says', '2026-01-01T00:10:00.000Z: attack');
    await said('alarms', 'LIT101');
    await said('events', 'finished');
    assert.match(nodeRed.log(), /frames: 1350,\s+skipped: 0,\s+skippedCells: 0/);
  });

  it('06: raises an alarm for each line that is attacked, and for a line that nobody has set up', async () => {
    const lines = ['A', 'B', 'C', 'D'].map((line) => [`line ${line}`, { factor: 50 }] as const);
    await run(printing('06-many-assets.json', Object.fromEntries(lines)));
    await press('Start line D');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await press('Attack on line A: LIT301 falls');
    await press('Attack on line D: LIT301 falls');
    await said('alarms of line A', 'alarm in line A. P3: LIT301');
    await said('alarms of any other line', 'alarm in line D. P3: LIT301');
    assert.doesNotMatch(nodeRed.log(), /alarm in line [BC]/);
  });

  it('07: makes windows of single readings, gives back a late one, names bad quality and finds the attack', async () => {
    await run(printing('07-readings-by-time.json', { 'simulated plant': { factor: 30 } }));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await press('One reading, a minute late');
    await said('late readings', 'plant/P1/LIT101, read at \\S+: late, by \\d+ s');
    await press('FIT101 no comm: on / off');
    await nodeRed.waitForLog(/no communication with: FIT101/);
    await press('FIT101 no comm: on / off');
    await press('Start attack: LIT301 falls');
    await said('alarms', 'alarm in SWaT. P3: LIT301', 60_000);
    const log = nodeRed.log().slice(nodeRed.log().lastIndexOf('Started flows'));
    assert.equal([...log.matchAll(/\[debug:late readings\]/g)].length, 1, 'what is held back still comes in time');
    assert.doesNotMatch(log, /\[error\]|\[debug:errors\]/);
  });

  it('08: tells the statistics of the PCA, finds the attack and names the tag, without an autoencoder', async () => {
    await run(printing('08-pca.json', { 'simulated plant': { factor: 30 } }));
    await said('PCA', '0\\.\\d+x; SPE [\\d.]+ \\(limit [\\d.]+\\), T2 [\\d.]+ \\(limit [\\d.]+\\)');
    await press('Start attack: LIT101 reads low');
    await said('alarms', 'alarm in SWaT. P1: LIT101', 60_000);
    const log = nodeRed.log().slice(nodeRed.log().lastIndexOf('Started flows'));
    assert.doesNotMatch(log, /\[error\]|\[debug:errors\]/);
  });

  it('12: trains a candidate beside the shipped version, runs it in shadow, and ends that', async () => {
    await run(
      printing('12-shadow-mode.json', { plant: { speed: 'max' }, '1 Train a candidate': fewer({ leaveOut: false }) }),
    );
    await press('1 Train a candidate');
    await said('learning', 'trained version .*Not in force', 180_000);
    await press('2 Run it in shadow');
    await said('learning', 'runs in shadow');
    await press('End the shadow');
    await said('learning', 'no version runs in shadow');
  });

  it('13: trains a candidate that waits until a person puts it in force', async () => {
    await run(printing('13-candidate-every-night.json', { plant: { speed: 'max' }, 'Try it now': fewer({}) }));
    await press('Try it now');
    await nodeRed.waitForLog(/Started flows(?![^]*Started flows)[^]*trained version .*Not in force/, 180_000);
    await press('Put the candidate in force');
    await said('learning', 'version \\S+ is in force');
  });

  it('11: checks a file of the command that it names, trains on it, and puts in force what was trained', async () => {
    const flow = printing('11-train-from-csv.json');
    const model = flow.find(({ type }) => type === 'swat-model')!.id;
    const [, given] = /`npx swat simulate (.+?) --out plant\.csv`/.exec(JSON.stringify(flow)) ?? [];
    const file = join(userDir, 'plant.csv');
    assert.equal(await simulate([...given.split(' '), '--out', file], { result: () => undefined, progress: () => undefined }), 0); // prettier-ignore
    await run(flow);
    // As it is dropped into the dialog.
    const dropped = await fetch(`${nodeRed.url}/swat-model/${model}/data/plant.csv`, { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: readFileSync(file) }); // prettier-ignore
    assert.ok(dropped.ok, await dropped.text());
    await press('3 Put in force');
    await nodeRed.waitForLog(/\[function:newest\] Nothing was trained yet/);
    await press('1 Check plant.csv');
    await said('learning', 'checked 21600 samples: 0 stops, ');
    await press('2 Train on plant.csv');
    const [, version] = await said('learning', 'trained version (\\S+): .+Not in force', 240_000);
    await press('3 Put in force');
    await said('learning', `version ${version} is in force`);
    await press('Versions');
    await said('learning', `versions: ${version} \\(active\\)`);
    await press('Stop');
    await said('learning', 'there was nothing to stop');
    assert.doesNotMatch(nodeRed.log(), /\[debug:errors\][^[]*plant\.csv/);
  });

  it('28: tells how the plant stands, and has the past of whoever was to blame, also after a restart', async () => {
    await run(printing('28-history.json'));
    await said('how it stands', 'SWaT: ');
    await press('How does it stand?');
    await said('answers', "command: 'overview'");
    await press('Start attack: LIT301 falls');
    await said('how it stands', 'SWaT: .*(WARNING|CRITICAL)', 120_000);
    const past = /Started flows(?![^]*Started flows)[^]*command: 'trend'[^]*episodes: \[\s+\{[^]*tag: 'LIT301'/;
    await press('The last hour');
    await nodeRed.waitForLog(past);
    await press('Streams');
    await nodeRed.waitForLog(/command: 'streams'[^]*topic: 'swat\/verdict\/SWaT'[^]*uptime: /);
    await press('Stop attack');
    await nodeRed.stop();
    nodeRed = await startNodeRed({ userDir });
    await press('The last hour');
    await nodeRed.waitForLog(past);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });

  it('32: answers a program that has a key, tells it of the alarm, and lets it acknowledge', async () => {
    const flow = printing('32-api.json');
    await run(flow);
    const made = await fetch(`${nodeRed.url}/swat-api/key`, { method: 'POST' });
    const { id, key, hash } = (await made.json()) as Readonly<Record<string, string>>;
    const scopes = ['read', 'predict', 'alarms', 'models'];
    await run(flow.map((node) => (node.type === 'swat-api' ? { ...node, keys: [{ id, name: 'me', scopes }], credentials: { hashes: JSON.stringify({ [id]: hash }) } } : node))); // prettier-ignore
    const base = `${nodeRed.url}/swat/api/v1`;
    const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(base + path, { headers: { 'X-API-Key': key, 'Content-Type': 'application/json' }, ...post }); // prettier-ignore
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return (await answer.json()) as Record<string, unknown>;
    };
    assert.match(await (await fetch(`${base}/docs`)).text(), /<html/);
    await eventually(async () => JSON.stringify(await ask('/assets')).includes('SWaT'), 'the asset');
    const heard: { type: string; data: Record<string, unknown> }[] = [];
    const socket = new WebSocket(`${base.replace('http', 'ws')}/stream`, { headers: { 'X-API-Key': key } });
    socket.on('message', (text: Buffer) => heard.push(JSON.parse(text.toString()) as (typeof heard)[number]));
    try {
      await press('Attack P302');
      const news = (event: string): Record<string, unknown> | undefined => heard.find(({ type, data }) => type === 'alarm' && data.event === event)?.data; // prettier-ignore
      await eventually(() => news('raised') !== undefined, 'an alarm', 150_000);
      const { items } = (await ask('/alarms')) as { items: { id: string; asset: string }[] };
      assert.deepEqual(items.map(({ id: alarm, asset }) => [alarm, asset]), [[news('raised')?.id, 'SWaT']]); // prettier-ignore
      await ask(`/alarms/${items[0].id}/acknowledge`, {});
      await eventually(() => news('acknowledged') !== undefined, 'the acknowledgement');
      assert.deepEqual([news('acknowledged')?.id, news('acknowledged')?.user], [items[0].id, 'me']);
      const { verdicts } = await ask('/assets/SWaT/predict', { frame: { LIT101: 520, FIT101: 0 } });
      assert.equal((verdicts as unknown[]).length, 1);
      await press('End the attack');
      await eventually(() => news('cleared') !== undefined, 'the end of the alarm', 150_000);
    } finally {
      socket.terminate();
    }
  });

  it('33: makes the report of an alarm that is over by itself, and one of the last hours by its button', async () => {
    await run(printing('33-report.json'));
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    /** Waits until such a report is told of, and looks for its files. */
    const reported = async (kind: string): Promise<void> => {
      const [told] = await said('where it is', `\\S+_${kind}_[^\\n]+`, 150_000);
      const paths = told.match(new RegExp(`/[^,\\s]+_${kind}_[^,\\s]+`, 'g')) ?? [];
      assert.deepEqual([...new Set(paths.map((path) => path.split('.').at(-1)))], ['pdf', 'html', 'csv']);
      for (const path of paths) assert.ok(readFileSync(path).length > 100, path);
      // How the tags to blame went, by the history.
      if (kind === 'incident') assert.match(readFileSync(paths.find((path) => path.endsWith('.html')) ?? '', 'utf8'), /: (last value|its state over time)/); // prettier-ignore
    };
    await press('Attack the tank level');
    await reported('incident');
    await press('Report of the last hours');
    await reported('day');
    assert.doesNotMatch(nodeRed.log(), /\[debug:what went wrong\]/);
  });
});

describe('docs/data', () => {
  it('holds the file that the command beside it makes, byte for byte', async () => {
    const command = /npx swat simulate (.+) --out (\S+)/.exec(
      readFileSync(join(checkout, 'docs', 'data', 'README.md'), 'utf8'),
    );
    assert.ok(command);
    const [, given, file] = command;
    const copy = join(createUserDir(), 'copy.csv');
    try {
      const terminal = { result: () => undefined, progress: () => undefined };
      assert.equal(await simulate([...given.split(' '), '--out', copy], terminal), 0);
      assert.ok(readFileSync(copy).equals(readFileSync(join(checkout, file))));
    } finally {
      rmSync(join(copy, '..'), { recursive: true });
    }
  });
});
