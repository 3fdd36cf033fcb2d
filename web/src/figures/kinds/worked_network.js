/** A network in numbers: forward unit by unit, the errors backward, then one update. */

import { bracketed, short } from "../arithmetic/numbers.js";
import { errorsOf, forward, sumsOf, updated } from "../arithmetic/network.js";
import { sum } from "../arithmetic/slide.js";
import { stepper, toggle } from "../controls/steppers.js";
import { matrix, squaresOf, words } from "../drawing/panels.js";
import { say } from "../texts.js";
import { columns, startsOf } from "./unit_layout.js";

/** Return all connections between layers, ordered by the unit that they start from. */
function allConnections(sizes) {
  const starts = startsOf(sizes);
  return sizes.slice(1).flatMap((after, n) =>
    Array.from({ length: sizes[n] * after }, (_, at) => ({
      from: starts[n] + Math.floor(at / after),
      to: starts[n + 1] + (at % after),
    })),
  );
}

export const workedNetwork = {
  start: (given) => ({ ...given, rate: 1, tables: false }),
  steps(state) {
    const { values } = run(state);
    const units = values.slice(1).flat().length;
    return Array.from({ length: state.target ? 2 * units : units }, () => ({}));
  },
  controls: (state) => [
    toggle(say("serve_figures.weights"), "tables", state.tables),
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

/** Return all units in the order of back-propagation: the last layer first. */
function backwardOrder(sizes) {
  const starts = startsOf(sizes);
  const layers = sizes.map((size, n) => Array.from({ length: size }, (_, i) => starts[n] + i));
  return layers.reverse().flat();
}

/** Return a step's progress: the units with an output, those with an error, and the current one. */
function progress({ step, target }, sizes) {
  const order = backwardOrder(sizes);
  const units = order.length;
  const forwards = step === null || step < units;
  const known = step === null ? (target ? units : 0) : Math.max(0, step + 1 - units);
  return {
    forwards,
    hasOutput: (unit) => step === null || unit <= step,
    hasError: (unit) => order.indexOf(unit) < known,
    current: step === null ? null : forwards ? step : order[step - units],
  };
}

function graph(state, { values, errors }) {
  const sizes = values.map((layer) => layer.length);
  const first = sizes[0];
  const done = progress(state, sizes.slice(1));
  const flat = errors.flat();
  const nodes = columns(values.map((layer) => layer.map(short))).map((node, n) => {
    const unit = n - first;
    const withError = state.step !== null && unit >= 0 && done.hasError(unit);
    return {
      ...node,
      told: say("serve_figures.unit_value", { number: n + 1, value: node.label }),
      strong: state.step !== null && unit === done.current,
      later: unit >= 0 && !done.hasOutput(unit),
      error: withError ? `Err ${short(flat[unit])}` : "",
      edit: unit < 0 && { name: ["inputs", n], value: state.inputs[n] },
    };
  });
  const at = done.current === null ? null : done.current + first;
  const role = ({ from, to }) =>
    done.forwards ? (to === at ? "lit" : "") : from === at ? "back" : "";
  const edges = allConnections(sizes).map((edge) => ({
    ...edge,
    role: at === null ? "" : role(edge),
  }));
  return { type: "graph", title: "", nodes, edges, arrows: true };
}

function tables({ weights, biases, target }) {
  const panels = weights.flatMap((rows, n) => [
    matrix(
      say("serve_figures.weights_of", { layer: n + 1 }),
      "kernel",
      squaresOf(rows, { name: ["weights", n] }),
    ),
    columnOf(say("serve_figures.biases_of", { layer: n + 1 }), "", ["biases", n], biases[n]),
  ]);
  return target
    ? [...panels, columnOf(say("serve_figures.target"), "output", ["target"], target)]
    : panels;
}

const columnOf = (title, role, path, numbers) =>
  matrix(
    title,
    role,
    numbers.map((value, n) => [{ text: short(value), edit: { name: [...path, n], value } }]),
  );

function sentences(state, { values, errors }) {
  const { weights, biases, target } = state;
  const first = values[0].length;
  const outputs = weights.flatMap((rows, n) =>
    rows.map((row, j) => ({
      inputs: values[n],
      row,
      bias: biases[n][j],
      total: sumsOf(rows, biases[n], values[n])[j],
      made: values[n + 1][j],
    })),
  );
  const sizes = values.slice(1).map((layer) => layer.length);
  const done = progress(state, sizes);
  const forwards = outputs.map((unit, n) =>
    later(forwardWords(first + n + 1, unit), !done.hasOutput(n)),
  );
  if (!target) return forwards;
  // From the last layer to the first, and in order within a layer, as in the lesson.
  const flat = errors.flat();
  const starts = startsOf(sizes);
  const backwards = sizes
    .map((_, n) => n)
    .reverse()
    .flatMap((layer) =>
      errors[layer].map((error, i) => {
        const isLast = layer === sizes.length - 1;
        const factor = isLast
          ? `(${bracketed(target[i])} − ${short(values[layer + 1][i])})`
          : `(${errors[layer + 1].map((e, j) => `${bracketed(e)}·${bracketed(weights[layer + 1][j][i])}`).join(" + ")})`;
        const unit = starts[layer] + i;
        const o = short(values[layer + 1][i]);
        const start = `Err${first + unit + 1} = ${o}·(1 − ${o})·${factor} = `;
        return later(
          words([
            [start, ""],
            [short(flat[unit]), "gradient"],
          ]),
          !done.hasError(unit),
        );
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
