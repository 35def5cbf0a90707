import assert from 'node:assert/strict';
import { readHistorian } from '../../../lib/stream/historian';
import type { WindowSettings } from '../../../lib/stream/settings';
import { emptyRun, GRID, plant, SAMPLES, windows, type Run } from './stream-run';

const MINUTE = 60_000;
const BY_TIME: WindowSettings = { ...GRID, grid: { periodMs: MINUTE, latenessMs: 3 * MINUTE } };
const local = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' });

/** A historian's file of local times, one line a minute of real time, read into windows. */
async function replay(
  settings: WindowSettings,
  from: string,
  minutes: number,
  clock?: (utc: number) => string,
): Promise<{
  run: Run;
  counters: { frames: number; rewinds: number; gaps: number; late: number };
}> {
  const lines = Array.from({ length: minutes }, (_, minute) => {
    const utc = Date.parse(from) + minute * MINUTE;
    return `${(clock ?? ((at) => local.format(at)))(utc)},${minute},1`;
  });
  const text = ['Timestamp,A,B', ...lines].join('\n');
  const each = windows(settings);
  const run = emptyRun();
  const file = readHistorian(one(text), { plant, timeZone: 'Europe/Berlin', columns: { time: '', label: '' } });
  for await (const item of file) {
    if (item.kind === 'record') run.take(each.accept('a', item.record.values, item.record.time, 0));
  }
  run.take(each.flush(0));
  return { run, counters: each.counters };
}

async function* one(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

for (const [name, settings] of [
  ['by count', { ...SAMPLES, maxAgeMs: 10_000 }],
  ['by time', { ...BY_TIME, maxAgeMs: 10_000 }],
] as const) {
  describe(`summer time in a historian's file, windows ${name}`, () => {
    it('loses nothing in the hour that comes twice: time goes back once, and ahead once after it', async () => {
      const { run, counters } = await replay(settings, '2026-10-24T23:30:00Z', 210);
      const { frames, rewinds, gaps, late } = counters;
      assert.deepEqual({ frames, rewinds, gaps, late }, { frames: 210, rewinds: 1, gaps: 1, late: 0 });
      assert.deepEqual(run.unused, []);
      const restarts = run.windows.flatMap(({ restarted, features, end }) =>
        restarted === undefined ? [] : [[restarted, features[3], local.format(end).slice(11)]],
      );
      assert.deepEqual(restarts, [
        ['rewind', 92, '02:02:00'],
        ['gap', 152, '03:02:00'],
      ]);
    });

    it('sees no gap where the clock goes forward', async () => {
      const { run, counters } = await replay(settings, '2026-03-29T00:30:00Z', 120);
      const { frames, rewinds, gaps, late } = counters;
      assert.deepEqual({ frames, rewinds, gaps, late }, { frames: 120, rewinds: 0, gaps: 0, late: 0 });
      assert.equal(run.windows.length, 118);
    });

    it('reads times that do not exist as if the clock had not been set, and loses nothing', async () => {
      // A clock that stays on winter time until somebody sets it an hour after it should have been.
      const winter = (utc: number): string => new Date(utc + 60 * MINUTE).toISOString().slice(0, 19);
      const set = Date.parse('2026-03-29T02:00:00Z');
      const late = await replay(settings, '2026-03-29T00:30:00Z', 180, (utc) =>
        utc < set ? winter(utc) : local.format(utc),
      );
      const { frames, rewinds, gaps } = late.counters;
      assert.deepEqual({ frames, rewinds, gaps }, { frames: 180, rewinds: 0, gaps: 0 });
      assert.deepEqual(late.run.unused, []);
    });
  });
}
