import assert from 'node:assert/strict';
import fc from 'fast-check';
import { builtIn, type Engine } from '../../../lib/detect/engine';
import { fitAutoencoder } from '../../../lib/detect/fit-autoencoder';
import { fitNetwork, layerWidths } from '../../../lib/detect/fit-network';
import { DEFAULT_SETTINGS, readFitSettings } from '../../../lib/detect/settings';
import { glorotNetwork } from '../../../lib/kernels/dense';
import { gaussian, seeded } from '../../../lib/kernels/random';
import { SwatError } from '../../../lib/errors';
import { coded } from '../model/sample';
import { simulate, windowsOf } from './process';

const QUIET = { progress: () => undefined, cancelled: () => false };

/** The built-in engine, looked over the shoulder. */
function watched(): { engine: Engine; batches: number[][]; seen: { opened: number; closed: number; settled: number } } {
  const batches: number[][] = [];
  const seen = { opened: 0, closed: 0, settled: 0 };
  const engine: Engine = (network, batch, settings) => {
    seen.opened += 1;
    const stepper = builtIn(network, batch, settings);
    const width = network[0].inputs;
    return {
      ...stepper,
      step(rows) {
        batches.push([...stepper.input.subarray(0, rows * width)]);
        return stepper.step(rows);
      },
      settle() {
        seen.settled += 1;
        stepper.settle();
      },
      close: () => (seen.closed += 1),
    };
  };
  return { engine, batches, seen };
}

describe('an engine of a training', () => {
  it('gets the rows of every epoch once, in batches, in an order that the seed decides', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 1000 }),
        (count, batch, epochs, seed) => {
          const rows = Float32Array.from({ length: count }, (_, row) => row);
          const settings = readFitSettings('autoencoder', { batch, epochs, hidden: [2] });
          const choice = Uint32Array.from(rows);
          const fit = () => {
            const { engine, batches, seen } = watched();
            const ends: boolean[] = [];
            fitNetwork(rows, 1, choice, settings, seed, engine, (...[, , , , last]) => ends.push(last));
            assert.deepEqual(seen, { opened: 1, closed: 1, settled: epochs });
            assert.equal(ends.filter((last) => last).length, epochs);
            return batches;
          };
          const batches = fit();
          const each = Math.ceil(count / batch);
          assert.equal(batches.length, each * epochs);
          for (let epoch = 0; epoch < epochs; epoch += 1) {
            const learned = batches.slice(epoch * each, (epoch + 1) * each).flat();
            assert.deepEqual(
              learned.sort((a, b) => a - b),
              [...rows],
            );
          }
          assert.deepEqual(fit(), batches);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('begins with the weights of the seed, and its network is the one that is kept', () => {
    const random = seeded(3);
    const rows = Float32Array.from({ length: 60 }, () => gaussian(random));
    const settings = readFitSettings('autoencoder', { epochs: 1, hidden: [2] });
    const initial = glorotNetwork(layerWidths(6, settings.hidden), seeded(7));
    const marking: Engine = (network) => {
      assert.deepEqual(network, initial);
      return {
        input: new Float32Array(64 * 6),
        step: () => 0.5,
        settle: () => network[0].bias.fill(42),
        close: () => undefined,
      };
    };
    const choice = Uint32Array.from({ length: 10 }, (_, row) => row);
    const seen: number[] = [];
    const { network, loss } = fitNetwork(rows, 6, choice, settings, 7, marking, (current) =>
      seen.push(current[0].bias[0]),
    );
    assert.deepEqual([loss, network[0].bias[0], seen], [0.5, 42, [42]], 'settled before it is looked at');
  });

  it('fits every fold and the model that is kept, and is closed when the training is cancelled', () => {
    const data = windowsOf(simulate(6000, 1), 60, 10);
    const settings = readFitSettings('autoencoder', { epochs: 1, folds: 3, hidden: [4] });
    const whole = watched();
    const fitted = fitAutoencoder(data, settings, QUIET, whole.engine);
    assert.deepEqual(whole.seen, { opened: 4, closed: 4, settled: 4 });
    assert.deepEqual(fitted.artifact, fitAutoencoder(data, settings, QUIET).artifact);
    const cut = watched();
    let asked = 0;
    const hooks = { progress: () => undefined, cancelled: () => (asked += 1) > 12 };
    assert.throws(() => fitAutoencoder(data, settings, hooks, cut.engine), coded('training-cancelled'));
    assert.ok(cut.seen.opened > 0);
    assert.equal(cut.seen.closed, cut.seen.opened);
  });

  it('is saved with the model unless it is the built-in one', () => {
    const data = windowsOf(simulate(6000, 1), 60, 10);
    const settings = readFitSettings('autoencoder', { epochs: 1, folds: 2, hidden: [4] });
    assert.ok(!('engine' in fitAutoencoder(data, settings, QUIET).artifact.settings));
    const other = fitAutoencoder(data, { ...settings, engine: 'tfjs-node' }, QUIET).artifact;
    assert.equal(other.settings.engine, 'tfjs-node');
  });

  it('is chosen by name', () => {
    assert.equal(DEFAULT_SETTINGS.autoencoder.engine, 'built-in');
    assert.equal(readFitSettings('autoencoder', { engine: '' }).engine, 'built-in');
    assert.equal(readFitSettings('autoencoder', { engine: 'tfjs-node' }).engine, 'tfjs-node');
    assert.throws(
      () => readFitSettings('autoencoder', { engine: 'abacus' }),
      (error) => error instanceof SwatError && error.code === 'setting-choice',
    );
  });
});
