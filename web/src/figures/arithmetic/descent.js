/** Gradient descent on ½·c·w², whose gradient is c·w. */

/** A run is shown until its loss is this many times the first, so that the others stay visible. */
const CEILING = 3;

/** Return the loss at w. */
export const lossAt = (w, curvature) => 0.5 * curvature * w * w;

/** Return w before and after each step w ← w − rate·c·w, up to the ceiling. */
export function descentOf(rate, { steps, curvature, start }) {
  const ceiling = CEILING * 0.5 * curvature * start * start;
  const walked = [];
  for (let w = start; walked.length <= steps && lossAt(w, curvature) <= ceiling;) {
    walked.push(w);
    w -= rate * curvature * w;
  }
  return walked;
}
