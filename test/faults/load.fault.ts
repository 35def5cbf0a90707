import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { ToldVerdict } from '../harness/chain-flow';
import { eventually } from '../harness/eventually';
import { fedChain } from '../harness/fed-chain';

const FULL = process.env.SWAT_FULL !== undefined;
/** So long there is ten times the load, ms: a minute in the full form. */
const FLOOD_MS = FULL ? 60_000 : 6000;
const ASSETS = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name }));
/** Frames a second of each asset, as always and in the flood. */
const USUAL = 10;
const FLOOD = 10 * USUAL;
const CALM_MS = 3000;
/** What the process may hold more after the flood than before. */
const HEAP_BYTES = 20e6;

describe('ten times the usual load', () => {
  const chain = fedChain({ assets: ASSETS }, { seed: 6, perSecond: USUAL, attacks: [], rest: 0 });

  const verdicts = (asset: string): ToldVerdict[] =>
    chain()
      .collector.lines.map(({ value }) => value as ToldVerdict)
      .filter((each) => each.asset === asset);
  /** Lets the plant run at a pace; all that it has sent is judged before this resolves: how long after its end, ms. */
  const run = async (perSecond: number, forMs: number): Promise<number> => {
    chain().feed.pace(perSecond);
    await pause(forMs);
    chain().feed.pace(0);
    const end = performance.now();
    const last = (name: string): number => verdicts(name).at(-1)?.time ?? 0;
    await eventually(
      () => ASSETS.every(({ name }) => last(name) === chain().feed.time),
      () =>
        `judged up to ${ASSETS.map(({ name }) => last(name) - chain().feed.time).join(' ')} ms\n${chain().nodeRed.log().slice(-2000)}`,
      120_000,
    );
    return performance.now() - end;
  };

  it(`for ${FLOOD_MS / 1000} s: every sample is judged once and in order, and it is as before by itself`, async function () {
    this.timeout(FLOOD_MS + 300_000);
    await run(FLOOD, 1500);
    await run(USUAL, CALM_MS);
    const before = await chain().resources();
    const behindMs = await run(FLOOD, FLOOD_MS);
    await run(USUAL, CALM_MS);
    const after = await chain().resources();
    for (const { name } of ASSETS) {
      const times = verdicts(name).map(({ time }) => time);
      const gaps = times.filter((time, index) => index > 0 && time - times[index - 1] !== 1000);
      assert.deepEqual(gaps, [], `${name}: lost, twice, or out of order`);
      assert.ok(times.length > (FLOOD * FLOOD_MS) / 1000, `${name}: ${times.length}`);
    }
    assert.deepEqual(after.listeners, before.listeners);
    assert.deepEqual([after.threads, after.files], [before.threads, before.files]);
    assert.ok(after.heapBytes < before.heapBytes + HEAP_BYTES, `heap: ${before.heapBytes}, then ${after.heapBytes}`);
    assert.doesNotMatch(chain().nodeRed.log(), /\[error\]|uncaught|unhandled/i);
    console.log(`      ${ASSETS.length * FLOOD} samples a second, ${Math.round(behindMs)} ms behind at the end`);
  });
});
