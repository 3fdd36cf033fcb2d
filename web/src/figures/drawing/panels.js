/**
 * The parts of a figure: panels in rows, and sentences below them, as in grader/figures/panels.py.
 * Here a square of a matrix may have three more properties:
 *   `edit`   { name, value }: a typed number is written to the figure's state under this path;
 *   `pick`   the change of state when the reader points at the square or focuses it;
 *   `later`  true if it is not computed yet: its number is hidden.
 */

import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { paddedWith, planeOf, sizeOf, startOf } from "../arithmetic/slide.js";
import { say } from "../texts.js";

/** Return a two-dimensional array with frames. */
export const matrix = (title, role, squares, outlines = [], more = {}) => ({
  type: "matrix", title, role, squares, outlines, ...more,
}); // prettier-ignore

/** Return a sign to stand between two panels. */
export const sign = (text, note = "") => ({ type: "sign", text, note });

/** Return a frame of `size` elements whose first is at `place`. */
export const outline = (place, size, role) => ({ place, size, role });

/** Return a frame around one element. */
export const around = (place, role) => outline(place, [1, 1], role);

/** Return a sentence of parts, each a pair of text and role. */
export const words = (parts, prose = false) => ({ parts, prose });

/** Return a sentence of one part without a role. */
export const sentence = (text) => words([[text, ""]], true);

/**
 * Return the squares of a plane. `name` is the path in the state under which readers edit them,
 * `picked(i, j)` the change when they point at one, `shown(i, j)` whether it is computed yet.
 */
export function squaresOf(plane, { name = null, picked = null, shown = null } = {}) {
  return planeOf(sizeOf(plane), (i, j) => ({
    text: short(plane[i][j]),
    edit: name && { name: [...name, i, j], value: plane[i][j] },
    pick: picked?.(i, j),
    later: shown !== null && !shown(i, j),
  }));
}

/** Return the padded input with the window of the output at `at`. */
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

/** Return products of values and weights written out, with their sum. */
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
