import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeMessage } from 'node-red';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import type { WindowPayload } from '../../lib/stream/window';
import swatCheck from '../../nodes/swat-check';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import { nextStatus, settle } from './window-fixture';

type Any = NodeMessage & { payload: Record<string, unknown> };

const START = 1_700_000_000_000;
const TAGS = [
  { name: 'LIT1', low: 0, high: 1000, unit: 'mm', hh: 900, stuckAfterS: 20 },
  { name: 'FIT1', low: -1, high: 10, unit: 'm3/h' },
  { name: 'P1', kind: 'actuator', states: '1=off|2=on' },
];
/** A number from 0 to 1 that looks random and never repeats. */
const hash = (s: number): number => Math.abs((Math.sin(s * 12.9898) * 43_758.5453) % 1);
const frame = (s: number): Record<string, number> => ({
  LIT1: 500 + 10 * hash(s),
  FIT1: 2 + hash(s + 0.5),
  P1: 2,
});

const passed: Any[] = [];
const told: Any[] = [];
const windows: Any[] = [];
const failures: string[] = [];

async function load(settings: Record<string, unknown> = {}, window: Record<string, unknown> = {}): Promise<void> {
  for (const list of [passed, told, windows, failures]) list.length = 0;
  const flow = [
    { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS },
    { id: 'c', type: 'swat-check', plant: 'p', learn: 0, wires: [['passed', 'w'], ['told']], ...settings },
    { id: 'w', type: 'swat-window', plant: 'p', length: 3, hold: 0, wires: [['windows'], [], []], ...window },
    { id: 'passed', type: 'helper' },
    { id: 'told', type: 'helper' },
    { id: 'windows', type: 'helper' },
  ] as TestFlowsItem[];
  await helper.load([swatPlant, swatCheck, swatWindow], flow);
  helper.getNode('passed').on('input', (message) => void passed.push(message as Any));
  helper.getNode('told').on('input', (message) => void told.push(message as Any));
  helper.getNode('windows').on('input', (message) => void windows.push(message as Any));
  helper.getNode('c').on('call:error' as 'input', (call: unknown) => {
    const [error] = (call as { args: [(Error & { code?: string }) | string] }).args;
    if (error instanceof Error) failures.push(error.code ?? error.message);
  });
}

const give = (payload: unknown, more: Record<string, unknown> = {}): void =>
  helper.getNode('c').receive({ payload, ...more });
/** Frames of the seconds [from, to), with LIT1 frozen where said. */
const feed = (from: number, to: number, frozen = false): void => {
  for (let s = from; s < to; s++)
    give(frozen ? { ...frame(s), LIT1: 512 } : frame(s), { timestamp: START + s * 1000, n: s });
};
const said = (): string[] => told.map(({ payload }) => `${String(payload.event)} ${String(payload.advisory)}`);

