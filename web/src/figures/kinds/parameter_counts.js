/** Parameter counts: a formula, a number and a bar for each layer. */

import { layersOver, parametersOf } from "../arithmetic/layers.js";
import { grouped } from "../arithmetic/numbers.js";
import { sum } from "../arithmetic/slide.js";
import { words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { layerControls, operationText, sideStepper } from "./layer_controls.js";

export const parameterCounts = {
  start: (given) => given,
  controls: (state) => [
    sideStepper(state, 0),
    sideStepper(state),
    ...state.layers.flatMap((_, n) => layerControls(state, n)),
  ],
  draw({ input, layers, compare }) {
    const bars = layersOver(input, layers, compare).map((layer) => {
      const { formula, count } = parametersOf(layer);
      const whole =
        compare && layer.name ? layer.name : `${layer.name} ${operationText(layer)}`.trim();
      return { name: whole, formula, value: count };
    });
    const total = grouped(sum(bars.map((bar) => bar.value)));
    return {
      rows: [[{ type: "bars", title: say("figure.parameters"), bars }]],
      words: compare
        ? []
        : [
            words([
              [say("figure.total"), ""],
              [total, "output"],
            ]),
          ],
    };
  },
};
