/** Gradients of a cross-correlation, as sums over the paths from its outputs to one element. */

import { indicesOf, isInside, paddedWith, placesOf, planeOf, sum } from "./slide.js";

/**
 * Return each path to an element of the input or the kernel: the `index` of the output, and the
 * `place` of the other factor, in the kernel or in the padded input.
 */
export function pathsTo(slide, of, at) {
  const taps = indicesOf(slide.kernel);
  const found = [];
  for (const index of indicesOf(slide.output)) {
    placesOf(slide, index).forEach((place, n) => {
      const [a, b] = taps[n];
      if (of === "kernel") {
        if (a === at[0] && b === at[1]) found.push({ index, place });
      } else if (place[0] === at[0] + slide.padding[0] && place[1] === at[1] + slide.padding[1]) {
        found.push({ index, place: [a, b] });
      }
    });
  }
  return found;
}

/** Return the gradient of the input [H, W] (`of` = "input") or of the kernel [kh, kw]. */
export function gradientOf(of, plane, kernel, upstream, slide) {
  const other = of === "kernel" ? paddedWith(plane, slide.padding) : kernel;
  return planeOf(of === "kernel" ? slide.kernel : slide.size, (i, j) =>
    sum(
      pathsTo(slide, of, [i, j]).map(
        ({ index, place }) => upstream[index[0]][index[1]] * other[place[0]][place[1]],
      ),
    ),
  );
}

/** Return the elements of the input, without padding, that one output depends on. */
export function reachedBy(slide, index) {
  return placesOf(slide, index)
    .filter((place) => isInside(slide, place))
    .map(([i, j]) => [i - slide.padding[0], j - slide.padding[1]]);
}
