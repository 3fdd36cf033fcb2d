/** Pictures, and the maps that kernels make of them, computed once for each. */

import { brightness, largestOf, rectified, responseOf, scene } from "../arithmetic/pictures.js";

/** Return a picture [H, W] of values 0…255: the reader's own, or the figure's. */
export const imageOf = ({ image }) => (image === "scene" ? scene() : image);

/** Keep what is made from the same image and kernel, since a state is drawn at each movement. */
export function remembered(make) {
  const known = new Map();
  return (...given) => {
    const key = JSON.stringify(given);
    if (!known.has(key)) known.set(key, make(...given));
    if (known.size > 40) known.delete(known.keys().next().value);
    return known.get(key);
  };
}

/** Return a picture as brightness from 0 to 1. */
export const grey = remembered((image) =>
  imageOf({ image }).map((row) => row.map((value) => value / 255)),
);

/** Return the map that a kernel makes of a picture, as brightness. */
export const mapOf = remembered((image, kernel, relu, pool) => {
  const found = responseOf(grey(image), kernel);
  return brightness(largestOf(relu ? rectified(found) : found, pool), !relu);
});

/** Return a map of the reader's own function as brightness. */
export const ownMap = remembered((plane) =>
  brightness(
    plane,
    plane.flat().some((value) => value < 0),
  ),
);
