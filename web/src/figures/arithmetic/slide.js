/**
 * A window that slides over a plane. Pairs are [vertical, horizontal], planes are lists of rows,
 * and places refer to the padded plane unless a comment says otherwise.
 */

/** Return a window's geometry: `reach` is the kernel's extent, `output` the number of windows. */
export function slideOf(size, kernel, padding = [0, 0], stride = [1, 1], dilation = [1, 1]) {
  const axes = [0, 1];
  const padded = axes.map((a) => size[a] + 2 * padding[a]);
  const reach = axes.map((a) => (kernel[a] - 1) * dilation[a] + 1);
  const fits = axes.every((a) => reach[a] <= padded[a]);
  const output = axes.map((a) =>
    outputSize(size[a], kernel[a], padding[a], stride[a], dilation[a]),
  );
  return { size, kernel, padding, stride, dilation, padded, reach, fits, output };
}

/** Return ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, or 0 if no window fits. */
export function outputSize(n, k, padding = 0, stride = 1, dilation = 1) {
  const rest = n + 2 * padding - (k - 1) * dilation - 1;
  return rest < 0 ? 0 : Math.floor(rest / stride) + 1;
}

/** Return a plane's shape [H, W]. */
export const sizeOf = (plane) => [plane.length, plane[0].length];

/** Return the plane [H, W] whose element (i, j) is `made(i, j)`. */
export function planeOf([height, width], made) {
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => made(i, j)),
  );
}

/** Return every index [i, j] of a plane of this shape, in row order. */
export const indicesOf = (size) => planeOf(size, (i, j) => [i, j]).flat();

/** Return the place of the first element of an output's window. */
export const startOf = (slide, [i, j]) => [i * slide.stride[0], j * slide.stride[1]];

/** Return the places that a window reads, in the order of the kernel's elements. */
export function placesOf(slide, index) {
  const [top, left] = startOf(slide, index);
  const [down, across] = slide.dilation;
  return indicesOf(slide.kernel).map(([a, b]) => [top + a * down, left + b * across]);
}

/** Return whether a place lies in the plane and not in its padding. */
export function isInside(slide, [i, j]) {
  const [y, x] = [i - slide.padding[0], j - slide.padding[1]];
  return y >= 0 && y < slide.size[0] && x >= 0 && x < slide.size[1];
}

/** Return for each element of the padded plane whether any window covers it. */
export function coveredBy(slide) {
  const found = planeOf(slide.padded, () => false);
  for (const index of indicesOf(slide.output)) {
    const [top, left] = startOf(slide, index);
    for (const [a, b] of indicesOf(slide.reach)) found[top + a][left + b] = true;
  }
  return found;
}

/** Return [H + 2·ph, W + 2·pw]: a plane with `fill` around it. */
export function paddedWith(plane, [ph, pw], fill = 0) {
  const [height, width] = sizeOf(plane);
  return planeOf([height + 2 * ph, width + 2 * pw], (i, j) => plane[i - ph]?.[j - pw] ?? fill);
}

/** Return the sum of numbers. */
export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
