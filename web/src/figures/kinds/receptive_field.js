/** The receptive field: the elements of each layer that a later unit depends on. */

import { fieldOf, growthOf, sizesOf, wholeLayer } from "../arithmetic/receptive_field.js";
import { stepper } from "../controls/steppers.js";
import { matrix, outline, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { replaced } from "./common.js";

/** Maximum number of elements in the input row. */
const LONGEST = 18;
const PARTS = ["kernel", "stride", "dilation"];

const fits = ({ size, layers }) =>
  size >= 1 &&
  size <= LONGEST &&
  Math.min(...layers.flat()) >= 1 &&
  Math.min(...sizesOf(size, layers)) >= 1;

export const receptiveField = {
  start: (given) => ({ ...given, layers: given.layers.map(wholeLayer) }),
  settled: (state) => ({
    ...state,
    at: Math.min(state.at, sizesOf(state.size, state.layers).at(-1) - 1),
  }),
  steps: ({ layers }) => Array.from({ length: layers.length + 1 }, () => ({})),
  controls(state) {
    const allowed = (patch) => fits({ ...state, ...patch });
    const size = stepper(say("serve_figures.size"), state.size, {
      change: (next) => ({ size: next }),
      fits: allowed,
    });
    const ofLayers = state.layers.map((layer, n) => ({
      type: "set",
      label: say("serve_figures.layer_number", { layer: n + 1 }),
      controls: PARTS.map((part, at) =>
        stepper(say(`serve_figures.${part}`), layer[at], {
          change: (next) => ({ layers: replaced(state.layers, n, replaced(layer, at, next)) }),
          fits: allowed,
        }),
      ),
    }));
    return [size, ...ofLayers];
  },
  draw({ size, layers, at, step }) {
    const [sizes, used] = [sizesOf(size, layers), fieldOf(layers, at)];
    const order = sizes.map((_, n) => sizes.length - 1 - n);
    const rows = order.map((layer, n) => [
      row(layer, sizes[layer], used[layer], step !== null && n > step, layer === layers.length),
    ]);
    return { rows, words: worked(layers) };
  },
};

function row(layer, size, used, later, isLast) {
  const [first, last] = [used[0], used.at(-1)];
  const role = layer === 0 ? "input" : "output";
  const field = later ? "…" : last - first + 1;
  const title = say(layer === 0 ? "figure.field_input" : "figure.field_layer", { layer, field });
  const squares = Array.from({ length: size }, (_, i) => ({
    text: `${i}`,
    chosen: !later && used.includes(i),
    pick: isLast ? { at: i } : undefined,
  }));
  const frames = later ? [] : [outline([0, first], [1, last - first + 1], role)];
  return matrix(title, role, [squares], frames);
}

/** Return the growth of the field written out: a layer adds (k − 1)·d times all earlier strides. */
function worked(layers) {
  return growthOf(layers).map(({ before, jump, after }, n) => {
    const [kernel, , dilation] = layers[n];
    const added =
      `(${kernel} − 1)` + (dilation > 1 ? `·${dilation}` : "") + (jump > 1 ? `·${jump}` : "");
    const start = say("figure.after_layer", { layer: n + 1 });
    return words([
      [`${start}${before} + ${added} = `, ""],
      [`${after}`, "output"],
    ]);
  });
}
