/** im2col: each window becomes a row of a matrix, and convolution a matrix product. */

import { windowsAsRows, slideFor } from "../arithmetic/correlation.js";
import { sizeText } from "../arithmetic/numbers.js";
import { sizeOf, sum } from "../arithmetic/slide.js";
import { pairSteppers, splitOf } from "../controls/steppers.js";
import {
  around,
  matrix,
  outline,
  paddedInput,
  productWords,
  sign,
  squaresOf,
} from "../drawing/panels.js";
import { say } from "../texts.js";
import { MAX_SIDE, clamped, drawable, shownUpTo, stepsOver } from "./common.js";

/** Return an array as planes [C, H, W]; a single plane may lack the first axis. */
const planesOf = (array) => (Array.isArray(array[0][0]) ? array : [array]);
const slideIn = (state) =>
  slideFor(planesOf(state.input)[0], planesOf(state.kernel)[0], { ...state, dilation: [1, 1] });

function fits(state) {
  const slide = slideIn(state);
  return drawable(slide) && slide.output[0] * slide.output[1] <= MAX_SIDE;
}

export const unfolded = {
  start: (given) => ({ ...given, split: splitOf(given, ["padding", "stride"]) }),
  settled: (state) => ({ ...state, at: clamped(state.at, slideIn(state).output) }),
  steps: (state) => stepsOver(slideIn(state).output),
  controls: (state) => [
    ...pairSteppers(state, "padding", fits),
    ...pairSteppers(state, "stride", fits, { least: 1 }),
  ],
  draw(state) {
    const { input, kernel, at, step } = state;
    const [planes, weights, slide] = [planesOf(input), planesOf(kernel), slideIn(state)];
    const many = planes.length > 1;
    const path = (name, c) => (many ? [name, c] : [name]);
    const inputs = planes.map((plane, c) => {
      const title = many ? say("figure.channel", { number: c }) : "";
      return paddedInput(plane, slide, at, { title, name: path("input", c) });
    });
    const kernels = weights.map((plane, c) => {
      const title = many
        ? say("figure.kernel_of", { number: c })
        : say("figure.kernel", { size: sizeText(sizeOf(plane)) });
      return matrix(title, "kernel", squaresOf(plane, { name: path("kernel", c) }));
    });
    const rows = windowsAsRows(planes, slide);
    const column = weights.flat(2);
    const number = at[0] * slide.output[1] + at[1];
    return {
      rows: [[...inputs, ...kernels], product(rows, column, number, slide, step)],
      words: [productWords(rows[number].map((value, n) => ({ value, weight: column[n] })))],
    };
  },
};

function product(rows, column, number, slide, step) {
  const picked = (i) => ({ at: [Math.floor(i / slide.output[1]), i % slide.output[1]] });
  const shown = shownUpTo(step, 1);
  const perRow = shown && ((i) => shown(i, 0));
  const title = say("figure.windows_as_rows", { size: sizeText([rows.length, column.length]) });
  const windows = matrix(title, "input", squaresOf(rows, { picked, shown: perRow }), [
    outline([number, 0], [1, column.length], "input"),
  ]);
  const flat = matrix(
    say("figure.as_column"),
    "kernel",
    squaresOf(column.map((weight) => [weight])),
  );
  const result = rows.map((row) => [sum(row.map((value, n) => value * column[n]))]);
  const made = matrix(
    say("figure.product"),
    "output",
    squaresOf(result, { picked, shown: perRow }),
    [around([number, 0], "output")],
  );
  return [windows, sign("×"), flat, sign("="), made];
}
