/** A network of sigmoid units: forward pass, errors, and one update. */

import { sum } from "./slide.js";
import { sigmoid } from "./activations.js";

/** Return each unit's sum Σ w·O + θ, before the sigmoid. */
export function sumsOf(weights, bias, inputs) {
  return weights.map((row, j) => sum(row.map((w, i) => w * inputs[i])) + bias[j]);
}

/** Return the outputs of every layer, starting with the inputs. */
export function forward(inputs, weights, biases) {
  const values = [inputs];
  weights.forEach((matrix, n) => {
    values.push(sumsOf(matrix, biases[n], values.at(-1)).map(sigmoid));
  });
  return values;
}

/** Return every unit's Err: O(1 − O)(T − O) in the last layer, O(1 − O)·Σ Err·w in the others. */
export function errorsOf(values, target, weights) {
  const last = values.at(-1);
  const errors = [last.map((o, j) => o * (1 - o) * (target[j] - o))];
  for (let layer = weights.length - 1; layer > 0; layer--) {
    const following = errors[0];
    const back = values[layer].map((_, i) =>
      sum(following.map((error, j) => error * weights[layer][j][i])),
    );
    errors.unshift(values[layer].map((o, i) => o * (1 - o) * back[i]));
  }
  return errors;
}

/** Return the weights and biases after w ← w + rate·Err·O and θ ← θ + rate·Err. */
export function updated(values, errors, weights, biases, rate) {
  return {
    weights: weights.map((matrix, n) =>
      matrix.map((row, j) => row.map((w, i) => w + rate * errors[n][j] * values[n][i])),
    ),
    biases: biases.map((bias, n) => bias.map((theta, j) => theta + rate * errors[n][j])),
  };
}
