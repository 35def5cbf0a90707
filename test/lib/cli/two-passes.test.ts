import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createChain, DEFAULT_WINDOWS, type ChainStep } from '../../../lib/cli/chain';
import { SIMULATION_START } from '../../../lib/cli/simulate';
import type { DetectorKind } from '../../../lib/detect/detector';
import { USUAL_KINDS } from '../../../lib/cli/learn';
import { createScorer, type Scorer } from '../../../lib/model/scorer';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { PACKAGE_FOLDER, productVersion } from '../../../lib/platform/product';
import { createPlantSimulation } from '../../../lib/plant/sim/plant';
import { SWAT } from '../../../lib/plant/swat';
import type { WindowSettings } from '../../../lib/stream/settings';

const MODELS = join(PACKAGE_FOLDER, 'models');
const BY_TIME: WindowSettings = { ...DEFAULT_WINDOWS, stride: 10, grid: { periodMs: 1000, latenessMs: 10_000 } };

describe('a record that the whole chain goes through twice', () => {
  const scorers = {} as Record<DetectorKind, Scorer>;
  const record: { time: number; values: number[] }[] = [];

  before(async () => {
    const store = createStore({ files: disk, folder: MODELS, reference: MODELS, product: productVersion() });
    for (const kind of USUAL_KINDS) scorers[kind] = createScorer(await store.load(kind), 'calibrated');
    const plant = createPlantSimulation({ seed: 5, startTime: SIMULATION_START });
    // It ends in the middle of the attack, so that the second pass must not begin with the level of the first.
    for (let second = 0; second < 400; second += 1) {
      if (second === 200) plant.start(16);
      const { time, values } = plant.step();
      record.push({ time, values: Array.from(values) });
    }
  });

  for (const [name, windows] of [
    ['by count', DEFAULT_WINDOWS],
    ['by time', BY_TIME],
  ] as const) {
    it(`has the same verdicts both times, windows ${name}`, () => {
      const chain = createChain({ plant: SWAT, scorers, windows });
      const steps: ChainStep[] = [];
      for (let pass = 0; pass < 3; pass += 1)
        for (const { time, values } of record) steps.push(...chain.feedAll('plant', values, time));
      steps.push(...chain.flush());
      const verdicts = steps.flatMap(({ verdict }) => verdict ?? []);
      const share = verdicts.length / 3;
      const [first, second, third] = [0, 1, 2].map((pass) => verdicts.slice(pass * share, (pass + 1) * share));
      assert.equal(share, windows.grid === undefined ? 341 : 34);
      assert.equal(first.at(-1)?.level, 'CRITICAL');
      assert.equal(first[0].level, 'NONE');
      assert.deepEqual(second, first);
      assert.deepEqual(third, first);
    });
  }

  it('has by time the windows that it has by count', () => {
    const [count, time] = [DEFAULT_WINDOWS, BY_TIME].map((windows) => createChain({ plant: SWAT, scorers, windows }));
    const byTime = record.flatMap(({ time: at, values }) => time.feedAll('plant', values, at));
    const byCount = new Map(
      record.flatMap(({ time: at, values }) =>
        count.feedAll('plant', values, at).map(({ window }) => [window?.end, window]),
      ),
    );
    assert.ok(byTime.length > 30);
    for (const { window } of byTime) assert.deepEqual(window, byCount.get(window?.end));
  });
});
