/** The receptive field along one axis; a layer is [kernel, stride, dilation]. */

import { outputSize } from "./slide.js";

/** Return a layer with its defaults filled in. */
export const wholeLayer = ([kernel, stride = 1, dilation = 1]) => [kernel, stride, dilation];

/** Return the lengths of the input and of each layer's output. */
export function sizesOf(size, layers) {
  const sizes = [size];
  for (const [kernel, stride, dilation] of layers) {
    sizes.push(outputSize(sizes.at(-1), kernel, 0, stride, dilation));
  }
  return sizes;
}

/** Return for the input and every layer the elements that unit `at` of the last layer reads. */
export function fieldOf(layers, at) {
  const used = [[at]];
  for (const [kernel, stride, dilation] of [...layers].reverse()) {
    const taps = used[0].flatMap((i) =>
      Array.from({ length: kernel }, (_, tap) => i * stride + tap * dilation),
    );
    used.unshift([...new Set(taps)].sort((a, b) => a - b));
  }
  return used;
}

/** Return for each layer the field before and after it, and the jump before it. */
export function growthOf(layers) {
  let [field, jump] = [1, 1];
  return layers.map(([kernel, stride, dilation]) => {
    const step = { before: field, jump, after: field + (kernel - 1) * dilation * jump };
    field = step.after;
    jump *= stride;
    return step;
  });
}
