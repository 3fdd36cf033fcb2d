/** Pictures and their feature maps, each computed once. */

import { brightness, largestOf, rectified, responseOf, scene } from "../arithmetic/pictures.js";

/** Return the reader's own picture, or else the figure's: [H, W], values 0…255. */
export const imageOf = ({ image }) => (image === "scene" ? scene() : image);

/** Cache results by image and kernel, because every pointer movement redraws the figure. */
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

/** Return a kernel's map of a picture, as brightness. */
export const mapOf = remembered((image, kernel, relu, pool) => {
  const found = responseOf(grey(image), kernel);
  return brightness(largestOf(relu ? rectified(found) : found, pool), !relu);
});

/** Return a map computed by the reader's own function, as brightness. */
export const ownMap = remembered((plane) =>
  brightness(
    plane,
    plane.flat().some((value) => value < 0),
  ),
);
