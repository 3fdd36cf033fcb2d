/** Several input channels, each with its own plane of the kernel, and the sum over all. */

import { correlate, filtered, slideFor } from "../arithmetic/correlation.js";
import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { sum } from "../arithmetic/slide.js";
import { pairSteppers, splitOf } from "../controls/steppers.js";
import { around, matrix, paddedInput, sign, squaresOf, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, drawable, shownUpTo, stepsOver } from "./common.js";

/** Return a kernel as [F, C, kh, kw]; a single filter may lack the first axis. */
const filtersOf = ({ kernel }) => (Array.isArray(kernel[0][0][0]) ? kernel : [kernel]);
const slideIn = (state) => slideFor(state.input[0], filtersOf(state)[0][0], state);
const fits = (state) => drawable(slideIn(state));

export const channelSums = {
  start: (given) => ({ ...given, dilation: [1, 1], split: splitOf(given, ["padding", "stride"]) }),
  settled: (state) => ({ ...state, at: clamped(state.at, slideIn(state).output) }),
  steps: (state) => stepsOver(slideIn(state).output),
  controls: (state) => [
    ...pairSteppers(state, "padding", fits),
    ...pairSteppers(state, "stride", fits, { least: 1 }),
  ],
  draw(state) {
    const { input, at, bias, filter } = state;
    const [slide, filters] = [slideIn(state), filtersOf(state)];
    const shown = shownUpTo(state.step, slide.output[1]);
    const parts = input.map((plane, c) => correlate(plane, filters[filter][c], slide));
    const rows = input.map((plane, c) => channelRow(state, slide, plane, c, parts[c], shown));
    const outputs = filters.map((one, f) => {
      const title = say("figure.map", { number: f, size: sizeText(slide.output) });
      const picked = (i, j) => ({ at: [i, j], filter: f });
      const squares = squaresOf(filtered(input, one, slide, bias[f]), { picked, shown });
      return matrix(title, "output", squares, f === filter ? [around(at, "output")] : []);
    });
    const partial = parts.map((part) => part[at[0]][at[1]]);
    const terms = [...partial, ...(bias[filter] ? [bias[filter]] : [])].map(bracketed).join(" + ");
    const total = short(sum(partial) + bias[filter]);
    return {
      rows: [...rows, [sign("Σ"), ...outputs]],
      words: [
        words([
          [terms, ""],
          [" = ", ""],
          [total, "output"],
        ]),
      ],
    };
  },
};

function channelRow(state, slide, plane, c, part, shown) {
  const { at, filter } = state;
  const filters = filtersOf(state);
  const path = filters === state.kernel ? ["kernel", filter, c] : ["kernel", c];
  const picked = (i, j) => ({ at: [i, j] });
  return [
    paddedInput(plane, slide, at, {
      title: say("figure.channel", { number: c }),
      name: ["input", c],
    }),
    sign("∗"),
    matrix(
      say("figure.kernel_of", { number: c }),
      "kernel",
      squaresOf(filters[filter][c], { name: path }),
    ),
    sign("="),
    matrix(say("figure.partial", { number: c }), "", squaresOf(part, { picked, shown }), [
      around(at, ""),
    ]),
  ];
}
