import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tfjsEngine, type TensorFlow } from '../../../lib/detect/tfjs-engine';
import { glorotNetwork } from '../../../lib/kernels/dense';
import { seeded } from '../../../lib/kernels/random';

/** Keeps account of what is asked of it, and learns by adding 1 to every variable. What it computes is held in test/oracle. */
function bookkeeper() {
  const book = {
    variables: 0,
    disposed: 0,
    relus: 0,
    adam: [] as number[],
    rows: [] as number[][],
    kept: [] as Float32Array[],
  };
  const tensor = (values: Float32Array, shape: number[]) => ({
    values,
    shape,
    dataSync: () => values,
    dispose: () => void (book.disposed += 1),
  });
  type Kept = ReturnType<typeof tensor>;
  const one = tensor(Float32Array.of(0.5), []);
  const tf: TensorFlow = {
    tidy: (work) => work(),
    tensor1d: (values) => tensor(values, [values.length]),
    tensor2d: (values, shape) => {
      assert.equal(values.length, shape[0] * shape[1]);
      book.kept.push(values);
      return tensor(values, shape);
    },
    variable(initial) {
      book.variables += 1;
      return initial;
    },
    add: (a) => a,
    matMul(a, b) {
      const [left, right] = [a as Kept, b as Kept];
      assert.equal(left.shape[1], right.shape[0], 'kernels are inputs x outputs');
      return tensor(new Float32Array(0), [left.shape[0], right.shape[1]]);
    },
    mean: () => one,
    relu(a) {
      book.relus += 1;
      return a;
    },
    squaredDifference(_, rows) {
      book.rows.push([...(rows as Kept).values]);
      return one;
    },
    train: {
      adam(...settings) {
        book.adam = settings;
        return {
          minimize(loss, _, variables) {
            for (const variable of variables)
              (variable as Kept).values.forEach((value, at, all) => (all[at] = value + 1));
            return loss();
          },
          dispose: () => void (book.disposed += 1),
        };
      },
    },
  };
  return { tf, book };
}

describe('the engine of TensorFlow.js', () => {
  it('takes the weights of the network, gives back what was learned, and leaves nothing behind', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        (inner, steps) => {
          const widths = [...inner, inner[0]];
          const network = glorotNetwork(widths, seeded(1));
          const before = structuredClone(network);
          const { tf, book } = bookkeeper();
          const stepper = tfjsEngine(tf)(network, 4, { learningRate: 0.01 });
          assert.deepEqual(book.adam, [0.01, 0.9, 0.999, 1e-7], 'the constants of the built-in engine');
          const rows = (step: number) => (step % 4) + 1;
          for (let step = 0; step < steps; step += 1) {
            stepper.input.fill(step);
            assert.equal(stepper.step(rows(step)), 0.5);
          }
          assert.deepEqual(
            book.rows,
            Array.from({ length: steps }, (_, step) => Array<number>(rows(step) * widths[0]).fill(step)),
          );
          assert.equal(book.relus, steps * (network.length - 1), 'the last layer is linear');
          assert.ok(!book.kept.some(({ buffer }) => buffer === stepper.input.buffer), 'a batch is a copy');
          assert.deepEqual(network, before, 'as before until it is settled');
          stepper.settle();
          network.forEach(({ weights, bias }, layer) => {
            const far = weights.some((weight, at) => Math.abs(weight - before[layer].weights[at] - steps) > 1e-5);
            assert.ok(!far, 'every weight in its place');
            assert.ok(bias.every((value) => value === steps));
          });
          stepper.close();
          assert.deepEqual([book.variables, book.disposed], [2 * network.length, 2 * network.length + 1]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
