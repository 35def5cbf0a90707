import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { AlarmEvent } from '../../../lib/alarm/event';
import { createChain, DEFAULT_WINDOWS, type ChainStep } from '../../../lib/cli/chain';
import { SIMULATION_START } from '../../../lib/cli/simulate';
import { DETECTOR_KINDS, type DetectorKind } from '../../../lib/detect/detector';
import { createScorer, type Scorer } from '../../../lib/model/scorer';
import { createStore } from '../../../lib/model/store';
import { disk } from '../../../lib/platform/files';
import { PACKAGE_FOLDER, productVersion } from '../../../lib/platform/product';
import { createPlantSimulation } from '../../../lib/plant/sim/plant';
import { SWAT } from '../../../lib/plant/swat';
import { windowSchema } from '../../../lib/stream/schema';
import { coded } from '../model/sample';

const MODELS = join(PACKAGE_FOLDER, 'models');
const store = createStore({ files: disk, folder: MODELS, reference: MODELS, product: productVersion() });

/** What the chain makes of so many seconds of the plant; the attack, if any, is begun in the given second. */
function run(
  scorers: Record<DetectorKind, Scorer>,
  { seed, seconds, attack }: { seed: number; seconds: number; attack?: { id: number; second: number } },
): { steps: ChainStep[]; events: AlarmEvent[]; from: number; to: number } {
  const plant = createPlantSimulation({ seed, startTime: SIMULATION_START });
  const chain = createChain({ plant: SWAT, scorers });
  const attacked: number[] = [];
  const steps = Array.from({ length: seconds }, (_, second) => {
    if (second === attack?.second) plant.start(attack.id);
    const { time, values, label } = plant.step();
    if (label.attack !== null) attacked.push(time);
    return chain.feed('plant', Array.from(values), time);
  });
  return { steps, events: steps.flatMap(({ events }) => events), from: attacked[0], to: attacked[attacked.length - 1] };
}

describe('the shipped model in the chain', () => {
  const scorers = {} as Record<DetectorKind, Scorer>;

  before(async () => {
    for (const kind of DETECTOR_KINDS) scorers[kind] = createScorer(await store.load(kind), 'calibrated');
  });

  it('is whole: every version of it loads, its hashes hold, and it is one of this plant', async () => {
    const schema = windowSchema(SWAT, DEFAULT_WINDOWS.lengths).id;
    for (const kind of DETECTOR_KINDS) {
      const versions = await store.list(kind);
      assert.ok(versions.length > 0);
      for (const { version, problem } of versions) {
        assert.equal(problem, undefined);
        const { artifact } = await store.load(kind, version);
        assert.deepEqual([artifact.kind, artifact.schema.id], [kind, schema]);
      }
    }
  });

  it('makes of an attack one alarm that names the tag, escalates, and is cleared when it is over', () => {
    const { events, from, to } = run(scorers, { seed: 121, seconds: 2100, attack: { id: 16, second: 600 } });
    const alarm = events.filter(({ event }) => event !== 'info' && event !== 'info-ended');
    assert.deepEqual(
      alarm.map(({ event }) => event),
      ['raised', 'escalated', 'cleared'],
    );
    const [raised, escalated, cleared] = alarm;
    assert.equal(new Set(alarm.map(({ id }) => id)).size, 1);
    assert.deepEqual([raised.level, escalated.level, cleared.level], ['WARNING', 'CRITICAL', 'CRITICAL']);
    assert.equal(raised.tags[0].tag, 'LIT301');
    assert.equal(escalated.tags[0].tag, 'LIT301');
    assert.ok(raised.time > from && raised.time - from < 120_000, 'raised within two minutes');
    assert.ok(cleared.time > to && cleared.time - to < 600_000, 'cleared within ten minutes');
    assert.equal(cleared.reason, 'calm');
    assert.ok(cleared.onset.time >= from);
  });

  it('is silent in two hours of normal operation that it never saw', () => {
    const { steps, events } = run(scorers, { seed: 121, seconds: 7200 });
    assert.deepEqual(
      events.filter(({ event }) => event !== 'info' && event !== 'info-ended'),
      [],
    );
    const verdicts = steps.flatMap(({ verdict }) => verdict ?? []);
    assert.equal(verdicts.length, 7200 - 59, 'a verdict every second once the first window is full');
    assert.ok(verdicts.every(({ partial, finding }) => !partial && (finding === 'normal' || finding === 'anomaly')));
  });

  it('says the same of the same data', () => {
    const again = () => run(scorers, { seed: 5, seconds: 900, attack: { id: 16, second: 300 } });
    const [first, second] = [again(), again()];
    assert.ok(first.events.length > 0);
    assert.deepEqual(first.steps, second.steps);
  });

  it('is refused for windows of another length', () => {
    assert.throws(
      () => createChain({ plant: SWAT, scorers, windows: { ...DEFAULT_WINDOWS, lengths: [30] } }),
      coded('model-schema', { missing: '-', extra: '-', lengths: '60', given: '30' }),
    );
  });

  it('goes without a detector that is not there, and says so', () => {
    const plant = createPlantSimulation({ seed: 30, startTime: SIMULATION_START });
    const chain = createChain({ plant: SWAT, scorers: { autoencoder: scorers.autoencoder } });
    const steps = Array.from({ length: 60 }, () => {
      const { time, values } = plant.step();
      return chain.feed('plant', Array.from(values), time);
    });
    const [verdict] = steps.flatMap((step) => step.verdict ?? []);
    assert.equal(verdict.partial, true);
    assert.deepEqual(Object.keys(verdict.detectors), ['autoencoder']);
  });
});
