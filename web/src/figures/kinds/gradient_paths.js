/** Gradients of a convolution: all paths from the outputs back to one element. */

import { slideFor } from "../arithmetic/correlation.js";
import { gradientOf, pathsTo } from "../arithmetic/gradients.js";
import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { paddedWith, sizeOf, sum } from "../arithmetic/slide.js";
import { choice, pairSteppers, splitOf } from "../controls/steppers.js";
import { around, matrix, paddedInput, sign, squaresOf, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, drawable, resized, shownUpTo, stepsOver } from "./common.js";

const slideIn = (state) => slideFor(state.input, state.kernel, { ...state, dilation: [1, 1] });
const fits = (state) => drawable(slideIn(state));
const sizeOfGradient = (state) => sizeOf(state.of === "input" ? state.input : state.kernel);

export const gradientPaths = {
  start: (given) => ({ ...given, split: splitOf(given, ["padding", "stride"]) }),
  settled: (state) => ({
    ...state,
    at: clamped(state.at, sizeOfGradient(state)),
    upstream: resized(state.upstream, slideIn(state).output, 1),
  }),
  steps: (state) => stepsOver(sizeOfGradient(state)),
  controls: (state) => [
    choice(say("serve_figures.of"), "of", state.of, [
      ["input", say("serve_figures.of_input")],
      ["kernel", say("serve_figures.of_kernel")],
    ]),
    ...pairSteppers(state, "padding", fits),
    ...pairSteppers(state, "stride", fits, { least: 1 }),
  ],
  draw(state) {
    const { input, kernel, upstream, at, of, step } = state;
    const slide = slideIn(state);
    const paths = pathsTo(slide, of, at);
    const role = of === "input" ? "kernel" : "input";
    const other =
      of === "input" ? kernelPanel(kernel) : paddedInput(input, slide, null, { name: ["input"] });
    other.outlines = paths.map(({ place }) => around(place, role));
    const above = matrix(
      say("figure.upstream_title", { size: sizeText(sizeOf(upstream)) }),
      "gradient",
      squaresOf(upstream, { name: ["upstream"] }),
      paths.map(({ index }) => around(index, "gradient")),
    );
    const gradient = gradientOf(of, input, kernel, upstream, slide);
    const size = sizeOf(gradient);
    const made = matrix(
      say(of === "input" ? "figure.grad_input" : "figure.grad_kernel", { size: sizeText(size) }),
      "gradient",
      squaresOf(gradient, { picked: (i, j) => ({ at: [i, j] }), shown: shownUpTo(step, size[1]) }),
      [around(at, "gradient")],
    );
    const used = of === "input" ? kernel : paddedWith(input, slide.padding);
    return {
      rows: [[above, other, sign("→"), made]],
      words: [worked(paths, upstream, used, role)],
    };
  },
};

const kernelPanel = (kernel) =>
  matrix(
    say("figure.kernel", { size: sizeText(sizeOf(kernel)) }),
    "kernel",
    squaresOf(kernel, { name: ["kernel"] }),
  );

function worked(paths, upstream, used, role) {
  const factors = paths.map(({ index, place }) => [
    upstream[index[0]][index[1]],
    used[place[0]][place[1]],
  ]);
  const parts = factors.flatMap(([gradient, other], n) => [
    ...(n ? [[" + ", ""]] : []),
    [bracketed(gradient), "gradient"],
    ["·", ""],
    [bracketed(other), role],
  ]);
  const total = sum(factors.map(([gradient, other]) => gradient * other));
  return words([...(parts.length ? parts : [["0", ""]]), [" = ", ""], [short(total), "gradient"]]);
}
