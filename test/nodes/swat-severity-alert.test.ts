import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlarmEvent } from '../../lib/alarm/event';
import type { Verdict } from '../../lib/alarm/verdict';
import swatAlert from '../../nodes/swat-alert';
import swatSeverity from '../../nodes/swat-severity';
import helper from '../harness/helper';

const complete = createRequire(__filename)('@node-red/nodes/core/common/24-complete.js') as typeof swatAlert;

type Loose = Record<string, unknown>;

const START = 1_700_000_000_000;
const LIT101 = {
  tag: 'LIT101',
  stage: 'P1',
  feature: 'mean',
  share: 0.7,
  seen: 823.4,
  expected: 512.1,
  unit: 'mm',
} as const;

const score = (ratio: number, more: Loose = {}): Loose => ({
  score: ratio,
  threshold: 1,
  ratio,
  ratioKind: 'calibrated',
  ready: true,
  model: 'm1',
  ...(ratio >= 1 ? { contributions: [LIT101] } : {}),
  ...more,
});
const scored = (second: number, scores: Loose, more: Loose = {}): Loose => ({
  payload: { asset: 'plant1', start: 0, end: START + second * 1000, samples: 60, quality: { good: 1, bad: [] } },
  scores,
  ...more,
});

describe('swat-severity and swat-alert', () => {
  let folder: string;
  let got: Record<string, Loose[]>;
  let errors: { code?: string }[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-alert-'));
    helper.settings({ userDir: folder });
  });

  afterEach(async () => {
    await helper.unload();
    rmSync(folder, { recursive: true, force: true });
  });

  const load = async (severity: Loose = {}, alert: Loose = {}): Promise<void> => {
    const sinks = ['verdict', 'change', 'event', 'notification', 'metric'];
    await helper.load([swatSeverity, swatAlert, complete], [
      { id: 'flow', type: 'tab' },
      { id: 's', z: 'flow', type: 'swat-severity', ...severity, wires: [['verdict', 'a'], ['change']] },
      { id: 'a', z: 'flow', type: 'swat-alert', ...alert, wires: [['event'], ['notification'], ['metric']] },
      ...['verdict', 'change', 'event', 'notification', 'metric', 'done'].map((id) => ({
        id,
        z: 'flow',
        type: 'helper',
      })),
      { id: 'complete', z: 'flow', type: 'complete', x: 1, y: 1, scope: ['s'], wires: [['done']] },
    ] as Parameters<typeof helper.load>[1]);
    got = {};
    errors = [];
    for (const id of [...sinks, 'done']) {
      const list: Loose[] = [];
      got[id] = list;
      helper.getNode(id).on('input', (message) => list.push(message));
    }
    for (const id of ['s', 'a']) {
      const node = helper.getNode(id) as unknown as EventEmitter;
      node.on('call:error', (call: { firstArg: { code?: string } }) => errors.push(call.firstArg));
    }
  };
  const send = (id: string, message: Loose): void => (helper.getNode(id)).receive(message);
  const until = async (ready: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 400 && !ready(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(ready(), 'what was waited for did not happen');
  };
  const events = (): AlarmEvent[] => got.event.map((message) => message.payload as AlarmEvent);

  it('makes one alarm of one episode: raised, escalated, cleared', async () => {
    await load();
    const ratios = [...Array<number>(20).fill(0.4), ...Array<number>(15).fill(1.7), ...Array<number>(20).fill(3.2)];
    for (let i = 0; i < 100; i += 1) ratios.push(0.3);
    ratios.forEach((ratio, second) => send('s', scored(second, { autoencoder: score(ratio), iforest: score(0.5) })));
    await until(() => got.verdict.length === ratios.length && events().length >= 3);
    assert.deepEqual(
      events().map(({ event, level, state }) => [event, level, state]),
      [
        ['raised', 'WARNING', 'unacknowledged'],
        ['escalated', 'CRITICAL', 'unacknowledged'],
        ['cleared', 'CRITICAL', 'returned-unacknowledged'],
      ],
    );
    assert.equal(new Set(events().map(({ id }) => id)).size, 1);
    assert.equal(events()[0].tags[0].tag, 'LIT101');
    assert.deepEqual(
      got.change.map((message) => [message.from, (message.payload as Verdict).level]),
      [
        ['NONE', 'WARNING'],
        ['WARNING', 'CRITICAL'],
        ['CRITICAL', 'NONE'],
      ],
    );
    assert.equal(got.notification.length, 3);
    assert.equal(got.notification[0].topic, 'plant1/WARNING');
    assert.match(events()[1].sentence.code, /escalated/);
    assert.equal(
      (got.event[1].payload as { text: string }).text,
      'Alarm in plant1 is now CRITICAL. P1: LIT101 mean is 823.4 mm, expected about 512.1 mm (CRITICAL, 3.2x the alarm limit).',
    );
    await helper.unload();
    const lines = readFileSync(join(folder, 'swat', 'logs', 'alarms.log'), 'utf8')
      .trim()
      .split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as AlarmEvent).event),
      ['raised', 'escalated', 'cleared'],
    );
  });
});
