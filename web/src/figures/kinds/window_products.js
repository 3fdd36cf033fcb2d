/** A window over the input, its products with the kernel, and the output that they add up to. */

import { correlate, flipped, productsAt, slideFor } from "../arithmetic/correlation.js";
import { short, sizeText } from "../arithmetic/numbers.js";
import { placesOf, sizeOf } from "../arithmetic/slide.js";
import { pairSteppers, splitOf } from "../controls/steppers.js";
import {
  framedOutput,
  matrix,
  paddedInput,
  productWords,
  sign,
  squaresOf,
} from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, drawable, shownUpTo, stepsOver } from "./common.js";

const slideIn = (state) => slideFor(state.input, state.kernel, state);
const fits = (state) => drawable(slideIn(state));

export const windowProducts = {
  start: (given) => ({ ...given, dilation: [1, 1], split: splitOf(given, ["padding", "stride"]) }),
  settled: (state) => ({ ...state, at: clamped(state.at, slideIn(state).output) }),
  steps: (state) => stepsOver(slideIn(state).output),
  controls: (state) => [
    ...pairSteppers(state, "padding", fits),
    ...pairSteppers(state, "stride", fits, { least: 1 }),
    ...pairSteppers(state, "dilation", fits, { least: 1 }),
  ],
  draw(state) {
    const { input, kernel, at, bias } = state;
    const slide = slideIn(state);
    const turned = state.operation === "convolution";
    const used = turned ? flipped(kernel) : kernel;
    const squares = squaresOf(kernel, { name: ["kernel"] });
    const name = turned ? "figure.flipped" : "figure.kernel";
    const result = correlate(input, used, slide).map((row) => row.map((value) => value + bias));
    const picked = (i, j) => ({ at: [i, j] });
    const shown = shownUpTo(state.step, slide.output[1]);
    const panels = [
      withTaps(paddedInput(input, slide, at, { name: ["input"] }), slide, at),
      sign("∗"),
      matrix(
        say(name, { size: sizeText(sizeOf(kernel)) }),
        "kernel",
        turned ? flipped(squares) : squares,
      ),
      ...(bias ? [sign(`+ ${short(bias)}`)] : []),
      sign("="),
      framedOutput(result, at, "output", { picked, shown }),
    ];
    return { rows: [panels], words: [productWords(productsAt(input, used, slide, at), bias)] };
  },
};

/** Mark the elements that a dilated kernel reads in its window. */
export function withTaps(panel, slide, at) {
  if (Math.max(...slide.dilation) > 1) {
    for (const [i, j] of placesOf(slide, at)) panel.squares[i][j].chosen = true;
  }
  return panel;
}
