import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import type { DetectorScore } from '../../lib/detect/detector';
import type { WindowPayload } from '../../lib/stream/window';
import swatModel from '../../nodes/swat-model';
import swatPca from '../../nodes/swat-pca';
import { smallWindows } from '../lib/train/plant';

const SAVED_MS = 700;

describe('what a detector remembers of an asset, over a restart', () => {
  let folder: string;
  let scores: DetectorScore[];
  let events: Record<string, unknown>[];
  const normal = smallWindows(1);
  const drifting = smallWindows(2);
  const windows: WindowPayload[] = Array.from({ length: 240 }, (_, index) => {
    const window = drifting.next().value;
    return {
      ...window,
      features: window.features.map((value, i) => (i % 5 === 0 ? value * (1 + index / 4000) : value)),
    };
  });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-track-'));
  });
  beforeEach(() => helper.settings({ userDir: folder }));
  afterEach(() => helper.unload());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const load = async (): Promise<void> => {
    [scores, events] = [[], []];
    const fast = { windows: 300, stride: 1, model: 'm', activation: 'always', leaveOut: false };
    await helper.load([swatModel, swatPca], [
      { id: 'm', type: 'swat-model', name: 'skid', reference: false },
      { id: 'd', type: 'swat-pca', wires: [['out'], ['events']], ...fast },
      { id: 'out', type: 'helper' },
      { id: 'events', type: 'helper' },
    ] as Parameters<typeof helper.load>[1]);
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Record<string, unknown>));
    helper.getNode('out').on('input', (message) => {
      scores.push((message as unknown as { scores: { pca: DetectorScore } }).scores.pca);
    });
  };
  const give = (message: Record<string, unknown>): void => helper.getNode('d').receive(message);
  const until = (ready: () => boolean): Promise<void> => eventually(ready, () => JSON.stringify(events).slice(-500));
  const score = async (list: readonly WindowPayload[]): Promise<DetectorScore[]> => {
    scores = [];
    for (const payload of list) give({ payload: structuredClone(payload) });
    await until(() => scores.length === list.length);
    return scores;
  };
  const train = async (): Promise<void> => {
    give({ payload: '', swat: { command: 'collect' } });
    for (let count = 0; count < 300; count += 1) give({ payload: normal.next().value });
    // The learner is at rest once it has told of its version: a deploy before that would let it begin again.
    await until(() => ['activated', 'trained'].every((name) => events.some(({ event }) => event === name)));
  };

  it('goes on as if nothing had happened, after a deploy and after a crash', async () => {
    await load();
    await train();
    await helper.unload();
    const state = join(folder, 'swat', 'state', 'swat-pca-d.state');
    const fresh = await readFile(state);

    await load();
    const expected = await score(windows);
    assert.ok(expected.every(({ ready }) => ready));
    await helper.unload();

    await writeFile(state, fresh);
    await load();
    const first = await score(windows.slice(0, 100));
    await helper.unload();
    await load();
    const second = await score(windows.slice(100, 170));
    await new Promise((resolve) => setTimeout(resolve, SAVED_MS));
    // What stands in the file now is what a crash would leave.
    const crashed = await readFile(state);
    await helper.unload();
    await writeFile(state, crashed);
    await load();
    const third = await score(windows.slice(170));
    assert.deepEqual([...first, ...second, ...third], expected);
  });

  it('is dropped with the version that has remembered it', async () => {
    await load();
    const [before] = await score(windows.slice(200, 201));
    await train();
    const [after] = await score(windows.slice(200, 201));
    assert.notEqual(after.model, before.model);
    await helper.unload();
    await load();
    const [again] = await score(windows.slice(200, 201));
    assert.equal(again.model, after.model);
    assert.ok(Number.isFinite(again.score));
  });
});
