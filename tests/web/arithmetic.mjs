// Answers JSON lines {"call": name, "with": [...]} on standard input: what the figures compute.
import { createInterface } from "node:readline";

import { FUNCTIONS } from "../../web/src/figures/arithmetic/activations.js";
import * as correlation from "../../web/src/figures/arithmetic/correlation.js";
import { descentOf, lossAt } from "../../web/src/figures/arithmetic/descent.js";
import { gradientOf } from "../../web/src/figures/arithmetic/gradients.js";
import {
  layersOver,
  parametersOf,
  partialParameters,
} from "../../web/src/figures/arithmetic/layers.js";
import * as network from "../../web/src/figures/arithmetic/network.js";
import { grouped, roundNumbers, short } from "../../web/src/figures/arithmetic/numbers.js";
import * as pictures from "../../web/src/figures/arithmetic/pictures.js";
import * as pooling from "../../web/src/figures/arithmetic/pooling.js";
import * as field from "../../web/src/figures/arithmetic/receptive_field.js";
import * as slides from "../../web/src/figures/arithmetic/slide.js";

const { slideOf, sizeOf } = slides;

const ANSWERS = {
  corr2d: (X, K, padding, stride, dilation) =>
    correlation.correlate(X, K, slideOf(sizeOf(X), sizeOf(K), padding, stride, dilation)),
  convolve2d: (X, K) =>
    correlation.correlate(X, correlation.flipped(K), slideOf(sizeOf(X), sizeOf(K))),
  products: (X, K, padding, stride, dilation, at) =>
    correlation
      .productsAt(X, K, slideOf(sizeOf(X), sizeOf(K), padding, stride, dilation), at)
      .reduce((total, { value, weight }) => total + value * weight, 0),
  conv2d: (X, filters, bias, padding, stride) =>
    filters.map((filter, f) =>
      correlation.filtered(
        X,
        filter,
        slideOf(sizeOf(X[0]), sizeOf(filter[0]), padding, stride),
        bias[f],
      ),
    ),
  conv1x1: correlation.mixed,
  im2col: (X, kernel, padding, stride) =>
    correlation.windowsAsRows(X, slideOf(sizeOf(X[0]), kernel, padding, stride)),
  conv2d_backward: (upstream, X, K, padding, stride) => {
    const slide = slideOf(sizeOf(X), sizeOf(K), padding, stride);
    return [
      gradientOf("input", X, K, upstream, slide),
      gradientOf("kernel", X, K, upstream, slide),
    ];
  },
  pool: (X, kernel, stride, padding, mode, counted) =>
    pooling.pooled(X, slideOf(sizeOf(X), kernel, padding, stride), mode, counted),
  max_pool_indices: (X, kernel, stride, padding) =>
    pooling.maximumIndices(X, slideOf(sizeOf(X), kernel, padding, stride)),
  pool_backward: (upstream, X, kernel, stride, padding, mode, counted) =>
    pooling.pooledBackward(X, upstream, slideOf(sizeOf(X), kernel, padding, stride), mode, counted),
  output_size: slides.outputSize,
  receptive_field: (layers) => field.growthOf(layers).at(-1).after,
  input_range: (layers, i) => {
    const used = field.fieldOf(layers, i)[0];
    return [used[0], used.at(-1)];
  },
  parameters: (shape, layer) => {
    const { count, formula } = parametersOf(layersOver(shape, [layer])[0]);
    return [count, formula];
  },
  partial_parameters: partialParameters,
  network: (x, target, weights, biases, rate) => {
    const values = network.forward(x, weights, biases);
    const errors = network.errorsOf(values, target, weights);
    const after = network.updated(values, errors, weights, biases, rate);
    return [values.slice(1), errors, after.weights, after.biases];
  },
  activation: (name, x) => FUNCTIONS[name](x),
  descent: (rate, settings) => descentOf(rate, settings).map((w) => lossAt(w, settings.curvature)),
  scene: pictures.scene,
  wave: pictures.wave,
  feature_map: (image, kernel, relu, pool) => pictures.featureMap(image, kernel, { relu, pool }),
  short,
  grouped,
  round_numbers: roundNumbers,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { call, with: given } = JSON.parse(line);
  console.log(JSON.stringify(ANSWERS[call](...given)));
}
