import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { WindowPayload } from '../../lib/stream/window';
import { arrived, folder, give, inNodeRed, load, nextStatus, sent, settle, unload, warnings } from './window-fixture';
import { eventually } from '../harness/eventually';

const START = 1_700_000_000_000;
const byTime = { by: 'time', span: 5, slide: 1, lateness: 2, period: 1 };
const byCount = { length: 5 };

/** Frames of the seconds [from, to) of a process that rises and turns. */
const feed = (from: number, to: number, asset = 'a'): void => {
  for (let second = from; second < to; second += 1) {
    const frame = { LIT1: 500 + 40 * Math.sin(second / 3), FIT1: 2 + (second % 7) / 10, P1: 1 + (second % 2) };
    give(frame, { timestamp: START + second * 1000, asset });
  }
};
const payloads = (): WindowPayload[] => sent.map(({ payload }) => payload);
const stateFile = (): string => join(folder, 'swat', 'state', 'swat-window-w.state');

describe('swat-window over a restart', () => {
  inNodeRed();

  for (const [how, settings] of [
    ['samples', byCount],
    ['time', byTime],
  ] as const) {
    it(`goes on with windows by ${how} to the last bit, asset by asset`, async () => {
      await load(settings);
      for (const asset of ['a', '__proto__']) feed(0, 60, asset);
      await settle();
      const whole = payloads();
      await unload();
      rmSync(stateFile());
      await load(settings);
      for (const [from, to] of [
        [0, 3],
        [3, 20],
        [20, 21],
        [21, 60],
      ] as const) {
        // prettier-ignore
        const before = sent.length;
        for (const asset of ['a', '__proto__']) feed(from, to, asset);
        await settle();
        await arrived(before + (from === 0 ? 0 : 1));
        await settle();
        if (to === 60) break;
        const kept = payloads();
        await unload();
        await load(settings);
        sent.unshift(...kept.map((payload) => ({ payload })));
      }
      const ordered = (list: WindowPayload[]): WindowPayload[] =>
        [...list].sort((x, y) => (x.asset === y.asset ? x.end - y.end : x.asset < y.asset ? -1 : 1));
      assert.deepEqual(ordered(payloads()), ordered(whole));
    });

    it(`goes on with windows by ${how} over a pause within the maximum age, and fills them anew beyond it`, async () => {
      await load({ ...settings, hold: 30 });
      feed(0, 12);
      await settle();
      await unload();
      await load({ ...settings, hold: 30 });
      feed(30, 34);
      await arrived(1);
      assert.ok(sent[0].payload.start < START + 30_000, 'the window spans the pause');
      await unload();
      const node = await load({ ...settings, hold: 30 });
      // By time, the last two seconds still wait for what is late.
      const next = how === 'time' ? 105 : 103;
      feed(100, next);
      const shown = [await nextStatus(node), await nextStatus(node)].map((status) => JSON.stringify(status));
      assert.match(shown.join(), /window [123]\/5/);
      feed(next, 120);
      await arrived(4);
      const after = payloads().filter(({ end }) => end >= START + 100_000);
      assert.ok(
        after.every(({ start }) => start >= START + 100_000),
        'nothing of before the pause',
      );
      assert.equal(after[0].restarted, 'gap');
    });
  }

  it('says that the settings are others, and starts afresh', async () => {
    await load(byCount);
    feed(0, 5);
    await settle();
    await unload();
    const node = await load({ length: 4 });
    const warned = warnings(node);
    feed(5, 8);
    await settle();
    await eventually(() => warned.length > 0, 'a warning');
    assert.match(warned[0], /settings have changed/);
    assert.equal(sent.length, 0);
    feed(8, 9);
    await arrived(1);
    assert.equal(sent[0].payload.start, START + 5000);
  });

  it('cuts a torn end off, says so, and goes on from before it', async () => {
    await load(byCount);
    feed(0, 5);
    await eventually(() => existsSync(stateFile()), 'the state is saved');
    feed(5, 6);
    await settle();
    await unload();
    truncateSync(stateFile(), readFileSync(stateFile()).length - 3);
    const node = await load(byCount);
    const warned = warnings(node);
    feed(6, 7);
    await arrived(1);
    assert.deepEqual([sent[0].payload.start, sent[0].payload.end], [START + 1000, START + 6000]);
    assert.match(warned.join(), /was torn/);
  });

  it('forgets an asset on reset', async () => {
    await load(byCount);
    feed(0, 5, 'a');
    feed(0, 5, 'b');
    give('', { swat: { command: 'reset', asset: 'a' } });
    await settle();
    await unload();
    await load(byCount);
    feed(5, 6, 'a');
    feed(5, 6, 'b');
    await arrived(1);
    await settle();
    assert.deepEqual(payloads().map(({ asset }) => asset), ['b']); // prettier-ignore
  });
});
