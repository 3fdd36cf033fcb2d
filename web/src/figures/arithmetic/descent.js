/** Gradient descent on ½·c·w², whose gradient is c·w. */

/** Maximum loss shown, relative to the first, so that a diverging run does not dwarf the others. */
const CEILING = 3;

/** Return the loss at w. */
export const lossAt = (w, curvature) => 0.5 * curvature * w * w;

/** Return w at the start and after each step w ← w − rate·c·w, up to the ceiling. */
export function descentOf(rate, { steps, curvature, start }) {
  const ceiling = CEILING * 0.5 * curvature * start * start;
  const walked = [];
  for (let w = start; walked.length <= steps && lossAt(w, curvature) <= ceiling;) {
    walked.push(w);
    w -= rate * curvature * w;
  }
  return walked;
}
