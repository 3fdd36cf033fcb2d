/** Networks of units: how they are connected, and what they compute forward and backward. */

import { bracketed, short } from "../arithmetic/numbers.js";
import { errorsOf, forward, sumsOf, updated } from "../arithmetic/network.js";
import { sum } from "../arithmetic/slide.js";
import { stepper } from "../controls/steppers.js";
import { matrix, sentence, squaresOf, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { replaced } from "./common.js";

const MOST_UNITS = 8;

/** Return the position of the first unit of each layer. */
const startsOf = (sizes) => sizes.map((_, n) => sum(sizes.slice(0, n)));

/** Return the units, a column for each layer, each column in the middle. */
function columns(labels) {
  const tallest = Math.max(...labels.map((column) => column.length));
  return labels.flatMap((column, x) =>
    column.map((label, y) => ({
      x: 1.5 * x,
      y: y + (tallest - column.length) / 2,
      label,
      role: x === 0 ? "input" : "output",
    })),
  );
}

/** Return all connections between layers, by the unit that they come from. */
function allConnections(sizes) {
  const starts = startsOf(sizes);
  return sizes.slice(1).flatMap((after, n) =>
    Array.from({ length: sizes[n] * after }, (_, at) => ({
      from: starts[n] + Math.floor(at / after),
      to: starts[n + 1] + (at % after),
    })),
  );
}

/** Return the connections of layers by the unit that reads; `reach` neighbours, or all units. */
function connectionsOf(sizes, reach = 0) {
  const starts = startsOf(sizes);
  return sizes.slice(1).flatMap((after, n) =>
    Array.from({ length: after }, (_, j) => {
      const count = reach || sizes[n];
      const first = reach ? j : 0;
      return Array.from({ length: count }, (_, i) => ({ from: starts[n] + first + i, to: starts[n + 1] + j }));
    }).flat(),
  );
}

function ringOf(size) {
  const nodes = Array.from({ length: size }, (_, n) => {
    const angle = (2 * Math.PI * n) / size - Math.PI / 2;
    return { x: 1 + Math.cos(angle), y: 1 + Math.sin(angle), label: "", role: "input" };
  });
  const edges = nodes.flatMap((_, a) => nodes.slice(a + 1).map((_, n) => ({ from: a, to: a + 1 + n })));
  return { nodes, edges };
}

const graphOf = ({ layers, reach = 0, feedback = false }) =>
  feedback ? ringOf(layers[0]) : { nodes: columns(layers.map((n) => Array(n).fill(""))), edges: connectionsOf(layers, reach) };

/** Connections alone: a unit shows what it reads. */
const connected = {
  start: (given) => ({ ...given, unit: null }),
  settled: (state) => ({ ...state, unit: state.unit < sum(state.layers) ? state.unit : null }),
  controls(state) {
    const named = (n) => say(state.feedback ? "serve_figures.units" : "serve_figures.units_of", { layer: n + 1 });
    return state.layers.map((size, n) =>
      stepper(named(n), size, {
        change: (next) => ({ layers: state.reach ? shrinking(next + n * (state.reach - 1), state) : replaced(state.layers, n, next) }),
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
    return { rows: [[panel]], words: [sentence(say("figure.connections_count", { count: edges.length }))] };
  },
  note(state) {
    if (state.unit === null) return "";
    const { edges } = graphOf(state);
    const read = edges.filter(({ from, to }) => to === state.unit || (state.feedback && from === state.unit));
    return say("serve_figures.unit_reads", { number: state.unit + 1, count: read.length });
  },
};

/** Return layers that each lose `reach` − 1 units, the first of `size`. */
const shrinking = (size, { layers, reach }) => layers.map((_, n) => size - n * (reach - 1));

/** A worked network: forward unit by unit, the errors back, then one step of learning. */
const computed = {
  start: (given) => ({ ...given, rate: 1, tables: false }),
  settled: (state) => state,
  steps(state) {
    const { values } = run(state);
    const units = values.slice(1).flat().length;
    return Array.from({ length: state.target ? 2 * units : units }, () => ({}));
  },
  controls: (state) => [
    { type: "toggle", text: say("serve_figures.weights"), pressed: state.tables, patch: { tables: !state.tables } },
    ...(state.target ? learning(state) : []),
  ],
  draw(state) {
    const found = run(state);
    const rows = [[graph(state, found)]];
    if (state.tables) rows.push(tables(state));
    return { rows, words: sentences(state, found) };
  },
  note(state) {
    if (!state.target) return "";
    const { values } = run(state);
    const loss = sum(values.at(-1).map((o, j) => (state.target[j] - o) ** 2 / 2));
    return say("serve_figures.half_squared", { loss: short(loss) });
  },
};

function run({ inputs, weights, biases, target }) {
  const values = forward(inputs, weights, biases);
  return { values, errors: target ? errorsOf(values, target, weights) : [] };
}

function learning(state) {
  const { values, errors } = run(state);
  const does = updated(values, errors, state.weights, state.biases, state.rate);
  return [
    stepper(say("serve_figures.rate"), state.rate, {
      step: 0.5,
      change: (rate) => ({ rate }),
      fits: ({ rate }) => rate > 0 && rate <= 5,
    }),
    { type: "button", text: say("serve_figures.learn"), does },
  ];
}

/** Return how far a step has come: how many units have an output, and how many an error. */
function progress({ step, target }, units) {
  if (step === null) return { outputs: units, errors: target ? units : 0, current: null };
  const forwards = step < units;
  return {
    outputs: Math.min(units, step + 1),
    errors: Math.max(0, step + 1 - units),
    current: forwards ? step : 2 * units - 1 - step,
    forwards,
  };
}

function graph(state, { values, errors }) {
  const sizes = values.map((layer) => layer.length);
  const first = sizes[0];
  const units = sum(sizes.slice(1));
  const done = progress(state, units);
  const flat = errors.flat();
  const nodes = columns(values.map((layer) => layer.map(short))).map((node, n) => {
    const unit = n - first;
    const withError = state.step !== null && unit >= 0 && units - 1 - unit < done.errors;
    return {
      ...node,
      told: say("serve_figures.unit_value", { number: n + 1, value: node.label }),
      strong: state.step !== null && unit === done.current,
      later: unit >= done.outputs,
      error: withError ? `Err ${short(flat[unit])}` : "",
      edit: unit < 0 && { name: ["inputs", n], value: state.inputs[n] },
    };
  });
  const at = done.current === null ? null : done.current + first;
  const role = ({ from, to }) => (done.forwards ? (to === at ? "lit" : "") : from === at ? "back" : "");
  const edges = allConnections(sizes).map((edge) => ({ ...edge, role: at === null ? "" : role(edge) }));
  return { type: "graph", title: "", nodes, edges, arrows: true };
}

function tables({ weights, biases, target }) {
  const panels = weights.flatMap((rows, n) => [
    matrix(say("serve_figures.weights_of", { layer: n + 1 }), "kernel", squaresOf(rows, { name: ["weights", n] })),
    columnOf(say("serve_figures.biases_of", { layer: n + 1 }), "", ["biases", n], biases[n]),
  ]);
  return target ? [...panels, columnOf(say("serve_figures.target"), "output", ["target"], target)] : panels;
}

const columnOf = (title, role, path, numbers) =>
  matrix(title, role, numbers.map((value, n) => [{ text: short(value), edit: { name: [...path, n], value } }]));

function sentences(state, { values, errors }) {
  const { weights, biases, target } = state;
  const first = values[0].length;
  const outputs = weights.flatMap((rows, n) =>
    rows.map((row, j) => ({ inputs: values[n], row, bias: biases[n][j], total: sumsOf(rows, biases[n], values[n])[j], made: values[n + 1][j] })),
  );
  const units = outputs.length;
  const done = progress(state, units);
  const forwards = outputs.map((unit, n) => later(forwardWords(first + n + 1, unit), n >= done.outputs));
  if (!target) return forwards;
  // From the last layer back; inside a layer from the first unit on, as the lesson has them.
  const flat = errors.flat();
  const sizes = values.slice(1).map((layer) => layer.length);
  const starts = startsOf(sizes);
  const backwards = sizes.map((_, n) => n).reverse().flatMap((layer) =>
    errors[layer].map((error, i) => {
      const isLast = layer === sizes.length - 1;
      const factor = isLast
        ? `(${bracketed(target[i])} − ${short(values[layer + 1][i])})`
        : `(${errors[layer + 1].map((e, j) => `${bracketed(e)}·${bracketed(weights[layer + 1][j][i])}`).join(" + ")})`;
      const unit = starts[layer] + i;
      const o = short(values[layer + 1][i]);
      const start = `Err${first + unit + 1} = ${o}·(1 − ${o})·${factor} = `;
      return later(words([[start, ""], [short(flat[unit]), "gradient"]]), units - 1 - unit >= done.errors);
    }),
  );
  return [...forwards, ...backwards];
}

const later = (sentence, isLater) => ({ ...sentence, later: isLater });

function forwardWords(number, { inputs, row, bias, total, made }) {
  const terms = row.flatMap((weight, i) => [
    [bracketed(weight), "kernel"],
    ["·", ""],
    [bracketed(inputs[i]), "input"],
    [" + ", ""],
  ]);
  return words([
    [`O${number} = σ(`, ""],
    ...terms,
    [`${bracketed(bias)}) = σ(${short(total)}) = `, ""],
    [short(made), "output"],
  ]);
}

/** The two figures of this kind, as their parameters say. */
const kindOf = (state) => (state.weights ? computed : connected);

export const unitNetworks = {
  start: (given) => kindOf(given).start(given),
  settled: (state) => kindOf(state).settled(state),
  steps: (state) => kindOf(state).steps?.(state) ?? [],
  controls: (state) => kindOf(state).controls(state),
  note: (state) => kindOf(state).note(state),
  draw: (state) => kindOf(state).draw(state),
};
