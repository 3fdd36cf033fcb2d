/** Read the reader's own picture as 64×64 grey pixels; the browser decodes it, nothing is sent. */

import { post } from "../../page/api.js";
import { SIDE } from "../arithmetic/pictures.js";

/** Return the first image of a drop, a paste or a file chooser, or null if there is none. */
export function imageIn(transfer) {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/")) ?? null;
}

/** Return a picture's central square as integers 0…255 [64, 64]; reject if it is not a picture. */
export async function greyOf(file) {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIDE, SIDE);
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  context.drawImage(bitmap, left, top, side, side, 0, 0, SIDE, SIDE);
  bitmap.close();
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Array.from({ length: SIDE }, (_, i) =>
    Array.from({ length: SIDE }, (_, j) => {
      const at = 4 * (i * SIDE + j);
      return Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
    }),
  );
}

/** Return the maps that the reader's function computes from a picture; reject with its error. */
export async function mapsOfOwnFunction(exercise, image) {
  const { maps } = await post(`/api/e/${exercise}/picture`, {
    kind: "picture",
    pixels: image.flat(),
  });
  return maps;
}
