/** Padding and stride: the positions of the windows, their number, and what is left over. */

import { sizeText } from "../arithmetic/numbers.js";
import { coveredBy, indicesOf, isInside, planeOf, slideOf, startOf } from "../arithmetic/slide.js";
import { pairSteppers, splitOf } from "../controls/steppers.js";
import { around, matrix, outline, sentence, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped, drawable, shownUpTo, stepsOver } from "./common.js";

const KEYS = ["size", "kernel", "padding", "stride"];
const slideIn = ({ size, kernel, padding, stride }) => slideOf(size, kernel, padding, stride);
const fits = (state) => drawable(slideIn(state));

export const paddingStride = {
  start(given) {
    const isRow = !Array.isArray(given.size);
    const pairs = isRow
      ? {
          size: [1, given.size],
          kernel: [1, given.kernel],
          padding: [0, given.padding],
          stride: [1, given.stride],
        }
      : {};
    const state = { ...given, ...pairs, isRow, at: [0, 0] };
    return { ...state, split: isRow ? [] : splitOf(state, KEYS) };
  },
  settled: (state) => ({ ...state, at: clamped(state.at, slideIn(state).output) }),
  steps: (state) => stepsOver(slideIn(state).output),
  controls(state) {
    const least = { size: 1, kernel: 1, padding: 0, stride: 1 };
    return KEYS.flatMap((key) => {
      if (!state.isRow) return pairSteppers(state, key, fits, { least: least[key] });
      // The row has height 1, so only the second number of each pair matters.
      const across = { ...state, [key]: [state[key][1], state[key][1]] };
      const [made] = pairSteppers(across, key, (next) => fits(inRow(state, key, next[key][1])), {
        least: least[key],
      });
      const kept = (patch) => patch && { [key]: inRow(state, key, patch[key][1])[key] };
      return [{ ...made, less: kept(made.less), more: kept(made.more) }];
    });
  },
  draw(state) {
    const slide = slideIn(state);
    const rows = state.isRow
      ? [[row(slide, state)]]
      : [[plane(slide, state), output(slide, state)]];
    const unused = coveredBy(slide).flat().includes(false);
    const formulas = state.isRow ? [formula(slide, 1)] : [formula(slide, 0), formula(slide, 1)];
    return { rows, words: [...formulas, ...(unused ? [sentence(say("figure.unused"))] : [])] };
  },
};

const inRow = (state, key, value) => ({ ...state, [key]: [state[key][0], value] });

function row(slide, { step }) {
  const covered = coveredBy(slide)[0];
  const [width, padding] = [slide.size[1], slide.padding[1]];
  const squares = covered.map((under, j) => {
    const outside = !isInside(slide, [0, j]);
    return { text: outside ? "0" : `${j - padding + 1}`, outside, unused: !under };
  });
  const spans = indicesOf(slide.output).map(([, j]) => ({
    start: startOf(slide, [0, j])[1],
    length: slide.kernel[1],
    text: `${j}`,
    role: "input",
    later: step !== null && j > step,
    strong: j === step,
  }));
  return {
    type: "ladder",
    title: say("figure.row", { n: width, p: padding }),
    role: "input",
    squares,
    spans,
  };
}

function plane(slide, { at }) {
  const covered = coveredBy(slide);
  const starts = new Map(
    indicesOf(slide.output).map((index) => [`${startOf(slide, index)}`, index]),
  );
  const squares = planeOf(slide.padded, (i, j) => {
    const index = starts.get(`${[i, j]}`);
    const outside = !isInside(slide, [i, j]);
    const text = index ? `${index}` : outside ? "0" : "·";
    return {
      text,
      outside,
      chosen: Boolean(index),
      unused: !covered[i][j],
      pick: index && { at: index },
    };
  });
  const title = say("figure.starts", { size: sizeText(slide.size) });
  return matrix(title, "input", squares, [outline(startOf(slide, at), slide.kernel, "input")]);
}

function output(slide, { at, step }) {
  const shown = shownUpTo(step, slide.output[1]);
  const squares = planeOf(slide.output, (i, j) => ({
    text: `${i},${j}`,
    chosen: true,
    pick: { at: [i, j] },
    later: shown !== null && !shown(i, j),
  }));
  return matrix(say("figure.output", { size: sizeText(slide.output) }), "output", squares, [
    around(at, "output"),
  ]);
}

function formula(slide, axis) {
  const [n, k, p, s] = [slide.size, slide.kernel, slide.padding, slide.stride].map(
    (pair) => pair[axis],
  );
  return words([
    [`⌊(${n} + 2·${p} − ${k}) / ${s}⌋ + 1`, ""],
    [" = ", ""],
    [`${slide.output[axis]}`, "output"],
  ]);
}
