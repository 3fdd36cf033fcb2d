/** Draw an image of one channel; `pixels` [H, W] range from 0 (dark) to 1 (bright). */

import { sizeOf } from "../arithmetic/slide.js";
import { rectangle, shape, svg } from "./shapes.js";
import { halfToEven } from "./volume.js";

/**
 * Return a picture with frames. `picked(i, j)` returns the change of state when the reader points
 * at a pixel, `walked(arrow)` when they press an arrow key.
 */
export function drawPicture(panel, remember) {
  const { title, role, pixels, small = false, outlines = [], picked, walked } = panel;
  const [height, width] = sizeOf(pixels);
  const scale = Math.max(1, halfToEven((small ? 40 : 128) / Math.max(height, width)));
  const size = { width: width * scale, height: height * scale };
  const drawn = svg(size.width + 2, size.height + 2, panel.told ?? title);
  if (picked) {
    const within = (place, most) =>
      Math.max(0, Math.min(most - 1, Math.floor((place - 1) / scale)));
    const track = (x, y) => picked(within(y, height), within(x, width));
    drawn.dataset.picture = remember({ track, walk: walked }, panel);
    drawn.setAttribute("role", "application");
    drawn.setAttribute("tabindex", "0");
  }
  shape(drawn, "image", { x: 1, y: 1, class: "pixels", href: addressOf(pixels), ...size });
  rectangle(drawn, `edge ${role}`.trimEnd(), 1, 1, size.width, size.height);
  const frames = shape(drawn, "g", { class: "frames" });
  for (const { place, size, role } of outlines) {
    const [x, y] = [1 + place[1] * scale, 1 + place[0] * scale];
    rectangle(frames, `frame ${role}`, x, y, size[1] * scale, size[0] * scale);
  }
  return drawn;
}

const known = new WeakMap();

/** Return a picture as a `data:` URL, so that nothing is loaded. */
function addressOf(pixels) {
  if (known.has(pixels)) return known.get(pixels);
  const [height, width] = sizeOf(pixels);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  pixels.flat().forEach((value, n) => {
    const grey = halfToEven(Math.min(1, Math.max(0, value)) * 255);
    image.data.set([grey, grey, grey, 255], 4 * n);
  });
  context.putImageData(image, 0, 0);
  const address = canvas.toDataURL();
  known.set(pixels, address);
  return address;
}
