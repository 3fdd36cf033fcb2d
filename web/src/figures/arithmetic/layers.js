/** Shapes and parameter counts of layers; a shape is [channels, height, width]. */

import { outputSize } from "./slide.js";

const both = (value, otherwise) => {
  const given = value ?? otherwise;
  return Array.isArray(given) ? given : [given, given];
};

/** Return a figure's layer with its input and output shapes, or null if it does not fit. */
export function layerAfter(before, table) {
  const { op, name = "", bias = true, groups = 1 } = table;
  let [channels, height, width] = before;
  let [kernel, stride, padding] = [
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  if (op === "conv" || op === "local" || op === "pool") {
    kernel = both(table.kernel);
    stride = both(table.stride, op === "pool" ? kernel : 1);
    padding = both(table.padding, 0);
    height = outputSize(height, kernel[0], padding[0], stride[0]);
    width = outputSize(width, kernel[1], padding[1], stride[1]);
    if (!height || !width) return null;
    if (op !== "pool") channels = table.channels;
  } else if (op === "linear") {
    [channels, height, width] = [table.units, 1, 1];
  } else if (op === "flatten") {
    [channels, height, width] = [channels * height * width, 1, 1];
  } else {
    [height, width] = [1, 1];
  }
  const after = [channels, height, width];
  return { op, name, kernel, stride, padding, bias, groups, before, after };
}

/** Return the layers in sequence (`compare`: all on the input), or null if one does not fit. */
export function layersOver(shape, tables, compare = false) {
  const found = [];
  for (const table of tables) {
    const before = compare || !found.length ? shape : found.at(-1).after;
    const layer = layerAfter(before, table);
    if (!layer) return null;
    found.push(layer);
  }
  return found;
}

/** Return a layer's number of parameters, and its formula with the numbers filled in. */
export function parametersOf({ op, before, after, kernel, bias, groups }) {
  const [c, h, w] = before;
  const [f, rows, columns] = after;
  const [kh, kw] = kernel;
  if (op === "conv") {
    const each = c / groups;
    const formula = `${each}·${kh}·${kw}·${f}` + (bias ? ` + ${f}` : "");
    return { formula, count: each * kh * kw * f + (bias ? f : 0) };
  }
  if (op === "local") {
    const inner = `${c}·${kh}·${kw}` + (bias ? " + 1" : "");
    const count = (c * kh * kw + (bias ? 1 : 0)) * f * rows * columns;
    return { formula: `(${inner})·${f}·${rows}·${columns}`, count };
  }
  if (op === "linear") {
    const size = h === 1 && w === 1 ? `${c}` : `${c}·${h}·${w}`;
    const formula = `${size}·${f}` + (bias ? ` + ${f}` : "");
    return { formula, count: c * h * w * f + (bias ? f : 0) };
  }
  return { formula: "0", count: 0 };
}

/** Return the parameters of a convolution in which map f reads only the maps `reads[f]`. */
export function partialParameters(reads, [kh, kw]) {
  return reads.reduce((total, maps) => total + maps.length * kh * kw + 1, 0);
}
