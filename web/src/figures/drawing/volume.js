/** Draw a layer's output as a stack of planes, scaled by the logarithms of its sizes. */

import { MARGIN } from "./matrix.js";
import { rectangle, svg } from "./shapes.js";

const SHIFT = 4;

/** Return `6@28×28`, or `120` for a vector. */
export const volumeSize = ([channels, height, width]) =>
  height === 1 && width === 1 ? `${channels}` : `${channels}@${height}×${width}`;

export function drawVolume({ title, role, shape: [channels, height, width] }) {
  const side = height === 1 ? 6 : 12 + 9 * Math.log2(height);
  const wide = width === 1 ? 10 : 12 + 9 * Math.log2(width);
  const planes = 1 + Math.max(0, Math.min(7, halfToEven(Math.log2(channels))));
  const extra = (planes - 1) * SHIFT;
  const told = `${title}: ${volumeSize([channels, height, width])}`;
  const drawn = svg(wide + extra + 2 * MARGIN, side + extra + 2 * MARGIN, told);
  for (let number = planes - 1; number >= 0; number--) {
    const [x, y] = [MARGIN + number * SHIFT, MARGIN + extra - number * SHIFT];
    rectangle(drawn, `volume in-${role}`, x, y, wide, side);
  }
  return drawn;
}

/** Return the nearest integer, in a tie the even one, as Python's `round` does. */
export function halfToEven(number) {
  const near = Math.round(number);
  return Math.abs(number % 1) === 0.5 && near % 2 ? near - 1 : near;
}
