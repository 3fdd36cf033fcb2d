/** Positions of a network's units. */

import { sum } from "../arithmetic/slide.js";

/** Return the index of the first unit of each layer. */
export const startsOf = (sizes) => sizes.map((_, n) => sum(sizes.slice(0, n)));

/** Return the units with their positions: one vertically centred column for each layer. */
export function columns(labels) {
  const tallest = Math.max(...labels.map((column) => column.length));
  return labels.flatMap((column, x) =>
    column.map((label, y) => ({
      x: 1.5 * x,
      y: y + (tallest - column.length) / 2,
      label,
      role: x === 0 ? "input" : "output",
    })),
  );
}
