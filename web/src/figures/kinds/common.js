/** What several kinds of figures share. */

import { indicesOf } from "../arithmetic/slide.js";

/** Maximum number of rows or columns with numbers in them, as grader/figures has it. */
export const MAX_SIDE = 12;

/** Return whether a window fits and all elements can be drawn. */
export const drawable = (slide) => slide.fits && Math.max(...slide.padded) <= MAX_SIDE;

/** Return an index moved into an output of this size. */
export const clamped = ([i, j], [height, width]) => [
  Math.min(i, height - 1),
  Math.min(j, width - 1),
];

/** Return the change of state for each output of a plane, in row order. */
export const stepsOver = (size) => indicesOf(size).map((at) => ({ at }));

/** Return whether an output is computed already: while stepping, none after the current one. */
export const shownUpTo = (step, width) => (step === null ? null : (i, j) => i * width + j <= step);

/** Return a plane of another size: what it held, and `fill` where it is larger. */
export const resized = (plane, [height, width], fill) =>
  Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => plane[i]?.[j] ?? fill),
  );

/** Return a list with one place changed. */
export const replaced = (list, at, value) => list.map((one, n) => (n === at ? value : one));
