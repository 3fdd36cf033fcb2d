/**
 * What a figure is made of: panels in rows, and sentences under them, as grader/figures/panels.py
 * has them. A square of a matrix may also be
 *   `edit`   { name, value }: typed numbers go to the figure's state under that path;
 *   `pick`   a change of state that follows from pointing at the square, or focussing it;
 *   `later`  not computed yet: its number is hidden.
 */

import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { paddedWith, planeOf, sizeOf, startOf } from "../arithmetic/slide.js";
import { say } from "../texts.js";

/** Return an array of two dimensions with frames. */
export const matrix = (title, role, squares, outlines = [], more = {}) => ({
  type: "matrix", title, role, squares, outlines, ...more,
}); // prettier-ignore

/** Return what stands between two panels. */
export const sign = (text, note = "") => ({ type: "sign", text, note });

/** Return a frame around `size` elements from `place`. */
export const outline = (place, size, role) => ({ place, size, role });

/** Return a frame around one element. */
export const around = (place, role) => outline(place, [1, 1], role);

/** Return a sentence of parts, each a text and its role. */
export const words = (parts, prose = false) => ({ parts, prose });

/** Return a sentence of one part without a role. */
export const sentence = (text) => words([[text, ""]], true);

/**
 * Return the squares of a plane. `name` is the path under which a reader may edit them,
 * `picked(i, j)` what pointing at one changes, `shown(i, j)` whether it is computed already.
 */
export function squaresOf(plane, { name = null, picked = null, shown = null } = {}) {
  return planeOf(sizeOf(plane), (i, j) => ({
    text: short(plane[i][j]),
    edit: name && { name: [...name, i, j], value: plane[i][j] },
    pick: picked?.(i, j),
    later: shown !== null && !shown(i, j),
  }));
}

/** Return the input with its padding and the window that makes the output at `at`. */
export function paddedInput(plane, slide, at, { title, fill = "0", name = null, picked } = {}) {
  const squares = squaresOf(plane, { name, picked });
  const outside = { text: fill, outside: true };
  return matrix(
    title || say("figure.input", { size: sizeText(sizeOf(plane)) }),
    "input",
    paddedWith(squares, slide.padding, outside).map((row) => row.map((square) => ({ ...square }))),
    at ? [outline(startOf(slide, at), slide.reach, "input")] : [],
  );
}

/** Return an output with a frame around the element at `at`. */
export function framedOutput(result, at, role, { title, picked, shown } = {}) {
  const name = title || say("figure.output", { size: sizeText(sizeOf(result)) });
  return matrix(name, role, squaresOf(result, { picked, shown }), at ? [around(at, role)] : []);
}

/** Return products of values and weights, written out with their sum. */
export function productWords(products, bias = 0) {
  const parts = [];
  let total = bias;
  for (const { value, weight } of products) {
    if (parts.length) parts.push([" + ", ""]);
    parts.push([bracketed(value), "input"], ["·", ""], [bracketed(weight), "kernel"]);
    total += value * weight;
  }
  if (bias) parts.push([` + ${bracketed(bias)}`, ""]);
  return words([...parts, [" = ", ""], [short(total), "output"]]);
}
