/** The shapes of an image on its way through the layers of a network. */

import { layersOver, parametersOf, partialParameters } from "../arithmetic/layers.js";
import { grouped } from "../arithmetic/numbers.js";
import { matrix, outline, sentence, sign } from "../drawing/panels.js";
import { say } from "../texts.js";
import { layerControls, operationText, sideStepper } from "./layer_controls.js";

/** Return the layer that the table of connections describes: its maps are the table's columns. */
const connectedLayer = (state, layers) =>
  layers.findIndex(({ op, after }) => op === "conv" && after[0] === state.connections?.length);

export const layerShapes = {
  start: (given) => ({ ...given, layer: null, map: null }),
  steps: ({ layers }) => layers.map((_, layer) => ({ layer, map: null })),
  controls(state) {
    const chosen = state.layer === null ? [] : layerControls(withoutTable(state), state.layer);
    return [sideStepper(state), ...chosen];
  },
  note: (state) =>
    state.map !== null ? mapNote(state) : state.layer !== null ? layerNote(state) : "",
  draw(state) {
    const { input, layer: chosen, connections, step } = state;
    const layers = layersOver(input, state.layers);
    const panels = [{ type: "volume", title: say("figure.image"), role: "input", shape: input }];
    layers.forEach((layer, n) => {
      const mark = n === chosen ? "strong" : step !== null && n > step ? "faint" : "";
      panels.push(sign("→", operationText(layer)), {
        type: "volume",
        title: layer.name,
        role: "output",
        shape: layer.after,
        mark,
        pick: { layer: n, map: null },
      });
    });
    if (!connections) return { rows: [panels] };
    const count = connections.flat().length;
    const told = sentence(say("figure.connected", { count }));
    return { rows: [panels, [connectionTable(state)]], words: [told] };
  },
};

/** Drop changes after which no layer would fit the table of connections. */
function withoutTable(state) {
  if (
    !state.connections ||
    state.layer !== connectedLayer(state, layersOver(state.input, state.layers))
  )
    return state;
  const layer = state.layers[state.layer];
  return {
    ...state,
    layers: state.layers.map((one) => (one === layer ? { ...one, channels: undefined } : one)),
  };
}

function connectionTable({ connections, map }) {
  const inputs = Math.max(...connections.flat()) + 1;
  const squares = Array.from({ length: inputs }, (_, i) =>
    connections.map((reads, f) => {
      const on = reads.includes(i);
      const next = on ? reads.filter((n) => n !== i) : [...reads, i].sort((a, b) => a - b);
      const press = next.length
        ? { connections: connections.map((r, n) => (n === f ? next : r)), map: f }
        : null;
      return { text: on ? "X" : "·", chosen: on, pick: { map: f, layer: null }, press };
    }),
  );
  const frames = map === null ? [] : [outline([0, map], [inputs, 1], "kernel")];
  return matrix(say("figure.connections"), "kernel", squares, frames);
}

function layerNote({ input, layers, layer, connections, map }) {
  const found = layersOver(input, layers);
  const { op, name, before, after, kernel, stride, padding } = found[layer];
  const { formula, count } = parametersOf(found[layer]);
  const partial = connections && layer === connectedLayer({ connections, map }, found);
  const side =
    op === "conv" || op === "pool" || op === "local"
      ? `⌊(${before[1]} + 2·${padding[0]} − ${kernel[0]}) / ${stride[0]}⌋ + 1 = ${after[1]}`
      : `${before.join("·")} → ${after[0]}`;
  if (partial) {
    const total = grouped(partialParameters(connections, kernel));
    return say("serve_figures.layer_partial", {
      name,
      side,
      count: total,
      kernels: connections.flat().length,
    });
  }
  if (!count) return say("serve_figures.layer_without", { name, side });
  return say("serve_figures.layer", { name, side, formula, count: grouped(count) });
}

function mapNote({ input, layers, connections, map }) {
  const found = layersOver(input, layers);
  const layer = found[connectedLayer({ connections }, found)];
  const kernel = layer?.kernel ?? [5, 5];
  const reads = connections[map];
  const formula = `${reads.length}·${kernel.join("·")} + 1`;
  const count = partialParameters([reads], kernel);
  return say("serve_figures.map_reads", { map, reads: reads.join(", "), formula, count });
}
