/** Curves: series, functions, gradient descent, and the training of a small network. */

import { FUNCTIONS } from "../arithmetic/activations.js";
import { descentOf, lossAt } from "../arithmetic/descent.js";
import { short } from "../arithmetic/numbers.js";
import { stepper, toggle } from "../controls/steppers.js";
import { nearest } from "../drawing/plot.js";
import { say } from "../texts.js";
import { replaced } from "./common.js";

const POINTS = 61;

/** Return `count` evenly spaced numbers from `low` to `high`, including both. */
const spaced = (low, high, count) =>
  Array.from({ length: count }, (_, n) => low + ((high - low) * n) / (count - 1));

const rateName = (rate) => say("figure.rate", { rate: short(rate) });

/** Return a figure's curves and the labels of its axes. */
function plotOf(state) {
  if (state.functions) {
    const x = spaced(state.from, state.to, POINTS);
    const curves = state.functions.map((name) => ({ name, x, y: x.map(FUNCTIONS[name]) }));
    return { curves, xLabel: "x", yLabel: "" };
  }
  if (state.rates && !state.training) return state.valley ? valleyOf(state) : lossesOf(state);
  const axis = state.training ? "epoch" : state.axis;
  const given = state.training ? state.curves : state.series;
  const curves = given.map(({ name, values, x }) => ({
    name: curveName(name),
    x: x ?? values.map((_, n) => n + (state.training ? 0 : 1)),
    y: values,
  }));
  const yLabel = state.training ? say(`figure.${state.training}`) : "";
  return { curves, xLabel: axis === "x" ? "x" : say(`figure.${axis}`), yLabel };
}

/** Return a curve's name: given by the author, a set of examples, or a learning rate. */
function curveName(name) {
  if (typeof name === "number") return rateName(name);
  return ["train_set", "test_set"].includes(name) ? say(`figure.${name}`) : name;
}

function lossesOf(state) {
  const curves = state.rates.map((rate) => {
    const walked = descentOf(rate, state);
    return {
      name: rateName(rate),
      x: walked.map((_, n) => n),
      y: walked.map((w) => lossAt(w, state.curvature)),
    };
  });
  return { curves, xLabel: say("figure.step"), yLabel: say("figure.loss") };
}

/** Return the loss ½·c·w² with the positions of each run up to the marked step. */
function valleyOf(state) {
  const { curvature, start, rates, marked } = state;
  const reach = Math.abs(start) * Math.sqrt(3);
  const x = spaced(-reach, reach, POINTS);
  const base = { x, y: x.map((w) => lossAt(w, curvature)) };
  const walkers = rates.map((rate) => {
    const walked = descentOf(rate, state).slice(0, (marked ?? state.steps) + 1);
    return { name: rateName(rate), x: walked, y: walked.map((w) => lossAt(w, curvature)) };
  });
  return { curves: walkers, base, xLabel: "w", yLabel: say("figure.loss") };
}

/** Return the positions at which the mark can stand. */
const placesOf = (state) =>
  state.valley
    ? lossesOf(state).curves.flatMap(({ x }) => x)
    : plotOf(state).curves.flatMap(({ x }) => x);

const ordered = (numbers) => [...new Set(numbers)].sort((a, b) => a - b);

export const curves = {
  start: (given) => ({ ...given, marked: null, valley: false }),
  settled(state) {
    if (state.marked === null) return state;
    const places = ordered(placesOf(state));
    return { ...state, marked: places[nearest(places, state.marked)] };
  },
  steps: (state) => (state.functions ? [] : ordered(placesOf(state)).map((marked) => ({ marked }))),
  controls(state) {
    if (!state.rates || state.training) return [];
    const rates = state.rates.map((rate, n) =>
      stepper(say("serve_figures.rate_of", { number: n + 1 }), rate, {
        step: 0.1,
        change: (next) => ({ rates: replaced(state.rates, n, next) }),
        fits: ({ rates }) => rates[n] > 0 && rates[n] <= 3,
      }),
    );
    return [toggle(say("serve_figures.valley"), "valley", state.valley), ...rates];
  },
  note(state) {
    if (state.marked === null) return "";
    const { curves: drawn, xLabel } = state.valley ? lossesOf(state) : plotOf(state);
    const values = drawn
      .map(({ name, x, y }) => [name, x.indexOf(state.marked), y])
      .filter(([, at]) => at >= 0)
      .map(([name, at, y]) => say("serve_figures.reading", { name, value: short(y[at]) }));
    return `${xLabel} ${short(state.marked)} · ${values.join(" · ")}`;
  },
  draw(state) {
    const plot = plotOf(state);
    const places = ordered(placesOf(state));
    const at = state.marked === null ? -1 : nearest(places, state.marked);
    const walked = (by) => ({ marked: places[Math.max(0, Math.min(places.length - 1, at + by))] });
    const pointed = { marked: state.marked, walked, picked: (x) => ({ marked: x }) };
    return { rows: [[{ type: "plot", title: "", ...plot, ...(state.valley ? {} : pointed) }]] };
  },
};
