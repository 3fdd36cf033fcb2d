/** Activation functions and their derivatives, by the names that figures use. */

export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export const FUNCTIONS = {
  relu: (x) => Math.max(x, 0),
  sigmoid,
  tanh: Math.tanh,
  "relu'": (x) => (x > 0 ? 1 : 0),
  "sigmoid'": (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2,
  "tanh'": (x) => 1 - Math.tanh(x) ** 2,
};
