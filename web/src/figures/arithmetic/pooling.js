/** Maximum and average pooling, forward and backward; of equal maxima the first one wins. */

import { indicesOf, isInside, paddedWith, placesOf, planeOf, sum } from "./slide.js";

/** Return the values in a window, with its padded zeros if a mean counts them. */
export function windowValues(plane, slide, index, mode, counted = true) {
  const around = paddedWith(plane, slide.padding);
  const counts = mode === "avg" && counted;
  return placesOf(slide, index)
    .filter((place) => counts || isInside(slide, place))
    .map(([i, j]) => around[i][j]);
}

/** Return the pooled plane [H', W']. */
export function pooled(plane, slide, mode, counted = true) {
  return planeOf(slide.output, (i, j) => {
    const values = windowValues(plane, slide, [i, j], mode, counted);
    return mode === "max" ? Math.max(...values) : sum(values) / values.length;
  });
}

/** Return the place of a window's first maximum, in the plane without padding. */
export function firstMaximum(plane, slide, index) {
  const [ph, pw] = slide.padding;
  const places = placesOf(slide, index).filter((place) => isInside(slide, place));
  let best = places[0];
  for (const place of places) {
    if (plane[place[0] - ph][place[1] - pw] > plane[best[0] - ph][best[1] - pw]) best = place;
  }
  return [best[0] - ph, best[1] - pw];
}

/** Return the row-major index of each window's first maximum [H', W']. */
export function maximumIndices(plane, slide) {
  return planeOf(slide.output, (i, j) => {
    const [row, column] = firstMaximum(plane, slide, [i, j]);
    return row * slide.size[1] + column;
  });
}

/** Return the elements that receive one output's gradient, and the number it is divided by. */
export function shares(plane, slide, index, mode, counted = true) {
  if (mode === "max") return [{ place: firstMaximum(plane, slide, index), share: 1 }];
  const [ph, pw] = slide.padding;
  const inside = placesOf(slide, index).filter((place) => isInside(slide, place));
  const share = counted ? slide.kernel[0] * slide.kernel[1] : inside.length;
  return inside.map(([i, j]) => ({ place: [i - ph, j - pw], share }));
}

/** Return the gradient of the input [H, W] after the first `windows` windows, in row order. */
export function pooledBackward(plane, upstream, slide, mode, counted = true, windows = Infinity) {
  const gradient = planeOf(slide.size, () => 0);
  for (const index of indicesOf(slide.output).slice(0, windows)) {
    for (const { place, share } of shares(plane, slide, index, mode, counted)) {
      gradient[place[0]][place[1]] += upstream[index[0]][index[1]] / share;
    }
  }
  return gradient;
}
