/** Controls for the numbers of layers: channels, units and kernels. */

import { layersOver } from "../arithmetic/layers.js";
import { stepper } from "../controls/steppers.js";
import { say } from "../texts.js";
import { replaced } from "./common.js";

/** Return the step by which a number changes; larger numbers have larger steps. */
const stepFor = (number) => (number >= 100 ? 20 : number >= 20 ? 8 : 1);

/** Return a layer's operation and kernel, such as `conv 5×5`. */
export function operationText({ op, kernel }) {
  const words = say(`figure.operation.${op}`);
  return ["conv", "local", "pool"].includes(op) ? `${words} ${kernel.join("×")}` : words;
}

/** Return whether each layer of a state fits the one before it. */
export function layersFit(state) {
  const { input, layers, compare } = state;
  const found = Math.min(...input) >= 1 && layersOver(input, layers, compare);
  return (
    Boolean(found) &&
    found.every(({ groups, before, after }) => (before[0] % groups) + (after[0] % groups) === 0)
  );
}

/** Return a stepper for the height and width of the image, which stays square. */
export function sideStepper(state, key = 1) {
  const sides = key === 0 ? (n) => [n, ...state.input.slice(1)] : (n) => [state.input[0], n, n];
  return stepper(
    say(key === 0 ? "serve_figures.channels" : "serve_figures.side"),
    state.input[key],
    {
      change: (next) => ({ input: sides(next) }),
      fits: (patch) => layersFit({ ...state, ...patch }),
    },
  );
}

/** Return the controls of one layer as a group, or nothing if it has none. */
export function layerControls(state, n) {
  const layer = state.layers[n];
  const keys = ["channels", "units", "kernel"].filter((key) => typeof layer[key] === "number");
  const controls = keys.map((key) =>
    stepper(say(`serve_figures.${key}`), layer[key], {
      step: key === "kernel" ? 1 : stepFor(layer[key]),
      change: (next) => ({ layers: replaced(state.layers, n, { ...layer, [key]: next }) }),
      fits: (patch) => patch.layers[n][key] >= 1 && layersFit({ ...state, ...patch }),
    }),
  );
  const label = layer.name || operationText({ op: layer.op, kernel: [layer.kernel, layer.kernel] });
  return controls.length ? [{ type: "set", label, controls }] : [];
}