describe('swat-check', () => {
  let folder: string;
  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-check-'));
    helper.settings({ userDir: folder, uiPort: 0, uiHost: '127.0.0.1' });
    helper.startServer(done);
  });
  afterEach((done) => {
    void helper.unload().then(() =>
      helper.stopServer(() => {
        rmSync(folder, { recursive: true, force: true });
        done();
      }),
    );
  });

  it('passes messages on as they came, and tells nothing while all is well', async () => {
    await load();
    feed(0, 100);
    await settle();
    assert.equal(passed.length, 100);
    const [{ payload, ...rest }] = passed;
    assert.deepEqual([payload, rest], [frame(0), { timestamp: START, n: 0, _msgid: rest._msgid }]);
    assert.deepEqual([told, failures], [[], []]);
    assert.deepEqual(await nextStatus(helper.getNode('c')), { fill: 'green', shape: 'dot', text: '3 tags ok' });
  });

  it('marks a frozen sensor as bad data, which the window names, and tells it once', async () => {
    await load();
    feed(0, 60);
    feed(60, 100, true);
    feed(100, 180);
    await settle();
    assert.deepEqual(said(), ['advisory-raised stuck', 'advisory-cleared stuck']);
    const { text, ...advisory } = told[0].payload;
    assert.match(String(text), /^LIT1 has stood at 512 mm for 21 s/);
    assert.deepEqual(advisory, {
      id: `default/stuck/LIT1/${START + 60_000}`, event: 'advisory-raised', advisory: 'stuck', asset: 'default', tag: 'LIT1',
      time: START + 81_000, since: START + 60_000, value: 512, seconds: 21,
    }); // prettier-ignore
    assert.equal(told[1].payload.id, advisory.id);
    assert.match(String(told[1].payload.text), /^Over after 100 s in all\. It was told: LIT1/);
    assert.deepEqual(passed[90].payload, { ...frame(90), LIT1: { value: 512, quality: 'stuck' } });
    const { quality } = windows.find(({ payload: { end } }) => end === START + 90_000)?.payload as unknown as WindowPayload; // prettier-ignore
    assert.deepEqual(quality, { good: 6 / 9, bad: ['LIT1'], why: { LIT1: 'stuck' } });
  });

  it('tells a state that an actuator does not have as that, also where it lies outside of the range', async () => {
    await load();
    feed(0, 10);
    for (let s = 10; s < 20; s++) give({ ...frame(s), P1: 7 }, { timestamp: START + s * 1000 });
    await settle();
    assert.deepEqual(said(), ['advisory-raised unseen-state']);
    assert.match(String(told[0].payload.text), /^P1 shows 7, a state that the plant does not name/);
  });

  it('marks nothing where it is not to', async () => {
    await load({ mark: false });
    feed(0, 60);
    feed(60, 100, true);
    await settle();
    assert.deepEqual(said(), ['advisory-raised stuck']);
    assert.ok(passed.every(({ payload }) => typeof payload.LIT1 === 'number'));
  });

  for (const [how, wrap, unwrap] of [
    [
      'arrays in tag order',
      (s: number, f: Record<string, number>) => [Object.values(f), { timestamp: START + s * 1000 }],
      (p: unknown) => (p as { LIT1: unknown }).LIT1,
    ],
    [
      'batches',
      (s: number, f: Record<string, number>) => [[{ ...f, timestamp: START + s * 1000 }], {}],
      (p: unknown) => (p as [{ LIT1: unknown }])[0].LIT1,
    ],
    [
      'single readings',
      (s: number, f: Record<string, number>) => [f.LIT1, { topic: 'plant/P1/LIT1', timestamp: START + s * 1000 }],
      (p: unknown) => p,
    ],
    [
      'metrics of Sparkplug B',
      (s: number, f: Record<string, number>) => [
        { metrics: [{ name: 'LIT1', value: f.LIT1, timestamp: START + s * 1000 }] },
        {},
      ],
      (p: unknown) => (p as { metrics: unknown[] }).metrics[0],
    ],
    [
      'values with a status of their own',
      (s: number, f: Record<string, number>) => [
        { LIT1: { value: f.LIT1, statusCode: 0, timestamp: START + s * 1000 } },
        {},
      ],
      (p: unknown) => (p as { LIT1: unknown }).LIT1,
    ],
  ] as const) {
    // prettier-ignore
    it(`takes ${how}, and marks them so that the window sees it`, async () => {
      const grid = { by: 'time', span: 3, slide: 1, lateness: 0, period: 1 };
      await load({}, how.startsWith('arrays') || how === 'batches' ? {} : grid);
      for (let s = 0; s < 100; s++) {
        const [payload, more] = wrap(s, s < 60 ? frame(s) : { ...frame(s), LIT1: 512 });
        give(payload, more);
      }
      await settle();
      assert.deepEqual([said(), failures], [['advisory-raised stuck'], []]);
      const value = unwrap(passed[95].payload) as Record<string, unknown>;
      assert.deepEqual([value.value, value.quality], [512, 'stuck']);
      const last = windows.at(-1)?.payload as unknown as WindowPayload;
      assert.equal(last.quality.why?.LIT1, 'stuck');
    });
  }

  it('answers list and reset, and no other command', async () => {
    await load();
    feed(0, 60);
    feed(60, 100, true);
    give(undefined, { swat: { command: 'list' } });
    give(undefined, { swat: { command: 'reset' } });
    give(undefined, { swat: { command: 'list' } });
    give(undefined, { swat: { command: 'dance' } });
    await settle();
    const answers = told.map(({ payload }) => payload).filter(({ command }) => command !== undefined);
    const lists = answers.filter(({ command }) => command === 'list');
    assert.deepEqual(lists.map(({ advisories }) => (advisories as unknown[]).length), [1, 0]); // prettier-ignore
    assert.equal(answers[1].forgotten, 1);
    assert.deepEqual(failures, ['unknown-command']);
    assert.equal(told.find(({ payload }) => payload.event === 'advisory-cleared')?.payload.reason, 'reset');
  });

  it('passes on what it cannot read, with one error', async () => {
    await load();
    for (const payload of ['x', {}, [1, 2], [{ LIT1: 1 }, { A: 1 }, 'x']]) give(payload, { timestamp: START });
    await settle();
    assert.equal(passed.length, 4);
    assert.deepEqual(failures, ['frame-type', 'frame-empty', 'frame-length', 'frame-no-tags']);
  });

  it('refuses settings that cannot work, and a plant that is not there', async () => {
    await load({ stuck: -1 });
    give(frame(0));
    await settle();
    assert.deepEqual(failures, ['setting-number']);
    await helper.unload();
    await load({ plant: 'gone' });
    give(frame(0));
    await settle();
    assert.deepEqual(failures, ['plant-missing']);
  });

  it('goes on after a restart: what stands is not told again, and its end is', async () => {
    await load();
    feed(0, 60);
    feed(60, 100, true);
    await settle();
    assert.deepEqual(said(), ['advisory-raised stuck']);
    await helper.unload();
    await load();
    feed(100, 140, true);
    await eventually(() => passed.length === 40, 'all passed on');
    assert.deepEqual(said(), []);
    assert.deepEqual(passed.at(-1)?.payload.LIT1, { value: 512, quality: 'stuck' });
    feed(140, 220);
    await settle();
    assert.deepEqual(said(), ['advisory-cleared stuck']);
  });
});
