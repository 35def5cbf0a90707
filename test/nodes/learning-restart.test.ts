import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually';
import helper from '../harness/helper';
import swatAutoencoder from '../../nodes/swat-autoencoder';
import swatModel from '../../nodes/swat-model';
import { smallWindows } from '../lib/train/plant';

type Happening = Record<string, unknown> & { event?: string };

describe('learning over a restart', () => {
  let folder: string;
  let events: Happening[];
  const windows = smallWindows(1);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swat-learning-'));
    helper.settings({ userDir: folder });
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(folder, { recursive: true, force: true });
  });

  const load = async (settings: object = {}): Promise<void> => {
    events = [];
    const fast = { epochs: 5, batch: 8, hidden: '8,4', windows: 300, stride: 1, model: 'm' };
    await helper.load([swatModel, swatAutoencoder], [
      { id: 'm', type: 'swat-model', name: 'skid', reference: false },
      { id: 'd', type: 'swat-autoencoder', wires: [[], ['events']], ...fast, ...settings },
      { id: 'events', type: 'helper' },
    ] as Parameters<typeof helper.load>[1]);
    helper.getNode('events').on('input', ({ payload }) => void events.push(payload as Happening));
  };
  const give = (message: Record<string, unknown>): void => helper.getNode('d').receive(message);
  const giveWindows = (many: number): void => {
    for (let count = 0; count < many; count += 1) give({ payload: windows.next().value });
  };
  const command = (name: string, more: object = {}): void => give({ payload: '', swat: { command: name, ...more } });
  const happened = async (
    name: string,
    ready = (event: Happening): boolean => event.event === name,
  ): Promise<Happening> => {
    await eventually(
      () => events.some(ready),
      () => `${name}: ${JSON.stringify(events).slice(-600)}`,
    );
    return events.find(ready)!;
  };
  const stateFile = (): string => join(folder, 'swat', 'state', 'swat-autoencoder-d.state');

  it('goes on collecting where it was, and trains on all of it', async () => {
    await load();
    command('collect');
    giveWindows(120);
    await happened('120 windows', ({ collected }) => collected === 1 || collected === 120);
    await helper.unload();
    assert.ok(existsSync(stateFile()));
    await load();
    giveWindows(180);
    const trained = await happened('trained');
    assert.equal(trained.rows, 300);
  });

  it('keeps a collection that waits for a command, and its stride', async () => {
    await load();
    command('collect', { windows: 250, train: false, stride: 3 });
    giveWindows(3 * 240);
    command('stop');
    await happened('cancelled');
    await helper.unload();
    await load();
    command('collect', { windows: 250, more: true, train: true });
    giveWindows(3 * 12);
    const trained = await happened('trained');
    assert.equal(trained.rows, 250);
  });

  it('begins an interrupted training again after each deploy, but only once after a crash; nothing is lost', async () => {
    const slow = { epochs: 1000 };
    await load(slow);
    command('collect');
    giveWindows(300);
    await happened('training');
    for (let deploys = 0; deploys < 3; deploys += 1) {
      await helper.unload();
      await load(slow);
      await happened('training');
    }
    for (let crashes = 0; crashes < 2; crashes += 1) {
      // What stands in the file now is what a crash would leave.
      await new Promise((resolve) => setTimeout(resolve, 700));
      const state = await readFile(stateFile());
      await helper.unload();
      await writeFile(stateFile(), state);
      if (crashes === 1) break;
      await load(slow);
      await happened('training');
    }
    await load({ epochs: 60 });
    const failed = await happened('failed');
    assert.deepEqual([failed.code, failed.kept], ['training-interrupted', 300]);
    command('train');
    const trained = await happened('trained');
    assert.equal(trained.rows, 300);
    await helper.unload();
    assert.ok((await readFile(stateFile())).length < 2_000_000);
    await load();
    command('train');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(events, [], 'what was learned is not kept for another training');
  });
});
