/** Pooling: the window of each output, and the place of its maximum. */

import { bracketed, short } from "../arithmetic/numbers.js";
import { firstMaximum, pooled, windowValues } from "../arithmetic/pooling.js";
import { sizeOf, slideOf } from "../arithmetic/slide.js";
import { choice, pairSteppers, splitOf, toggle } from "../controls/steppers.js";
import { framedOutput, paddedInput, sign, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, drawable, shownUpTo, stepsOver } from "./common.js";

/** Return the window geometry of a pooling figure. */
export const poolingSlide = ({ input, kernel_size, padding, stride }) =>
  slideOf(sizeOf(input), kernel_size, padding, stride);

const fits = (state) => {
  const enough = state.padding.every((p, axis) => 2 * p <= state.kernel_size[axis]);
  return enough && drawable(poolingSlide(state));
};

/** Return a pooling figure's initial state; by default a mean counts the padding. */
export const startOfPooling = (given) => ({
  count_include_pad: true,
  ...given,
  split: splitOf(given, ["kernel_size", "padding", "stride"]),
});

/** Return the controls of a pooling figure; the stride follows the kernel unless it is given. */
export function poolingControls(state) {
  const follows = `${state.stride}` === `${state.kernel_size}`;
  const modes = ["max", "avg"].map((mode) => [mode, say(`figure.${mode}`)]);
  return [
    choice(say("serve_figures.mode"), "mode", state.mode, modes),
    ...(state.mode === "avg" && Math.max(...state.padding) > 0
      ? [toggle(say("serve_figures.count_padding"), "count_include_pad", state.count_include_pad)]
      : []),
    ...pairSteppers(state, "kernel_size", fits, {
      least: 1,
      follow: (size) => (follows ? { stride: size } : {}),
    }),
    ...pairSteppers(state, "stride", fits, { least: 1 }),
    ...pairSteppers(state, "padding", fits),
  ];
}

/** Return the text of padded elements: −∞, 0, or a mark if they do not count. */
export const fillOf = ({ mode, count_include_pad }) =>
  mode === "max" ? "−∞" : count_include_pad ? "0" : "·";

export const pooling = {
  start: startOfPooling,
  settled: (state) => ({ ...state, at: clamped(state.at, poolingSlide(state).output) }),
  steps: (state) => stepsOver(poolingSlide(state).output),
  controls: poolingControls,
  note(state) {
    if (state.mode === "avg") return "";
    const [row, column] = firstMaximum(state.input, poolingSlide(state), state.at);
    const width = state.input[0].length;
    return say("serve_figures.index", { row, column, width, index: row * width + column });
  },
  draw(state) {
    const { input, at, mode, count_include_pad: counted } = state;
    const slide = poolingSlide(state);
    const result = pooled(input, slide, mode, counted);
    const source = paddedInput(input, slide, at, { fill: fillOf(state), name: ["input"] });
    if (mode === "max") markMaximum(source, input, slide, at);
    const values = windowValues(input, slide, at, mode, counted);
    const terms = values.map(mode === "avg" ? bracketed : short);
    const worked =
      mode === "max" ? `max(${terms.join(", ")})` : `(${terms.join(" + ")}) / ${terms.length}`;
    const picked = (i, j) => ({ at: [i, j] });
    const shown = shownUpTo(state.step, slide.output[1]);
    return {
      rows: [
        [
          source,
          sign("→", say(`figure.${mode}`)),
          framedOutput(result, at, "output", { picked, shown }),
        ],
      ],
      words: [
        words([
          [worked, "input"],
          [" = ", ""],
          [short(result[at[0]][at[1]]), "output"],
        ]),
      ],
    };
  },
};

/** Mark the maximum of a window. */
export function markMaximum(source, plane, slide, at) {
  const [row, column] = firstMaximum(plane, slide, at);
  source.squares[row + slide.padding[0]][column + slide.padding[1]].chosen = true;
}
