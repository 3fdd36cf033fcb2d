/** Cross-correlation and convolution of planes, with padding, stride, dilation and channels. */

import { indicesOf, paddedWith, placesOf, planeOf, sizeOf, slideOf, sum } from "./slide.js";

/** Return the products of a window and the kernel, in the order of the kernel's elements. */
export function productsAt(plane, kernel, slide, index) {
  const around = paddedWith(plane, slide.padding);
  const weights = kernel.flat();
  return placesOf(slide, index).map(([i, j], n) => ({ value: around[i][j], weight: weights[n] }));
}

/** Return the cross-correlation [H', W'] of a plane [H, W] with a kernel [kh, kw]. */
export function correlate(plane, kernel, slide) {
  const around = paddedWith(plane, slide.padding);
  const [[sh, sw], [dh, dw]] = [slide.stride, slide.dilation];
  return planeOf(slide.output, (i, j) => {
    let total = 0;
    for (let a = 0; a < kernel.length; a++) {
      const row = around[i * sh + a * dh];
      for (let b = 0; b < kernel[a].length; b++) total += row[j * sw + b * dw] * kernel[a][b];
    }
    return total;
  });
}

/** Return a kernel rotated by 180°: correlating with it computes the convolution. */
export const flipped = (kernel) => kernel.map((row) => [...row].reverse()).reverse();

/** Return the sum of planes of one shape, element by element, plus a bias. */
export function addedUp(planes, bias = 0) {
  return planeOf(sizeOf(planes[0]), (i, j) => sum(planes.map((plane) => plane[i][j])) + bias);
}

/** Return the map of one filter [C, kh, kw] over an image [C, H, W]. */
export function filtered(planes, filter, slide, bias = 0) {
  return addedUp(
    planes.map((plane, c) => correlate(plane, filter[c], slide)),
    bias,
  );
}

/** Return the maps [F, H, W] of a 1×1 convolution with weights [F, C]. */
export function mixed(planes, weight, bias) {
  return weight.map((row, f) =>
    planeOf(sizeOf(planes[0]), (i, j) => sum(row.map((w, c) => w * planes[c][i][j])) + bias[f]),
  );
}

/** Return the windows of an image [C, H, W] as rows [H'·W', C·kh·kw]. */
export function windowsAsRows(planes, slide) {
  const around = planes.map((plane) => paddedWith(plane, slide.padding));
  return indicesOf(slide.output).map((index) =>
    around.flatMap((plane) => placesOf(slide, index).map(([i, j]) => plane[i][j])),
  );
}

/** Return the window geometry for the padding, stride and dilation of a figure's state. */
export const slideFor = (plane, kernel, { padding, stride, dilation }) =>
  slideOf(sizeOf(plane), sizeOf(kernel), padding, stride, dilation);
