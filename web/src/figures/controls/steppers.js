/** Controls below a figure, each with the change of state that its buttons make. */

import { short } from "../arithmetic/numbers.js";
import { say } from "../texts.js";

/** Return a number with − and + buttons; a button whose change does not fit is disabled. */
export function stepper(label, value, { change, fits = () => true, step = 1 }) {
  const patch = (next) => {
    const found = change(Number(next.toFixed(6)));
    return fits(found) ? found : null;
  };
  return {
    type: "stepper",
    label,
    value: short(value),
    less: patch(value - step),
    more: patch(value + step),
  };
}

/**
 * Return steppers for a pair of the state: one for both numbers, or one for each axis if the figure
 * started with two different numbers. `fits(state)` returns whether a state can be drawn.
 */
export function pairSteppers(state, key, fits, { least = 0, follow = () => ({}) } = {}) {
  const made = (label, value, change) =>
    stepper(label, value, {
      change: (next) => (next < least ? null : { [key]: change(next), ...follow(change(next)) }),
      fits: (patch) => patch !== null && fits({ ...state, ...patch }),
    });
  const label = say(`serve_figures.${key}`);
  const [down, across] = state[key];
  if (!state.split?.includes(key)) return [made(label, down, (next) => [next, next])];
  return [
    made(say("serve_figures.vertical", { name: label }), down, (next) => [next, across]),
    made(say("serve_figures.horizontal", { name: label }), across, (next) => [down, next]),
  ];
}

/** Return the keys of the pairs that start with two different numbers. */
export const splitOf = (state, keys) => keys.filter((key) => state[key][0] !== state[key][1]);

/** Return a group of buttons, one of them chosen; `options` are pairs of a value and a label. */
export const choice = (label, key, chosen, options) => ({
  type: "choice",
  label,
  options: options.map(([value, text]) => ({
    text,
    pressed: value === chosen,
    patch: { [key]: value },
  })),
});

/** Return a button that is on or off. */
export const toggle = (text, key, on) => ({
  type: "toggle",
  text,
  pressed: on,
  patch: { [key]: !on },
});
