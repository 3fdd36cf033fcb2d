/** Functions shared by several kinds of figures. */

import { indicesOf } from "../arithmetic/slide.js";

/** Maximum number of rows or columns of a matrix with numbers, as in grader/figures. */
export const MAX_SIDE = 12;

/** Return whether a window fits and the padded plane is small enough to draw. */
export const drawable = (slide) => slide.fits && Math.max(...slide.padded) <= MAX_SIDE;

/** Return an index clamped to an output of this size. */
export const clamped = ([i, j], [height, width]) => [
  Math.min(i, height - 1),
  Math.min(j, width - 1),
];

/** Return the change of state for each output of a plane, in row order. */
export const stepsOver = (size) => indicesOf(size).map((at) => ({ at }));

/** Return a test for outputs already computed: while stepping, those up to the current one. */
export const shownUpTo = (step, width) => (step === null ? null : (i, j) => i * width + j <= step);

/** Return a plane cropped to another size, or extended with `fill`. */
export const resized = (plane, [height, width], fill) =>
  Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => plane[i]?.[j] ?? fill),
  );

/** Return a copy of a list with one item replaced. */
export const replaced = (list, at, value) => list.map((one, n) => (n === at ? value : one));
