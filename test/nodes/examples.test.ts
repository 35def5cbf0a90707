import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

/** Left and right edge of a node in the editor, roughly: 7 px a letter of its name, room for icon, ports and buttons. */
function edges({ type, name, x, l: labelled }: FlowNode): [left: number, right: number] {
  const named = typeof name === 'string' ? name.length : 0;
  const half = type.startsWith('link') && labelled !== true ? 15 : ((named || 10) * 7.2 + 55) / 2;
  return [Number(x) - half - (type === 'inject' ? 25 : 0), Number(x) + half + (type === 'debug' ? 25 : 0)];
}

describe('every example', () => {
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
  /** Waits for a line of a debug node. */
  const said = (debug: string, pattern: string, patience = 60_000): Promise<unknown> =>
    nodeRed.waitForLog(new RegExp(`\\[debug:${debug}\\][^[]*${pattern}`), patience);

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
