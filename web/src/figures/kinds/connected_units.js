/** A network drawn by its connections only; the chosen unit shows what it reads. */

import { sum } from "../arithmetic/slide.js";
import { stepper } from "../controls/steppers.js";
import { sentence } from "../drawing/panels.js";
import { say } from "../texts.js";
import { replaced } from "./common.js";
import { columns, startsOf } from "./unit_layout.js";

const MOST_UNITS = 8;

/** Return each unit's incoming connections: from `reach` units, or from the whole layer. */
function connectionsOf(sizes, reach = 0) {
  const starts = startsOf(sizes);
  return sizes.slice(1).flatMap((after, n) =>
    Array.from({ length: after }, (_, j) => {
      const count = reach || sizes[n];
      const first = reach ? j : 0;
      return Array.from({ length: count }, (_, i) => ({
        from: starts[n] + first + i,
        to: starts[n + 1] + j,
      }));
    }).flat(),
  );
}

function ringOf(size) {
  const nodes = Array.from({ length: size }, (_, n) => {
    const angle = (2 * Math.PI * n) / size - Math.PI / 2;
    return { x: 1 + Math.cos(angle), y: 1 + Math.sin(angle), label: "", role: "input" };
  });
  const edges = nodes.flatMap((_, a) =>
    nodes.slice(a + 1).map((_, n) => ({ from: a, to: a + 1 + n })),
  );
  return { nodes, edges };
}

const graphOf = ({ layers, reach = 0, feedback = false }) =>
  feedback
    ? ringOf(layers[0])
    : { nodes: columns(layers.map((n) => Array(n).fill(""))), edges: connectionsOf(layers, reach) };

/** Return layer sizes that start with `size` and lose `reach` − 1 units per layer. */
const shrinking = (size, { layers, reach }) => layers.map((_, n) => size - n * (reach - 1));

export const connectedUnits = {
  start: (given) => ({ ...given, unit: null }),
  settled: (state) => ({ ...state, unit: state.unit < sum(state.layers) ? state.unit : null }),
  controls(state) {
    const named = (n) =>
      say(state.feedback ? "serve_figures.units" : "serve_figures.units_of", { layer: n + 1 });
    return state.layers.map((size, n) =>
      stepper(named(n), size, {
        change: (next) => ({
          layers: state.reach
            ? shrinking(next + n * (state.reach - 1), state)
            : replaced(state.layers, n, next),
        }),
        fits: ({ layers }) => Math.min(...layers) >= 1 && Math.max(...layers) <= MOST_UNITS,
      }),
    );
  },
  draw(state) {
    const { unit, feedback = false } = state;
    const { nodes, edges } = graphOf(state);
    const lit = ({ from, to }) => unit === to || (feedback && unit === from);
    const panel = {
      type: "graph",
      title: "",
      nodes: nodes.map((node, n) => ({
        ...node,
        strong: n === unit,
        pick: { unit: n },
        told: say("serve_figures.unit", { number: n + 1 }),
      })),
      edges: edges.map((edge) => ({ ...edge, role: unit !== null && lit(edge) ? "lit" : "" })),
      arrows: !feedback,
    };
    return {
      rows: [[panel]],
      words: [sentence(say("figure.connections_count", { count: edges.length }))],
    };
  },
  note(state) {
    if (state.unit === null) return "";
    const { edges } = graphOf(state);
    const read = edges.filter(
      ({ from, to }) => to === state.unit || (state.feedback && from === state.unit),
    );
    return say("serve_figures.unit_reads", { number: state.unit + 1, count: read.length });
  },
};
