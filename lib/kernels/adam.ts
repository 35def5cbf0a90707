/** Settings of {@link createAdam}; the names are those of the paper. */
export interface AdamSettings {
  readonly learningRate: number;
  /** Decay of the first and second moment. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to the root of the second moment. */
  readonly epsilon?: number;
}

/** What is not set: as in TensorFlow.js. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Below this a moment has no effect on a float32 weight, and denormal numbers would cost tens of cycles each. */
export const MOMENT_FLUSH = 1e-30;

/**
 * Adam (Kingma and Ba 2015) over several parameter arrays with bias-corrected moments.
 * Call `next()` once a step, then `update(i, gradient)` for every array.
 */
export function createAdam(parameters: readonly Float32Array[], settings: AdamSettings) {
  const { learningRate, beta1, beta2, epsilon } = { ...ADAM, ...settings };
  const first = parameters.map((values) => new Float32Array(values.length));
  const second = parameters.map((values) => new Float32Array(values.length));
  let power1 = 1;
  let power2 = 1;
  return {
    next(): void {
      power1 *= beta1;
      power2 *= beta2;
    },
    update(index: number, gradient: Float32Array): void {
      const values = parameters[index];
      const m = first[index];
      const v = second[index];
      const correct1 = learningRate / (1 - power1);
      const correct2 = 1 / (1 - power2);
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i];
        const m1 = beta1 * m[i] + (1 - beta1) * g;
        const v1 = beta2 * v[i] + (1 - beta2) * g * g;
        m[i] = m1 < MOMENT_FLUSH && m1 > -MOMENT_FLUSH ? 0 : m1;
        v[i] = v1 < MOMENT_FLUSH ? 0 : v1;
        values[i] -= (correct1 * m1) / (Math.sqrt(v1 * correct2) + epsilon);
      }
    },
  };
}
