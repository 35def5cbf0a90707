import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweep } from '../../nodes/runtime/state-sweep';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24);

describe('state of nodes that are gone', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'swat-sweep-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, days: number): string => {
    const path = join(folder, name);
    writeFileSync(path, 'x');
    utimesSync(path, new Date(NOW - days * DAY), new Date(NOW - days * DAY));
    return path;
  };

  it('is removed after 30 days without a change; what is in use, younger, or not ours stays', async () => {
    file('swat-alert-old.state', 31);
    file('swat-alert-old.state.set-aside', 40);
    file('swat-alert-young.state', 29);
    file('notes.txt', 400);
    const used = file('swat-window-quiet.state', 100);
    assert.deepEqual((await sweep(folder, new Set([used]), NOW)).sort(), [
      'swat-alert-old.state',
      'swat-alert-old.state.set-aside',
    ]);
    assert.deepEqual(readdirSync(folder).sort(), ['notes.txt', 'swat-alert-young.state', 'swat-window-quiet.state']);
  });

  it('is no error where there is no folder', async () => {
    assert.deepEqual(await sweep(join(folder, 'none'), new Set(), NOW), []);
  });
});
