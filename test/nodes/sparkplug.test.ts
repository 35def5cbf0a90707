import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeMessage } from 'node-red';
import type { TestFlowsItem } from 'node-red-node-test-helper';
import { decodePayload } from '../../lib/sparkplug/decode';
import { EdgeNode, type EdgeMessage } from '../../lib/sparkplug/edge-node';
import { encodePayload } from '../../lib/sparkplug/encode';
import type { WindowPayload } from '../../lib/stream/window';
import swatCheck from '../../nodes/swat-check';
import swatPlant from '../../nodes/swat-plant';
import swatWindow from '../../nodes/swat-window';
import { tellValues } from '../harness/edge';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import { settle } from './window-fixture';

type Any = NodeMessage & { payload: Record<string, unknown> & WindowPayload; sparkplug?: unknown; asset?: string };

const START = 1_700_000_000_000;
const TAGS = [
  { name: 'LIT1', low: 0, high: 1000, unit: 'mm' },
  { name: 'FIT1', low: 0, high: 10, unit: 'm3/h' },
];
/** Where bytes of Sparkplug B come in: at the check before the window, or at the window itself. */
const PATHS = ['c', 'w'] as const;

describe('Sparkplug B bytes', () => {
  let folder: string;
  let edge: EdgeNode;
  const got: Record<'windows' | 'told' | 'advisories' | 'passed', Any[]> = { windows: [], told: [], advisories: [], passed: [] }; // prettier-ignore
  const failures: string[] = [];
  const warnings: string[] = [];

  beforeEach((done) => {
    folder = mkdtempSync(join(tmpdir(), 'swat-sparkplug-'));
    edge = new EdgeNode('plant', 'gateway', 0);
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

  const load = async (): Promise<void> => {
    for (const list of [...Object.values(got), failures, warnings]) list.length = 0;
    const flow = [
      { id: 'p', type: 'swat-plant', source: 'list', tags: TAGS },
      { id: 'c', type: 'swat-check', plant: 'p', learn: 0, wires: [['passed', 'w'], ['advisories']] },
      {
        ...{ id: 'w', type: 'swat-window', plant: 'p', wires: [['windows'], [], ['told']] },
        ...{ by: 'time', span: 3, slide: 1, period: 1, lateness: 0, hold: 10, lostAfter: 30 },
      },
      ...Object.keys(got).map((id) => ({ id, type: 'helper' })),
    ] as TestFlowsItem[];
    await helper.load([swatPlant, swatCheck, swatWindow], flow);
    for (const [id, list] of Object.entries(got)) {
      helper.getNode(id).on('input', (message) => void list.push(message as Any));
    }
    for (const id of ['c', 'w']) {
      helper.getNode(id).on('call:error' as 'input', (call: unknown) => {
        const [error] = (call as { args: [Error | string] }).args;
        failures.push(error instanceof Error ? error.message : error);
      });
      helper.getNode(id).on('call:warn' as 'input', (call: unknown) => {
        warnings.push(String((call as { args: [unknown] }).args[0]));
      });
    }
  };
  const give = (to: 'c' | 'w', { topic, payload }: { topic: string; payload: Uint8Array }, more: object = {}): void => {
    helper.getNode(to).receive({ topic, payload: Buffer.from(payload), ...more });
  };
  const values = (second: number, device = 'line-1', quality: Record<string, number> = {}): EdgeMessage =>
    tellValues(edge, device, {
      time: START + second * 1000,
      values: { 'P1/LIT1': 500 + second, 'P1/FIT1': 2 },
      quality,
    });

  for (const path of PATHS) {
    const [told, by] = path === 'c' ? (['advisories', 'swat-check'] as const) : (['told', 'swat-window'] as const);

    it(`become windows of the device, by name and alias, through ${by}`, async () => {
      await load();
      give(path, edge.birth(START));
      for (let second = 0; second < 6; second += 1) give(path, values(second));
      give(path, values(6, 'line-1', { 'P1/FIT1': 0 }));
      give(path, values(7), { asset: 'mine' });
      await eventually(() => got.windows.length >= 4, 'the windows come');
      await settle();
      assert.deepEqual(failures, []);
      assert.deepEqual(warnings.filter((text) => /sparkplug/i.test(text)), []); // prettier-ignore
      const first = got.windows[0].payload;
      assert.deepEqual([first.asset, first.end, first.quality], ['line-1', START + 2000, { good: 1, bad: [] }]);
      assert.deepEqual([first.features[0], first.features[5]], [501, 2]);
      if (path === 'c') {
        const [birth] = got.passed.filter(({ payload }) => (payload.metrics as unknown[]).length > 0);
        assert.deepEqual(birth.sparkplug, { group: 'plant', type: 'DBIRTH', edge: 'gateway', device: 'line-1' });
        assert.equal(birth.asset, 'line-1');
      }
      assert.deepEqual([...new Set(got.windows.map(({ payload }) => payload.asset))], ['line-1']);
    });

    it(`tell at once, and once, that communication is lost: the death of an edge node, through ${by}`, async () => {
      await load();
      give(path, edge.birth(START));
      for (let second = 0; second < 5; second += 1)
        for (const line of ['line-1', 'line-2']) give(path, values(second, line));
      const old = new EdgeNode('plant', 'gateway', 9);
      give(path, old.will());
      await settle();
      assert.deepEqual(
        got.told.map(({ payload }) => payload),
        [],
        'the will of an older connection',
      );
      give(path, edge.will());
      give(path, edge.will());
      await eventually(() => got.told.length === 2, 'both are told');
      await settle();
      assert.deepEqual(got.told.map(({ payload: { event, asset } }) => [event, asset]), [['communication-lost', 'line-1'], ['communication-lost', 'line-2']]); // prettier-ignore
      if (path === 'c') assert.deepEqual(got.advisories.map(({ payload: { advisory, why } }) => [advisory, why]), [['lost', 'asset'], ['lost', 'asset']]); // prettier-ignore
      // What waited is judged, nothing is made up of the silence.
      assert.equal(got.windows.filter(({ payload }) => payload.asset === 'line-1').length, 3);
      assert.ok(got.windows.every(({ payload }) => payload.quality.good === 1));
      edge = new EdgeNode('plant', 'gateway', 1);
      give(path, edge.birth(START + 9000));
      give(path, values(9));
      await eventually(() => got.told.length === 3, 'it comes again');
      assert.equal(got.told[2].payload.event, 'communication-restored');
      assert.deepEqual(failures, []);
    });

    it(`ask for a rebirth where aliases are not known, with the bytes that ask, through ${by}`, async () => {
      await load();
      edge.birth(START);
      values(0);
      give(path, values(1));
      give(path, values(2));
      await eventually(() => got[told].length > 0, 'it is told');
      await settle();
      const [{ topic, payload }, ...more] = got[told];
      assert.equal(more.length, 0);
      assert.equal(topic, 'spBv1.0/plant/NCMD/gateway');
      assert.deepEqual(
        [payload.event, payload.asset, payload.why, payload.metrics],
        ['rebirth-needed', 'line-1', 'alias', 2],
      );
      assert.match(String(payload.text), /plant\/gateway\/line-1 names metrics by alias.*birth has not been heard; 2 values were left out\. Ask for a rebirth/); // prettier-ignore
      const [command] = decodePayload(payload.command as Buffer).metrics;
      assert.deepEqual([command.name, command.value], ['Node Control/Rebirth', true]);
      assert.ok(warnings.includes(String(payload.text)));
      assert.deepEqual([failures, got.windows], [[], []]);
    });

    it(`tell missing messages, once, through ${by}`, async () => {
      await load();
      give(path, edge.birth(START));
      give(path, values(0));
      values(1);
      for (let second = 2; second < 6; second += 1) give(path, values(second));
      await eventually(() => got[told].length > 0, 'it is told');
      await settle();
      assert.deepEqual(got[told].map(({ payload: { event, why, expected, got: seq } }) => [event, why, expected, seq]), [['rebirth-needed', 'gap', 2, 3]]); // prettier-ignore
      assert.deepEqual(failures, []);
    });

    it(`that are none are one clear error, through ${by}; other topics are left alone`, async () => {
      await load();
      for (const bytes of [Buffer.from('{"LIT1": 3}'), Buffer.alloc(40, 0xff), encodePayload({ metrics: [{ name: 'a', value: 1 }] }).subarray(0, 6)]) {
        failures.length = 0;
        give(path, { topic: 'spBv1.0/plant/DDATA/gateway/line-1', payload: bytes });
        await settle();
        assert.equal(failures.length, 1);
        assert.match(failures[0], /^The payload of \d+ bytes is no Sparkplug B \(.+; it begins with [\da-f]+\)\. /);
      } // prettier-ignore
      failures.length = 0;
      give(path, { topic: 'spBv1.0/STATE/scada', payload: Buffer.from('{"online":true}') });
      give(path, { topic: edge.commands, payload: encodePayload({ metrics: [] }) });
      await settle();
      assert.ok(failures.length > 0 && failures.every((text) => !text.includes('Sparkplug')), failures.join('\n'));
    });
  }
});
