/** What a dense layer can end in. */
export const ACTIVATIONS = ['linear', 'relu', 'tanh', 'sigmoid', 'elu', 'selu', 'softplus'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

// Klambauer et al. 2017, as Keras has them.
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Applies an activation in place to the first `count` numbers. `elu` has alpha 1. */
export function activate(values: Float32Array, count: number, activation: Activation): void {
  const f = FUNCTIONS[activation];
  for (let at = 0; at < count; at++) values[at] = f(values[at]);
}

const FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  selu: (x) => SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x),
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
};
