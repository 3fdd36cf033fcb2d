/** A 1×1 convolution: the weights multiply the column of channels at each pixel. */

import { mixed } from "../arithmetic/correlation.js";
import { bracketed, short, sizeText } from "../arithmetic/numbers.js";
import { sizeOf } from "../arithmetic/slide.js";
import { around, matrix, sign, squaresOf, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { shownUpTo, stepsOver } from "./common.js";

export const oneByOne = {
  start: (given) => given,
  steps: ({ input }) => stepsOver(sizeOf(input[0])),
  draw({ input, weight, bias, at, step }) {
    const size = sizeOf(input[0]);
    const outputs = mixed(input, weight, bias);
    const shown = shownUpTo(step, size[1]);
    const picked = (i, j) => ({ at: [i, j] });
    const inside = input.map((plane, c) => {
      const squares = squaresOf(plane, { name: ["input", c], picked });
      return matrix(say("figure.channel", { number: c }), "input", squares, [around(at, "input")]);
    });
    const weights = matrix(
      say("figure.weights", { size: sizeText(sizeOf(weight)) }),
      "kernel",
      squaresOf(weight, { name: ["weight"] }),
    );
    const after = outputs.map((map, f) => {
      const title = say("figure.map", { number: f, size: sizeText(size) });
      return matrix(title, "output", squaresOf(map, { picked, shown }), [around(at, "output")]);
    });
    const column = input.map((plane) => plane[at[0]][at[1]]);
    return {
      rows: [inside, [sign("×"), weights], [sign("→"), ...after]],
      words: weight.map((row, f) => worked(column, row, bias[f], outputs[f][at[0]][at[1]])),
    };
  },
};

function worked(column, row, bias, total) {
  const parts = row.flatMap((weight, c) => [
    ...(c ? [[" + ", ""]] : []),
    [bracketed(weight), "kernel"],
    ["·", ""],
    [bracketed(column[c]), "input"],
  ]);
  if (bias) parts.push([` + ${bracketed(bias)}`, ""]);
  return words([...parts, [" = ", ""], [short(total), "output"]]);
}
