/** The bar below a figure: play, step, numbers to change, and reset. */

import { html, shape } from "../drawing/shapes.js";
import { say } from "../texts.js";

const ICONS = {
  back: "M11 3 5 8l6 5zM3 3h2v10H3z",
  play: "M4 2.5v11L13 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M5 3l6 5-6 5zM11 3h2v10h-2z",
  reset: "M8 3V0L3.5 4 8 8V5a4 4 0 1 1-4 4H2a6 6 0 1 0 6-6z",
  picture: "M1 3h14v10H1zM2.500 11.500h11L10 7 7.500 9.500 6 8z",
};

/** Return the elements of the bar; `act(does)` registers an action and returns its number. */
export function barHtml({ steps, playing, mayPlay, changed, controls }, act) {
  const buttons = [];
  if (steps) {
    buttons.push(button("back", act("back")));
    if (mayPlay) buttons.push(button(playing ? "pause" : "play", act("play")));
    buttons.push(button("next", act("next")));
  }
  const reset = button("reset", act("reset"));
  reset.disabled = !changed;
  return [
    group("move-steps", say("serve_figures.steps"), ...buttons, reset),
    ...controls.map((control) => CONTROLS[control.type](control, act)),
  ];
}

function button(name, number) {
  const made = html("button", "move-icon");
  made.type = "button";
  made.dataset.icon = name;
  made.dataset.act = number;
  made.title = say(`serve_figures.${name}`);
  made.setAttribute("aria-label", made.title);
  const icon = shape(made, "svg", {
    viewBox: "0 0 16 16",
    width: 16,
    height: 16,
    "aria-hidden": "true",
  });
  const rule = name === "picture" ? "evenodd" : null;
  shape(icon, "path", { d: ICONS[name], "fill-rule": rule });
  return made;
}

function group(names, label, ...children) {
  const made = html("div", names, ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", label);
  return made;
}

function textButton(text, label, does, act) {
  const made = html("button", "", text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  if (does === null) made.disabled = true;
  else made.dataset.act = act(does);
  return made;
}

const CONTROLS = {
  set({ label, controls }, act) {
    const inside = controls.map((control) => CONTROLS[control.type](control, act));
    return group("move-set", label, html("span", "move-name", label), ...inside);
  },
  stepper({ label, value, less, more }, act) {
    const name = html("span", "move-name", label);
    const shown = html("span", "move-value", value);
    const minus = textButton("−", say("serve_figures.less", { name: label }), less, act);
    const plus = textButton("+", say("serve_figures.more", { name: label }), more, act);
    return group("move-stepper", `${label}: ${value}`, name, minus, shown, plus);
  },
  choice({ label, options }, act) {
    const buttons = options.map(({ text, pressed, patch }) => {
      const made = textButton(text, "", patch, act);
      made.setAttribute("aria-pressed", pressed);
      return made;
    });
    return group("move-choice", label, ...buttons);
  },
  toggle({ text, pressed, patch }, act) {
    const made = textButton(text, "", patch, act);
    made.setAttribute("aria-pressed", pressed);
    return made;
  },
  picture(_, act) {
    return button("picture", act("picture"));
  },
  button({ text, does }, act) {
    return textButton(text, "", does, act);
  },
};
