/**
 * Pooling backward. `at` chooses an element of the input, whose gradient is written out; `from`
 * chooses an output, whose gradient is followed to the input. Play goes through the outputs.
 */

import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { pooledBackward, shares } from "../arithmetic/pooling.js";
import { indicesOf, startOf, sum } from "../arithmetic/slide.js";
import {
  around,
  matrix,
  outline,
  paddedInput,
  sentence,
  sign,
  squaresOf,
  words,
} from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, resized } from "./common.js";
import { fillOf, markMaximum, poolingControls, poolingSlide, startOfPooling } from "./pooled.js";

export const poolingBackward = {
  start: (given) => ({ ...startOfPooling(given), from: null }),
  settled(state) {
    const { output } = poolingSlide(state);
    const from = state.from && clamped(state.from, output);
    return { ...state, from, upstream: resized(state.upstream, output, 1) };
  },
  steps: (state) => indicesOf(poolingSlide(state).output).map((from) => ({ from })),
  controls: poolingControls,
  draw(state) {
    const { input, upstream, at, from, mode, step, count_include_pad: counted } = state;
    const slide = poolingSlide(state);
    const windows = step === null ? Infinity : step + 1;
    const gradient = pooledBackward(input, upstream, slide, mode, counted, windows);
    const paths = from ? pathsFrom(state, slide) : pathsTo(state, slide);
    const source = paddedInput(input, slide, null, {
      fill: fillOf(state),
      name: ["input"],
      picked: (i, j) => ({ at: [i, j], from: null }),
    });
    source.outlines = from
      ? [outline(startOf(slide, from), slide.kernel, "input")]
      : [here(slide, at)];
    if (from && mode === "max") markMaximum(source, input, slide, from);
    const above = matrix(
      say("figure.upstream_title", { size: sizeText(slide.output) }),
      "gradient",
      squaresOf(upstream, { name: ["upstream"], picked: (i, j) => ({ from: [i, j] }) }),
      (from ? [from] : paths.map(({ index }) => index)).map((index) => around(index, "gradient")),
    );
    const below = matrix(
      say("figure.grad_input", { size: sizeText(slide.size) }),
      "gradient",
      squaresOf(gradient, { picked: (i, j) => ({ at: [i, j], from: null }) }),
      (from ? paths.map(({ place }) => place) : [at]).map((place) => around(place, "gradient")),
    );
    const worked = from ? sent(state, paths) : received(state, paths, gradient);
    return { rows: [[source, above, sign("→"), below]], words: [worked, sums(upstream, gradient)] };
  },
};

const here = (slide, [i, j]) => around([i + slide.padding[0], j + slide.padding[1]], "input");

/** Return the elements that receive the gradient of the chosen output. */
const pathsFrom = ({ input, from, mode, count_include_pad }, slide) =>
  shares(input, slide, from, mode, count_include_pad);

/** Return the outputs whose gradients reach the chosen element. */
function pathsTo({ input, at, mode, count_include_pad }, slide) {
  return indicesOf(slide.output).flatMap((index) =>
    shares(input, slide, index, mode, count_include_pad)
      .filter(({ place }) => `${place}` === `${at}`)
      .map(({ share }) => ({ index, share })),
  );
}

function received({ upstream, at }, paths, gradient) {
  const terms = paths.map(({ index, share }) => {
    const term = bracketed(upstream[index[0]][index[1]]);
    return share === 1 ? term : `${term}/${share}`;
  });
  const [written, total] = [terms.join(" + ") || "0", short(gradient[at[0]][at[1]])];
  const before = `[${at[0]}, ${at[1]}]: ` + (written === total ? "" : `${written} = `);
  return words([
    [before, ""],
    [total, "gradient"],
  ]);
}

function sent({ upstream, from, mode }, paths) {
  const value = upstream[from[0]][from[1]];
  const [{ place, share }] = paths;
  const part =
    share === 1 ? short(value) : `${bracketed(value)}/${share} = ${short(value / share)}`;
  const where =
    mode === "max"
      ? `[${place.join(", ")}]`
      : say("serve_figures.elements", { count: paths.length });
  return words([
    [`[${from.join(", ")}]: `, ""],
    [part, "gradient"],
    [` → ${where}`, ""],
  ]);
}

const sums = (upstream, gradient) =>
  sentence(
    say("figure.sums", { before: short(sum(upstream.flat())), after: short(sum(gradient.flat())) }),
  );
