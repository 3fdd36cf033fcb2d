/** Grey pictures, kernels, and the feature maps of a picture. */

import { correlate } from "./correlation.js";
import { planeOf, sizeOf, slideOf } from "./slide.js";

/** Height and width of a picture, in pixels. */
export const SIDE = 64;
/** Height and width of a generated kernel, in pixels. */
export const PATTERN = 16;

/** Return the built-in picture [64, 64], values 0…255: bars, a ring, a disc and a gradient. */
export function scene() {
  return planeOf([SIDE, SIDE], (i, j) => {
    const within = (top, bottom, left, right) => i >= top && i < bottom && j >= left && j < right;
    let grey = Math.round(40 + (70 * j) / (SIDE - 1));
    if (within(8, 40, 8, 13)) grey = 235;
    if (within(8, 40, 18, 23)) grey = 15;
    if (within(46, 51, 6, 34)) grey = 235;
    if (within(55, 58, 6, 34)) grey = 15;
    if (Math.abs(i - 30 - (j - 28)) < 2.5 && j > 26 && j < 44 && i < 46) grey = 235;
    const ring = Math.hypot(i - 16, j - 47);
    if (ring > 8 && ring < 12) grey = 245;
    if (Math.hypot(i - 48, j - 50) < 9) grey = 15;
    if (Math.hypot(i - 48, j - 50) < 4) grey = 200;
    return grey;
  });
}

/** Return a kernel [16, 16] with mean 0: a wave across `angle` that fades towards the border. */
export function wave(angle, width) {
  const middle = (PATTERN - 1) / 2;
  const values = planeOf([PATTERN, PATTERN], (i, j) => {
    const [y, x] = [i - middle, j - middle];
    const across = x * Math.cos(angle) + y * Math.sin(angle);
    const fade = Math.exp(-(y * y + x * x) / (2 * (PATTERN / 5) ** 2));
    return Math.cos((2 * Math.PI * across) / width) * fade;
  });
  const mean = values.flat().reduce((a, b) => a + b, 0) / PATTERN ** 2;
  return values.map((row) => row.map((value) => value - mean));
}

/** Return a kernel's response to a picture, before ReLU and pooling. */
export const responseOf = (image, kernel) =>
  correlate(image, kernel, slideOf(sizeOf(image), sizeOf(kernel)));

/** Return ReLU of a map: negative numbers become 0. */
export const rectified = (map) => map.map((row) => row.map((value) => Math.max(value, 0)));

/** Return the maximum of each block of `pool`×`pool`; incomplete blocks are dropped. */
export function largestOf(map, pool) {
  const [height, width] = sizeOf(map).map((n) => Math.floor(n / pool));
  return planeOf([height, width], (i, j) => {
    const block = map
      .slice(i * pool, (i + 1) * pool)
      .map((row) => row.slice(j * pool, (j + 1) * pool));
    return Math.max(...block.flat());
  });
}

/** Scale values to a brightness from 0 to 1; if they are signed, 0 becomes middle grey. */
export function brightness(values, signed) {
  const largest = values.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return values.map((row) => row.map((v) => (signed ? (v / largest + 1) / 2 : v / largest)));
}

/** Return a feature map as brightness: 0 is dark after ReLU, and middle grey without it. */
export function featureMap(image, kernel, { relu, pool }) {
  const found = responseOf(image, kernel);
  return brightness(largestOf(relu ? rectified(found) : found, pool), !relu);
}
