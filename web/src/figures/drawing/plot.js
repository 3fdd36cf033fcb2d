/** Draw curves and bars. Each curve has its own dash pattern, shown in the legend. */

import { grouped, roundNumbers, short } from "../arithmetic/numbers.js";
import { line, rectangle, shape, svg, text } from "./shapes.js";

const [WIDE, TALL] = [300, 170];
const [LEFT, TOP, FOOT, LEGEND] = [44, 18, 34, 20];
const ROLES = ["input", "kernel", "output", "gradient"];
/** Space above the first bar, in pixels. */
const TOP_OF_BARS = 8;
/** Height of a bar with its name and formula, in pixels. */
const STEP = 62;

/** Return the round numbers at which each axis is labelled. */
function ticksOf(curves) {
  const x = curves.flatMap((curve) => curve.x);
  const y = curves.flatMap((curve) => curve.y);
  const [least, most] = [Math.min(...y), Math.max(...y)];
  const low = least > 0 && least < 0.5 * most ? 0 : least;
  return [roundNumbers(Math.min(...x), Math.max(...x)), roundNumbers(low, most)];
}

/** Return a plot's scales: functions from numbers to pixels, and back. */
function scalesOf(curves) {
  const ticks = ticksOf(curves);
  const [[lowX, highX], [lowY, highY]] = ticks.map((values) => [values[0], values.at(-1)]);
  const bottom = TOP + TALL;
  return {
    ticks,
    bottom,
    x: (value) => LEFT + ((value - lowX) / (highX - lowX)) * WIDE,
    y: (value) => bottom - ((value - lowY) / (highY - lowY)) * TALL,
    valueAt: (x) => lowX + ((x - LEFT) / WIDE) * (highX - lowX),
  };
}

/**
 * Return a plot with axes and legend, and with a line at `marked` and a dot on each curve there.
 * `picked(x)` returns the change of state when the reader points there, `walked(by)` for a key.
 */
export function drawPlot(panel, remember) {
  const { title, curves, xLabel, yLabel, base = null, marked = null, picked } = panel;
  const scales = scalesOf(base ? [base] : curves);
  const { bottom } = scales;
  const height = TOP + TALL + FOOT + LEGEND * curves.length;
  const told = `${title} ${curves.map((curve) => curve.name).join(", ")}`.trim();
  const drawn = svg(LEFT + WIDE + 12, height, told);
  for (const value of scales.ticks[1]) {
    const y = scales.y(value);
    line(drawn, "rule", LEFT, y, LEFT + WIDE, y);
    text(drawn, "label end", LEFT - 6, y + 4, short(value));
  }
  for (const value of scales.ticks[0]) {
    const x = scales.x(value);
    line(drawn, "rule", x, bottom, x, bottom + 4);
    text(drawn, "label", x, bottom + 16, short(value));
  }
  line(drawn, "axis", LEFT, bottom, LEFT + WIDE, bottom);
  text(drawn, "label", LEFT + WIDE / 2, bottom + 31, xLabel);
  text(drawn, "label start", 2, 10, yLabel);
  if (base) shape(drawn, "polyline", { class: "base", points: pointsOf(base, scales) });
  curves.forEach((curve, number) => {
    const names = `curve ${ROLES[number]} dash${number}`;
    shape(drawn, "polyline", { class: names, points: pointsOf(curve, scales) });
    if (base) drawDot(drawn, scales, curve, curve.x.length - 1, number);
    const y = bottom + FOOT + LEGEND * number + 12;
    line(drawn, names, LEFT, y - 4, LEFT + 34, y - 4);
    text(drawn, "label start", LEFT + 42, y, curve.name);
  });
  if (marked !== null) drawMark(drawn, scales, curves, marked);
  if (picked) letPoint(drawn, panel, scales, remember);
  return drawn;
}

const pointsOf = ({ x, y }, scales) =>
  x.map((value, n) => `${scales.x(value).toFixed(1)},${scales.y(y[n]).toFixed(1)}`).join(" ");

function drawDot(drawn, scales, { x, y }, at, number) {
  const place = { cx: scales.x(x[at]).toFixed(1), cy: scales.y(y[at]).toFixed(1) };
  shape(drawn, "circle", { class: `dot ${ROLES[number]}`, r: 5, ...place });
}

/** Make a plot act as a slider whose value is the marked x. */
function letPoint(drawn, panel, scales, remember) {
  const track = (x) => panel.picked(scales.valueAt(x));
  const walk = ([down, across]) => panel.walked(across - down);
  drawn.dataset.plot = remember({ track, walk }, panel);
  const [low, high] = [scales.ticks[0][0], scales.ticks[0].at(-1)];
  const values = { valuemin: low, valuemax: high, valuenow: panel.marked ?? low };
  for (const [name, value] of Object.entries(values)) drawn.setAttribute(`aria-${name}`, value);
  drawn.setAttribute("role", "slider");
  drawn.setAttribute("tabindex", "0");
}

function drawMark(drawn, scales, curves, marked) {
  const x = scales.x(marked);
  line(drawn, "marked", x, TOP, x, scales.bottom);
  curves.forEach((curve, number) => {
    const at = curve.x.indexOf(marked);
    if (at >= 0) drawDot(drawn, scales, curve, at, number);
  });
}

/** Return the index of the number nearest to a value. */
export function nearest(numbers, value) {
  let best = 0;
  numbers.forEach((number, n) => {
    if (Math.abs(number - value) < Math.abs(numbers[best] - value)) best = n;
  });
  return best;
}

/** Return one bar for each number, with its name above and its formula below. */
export function drawBars({ title, bars }) {
  const width = LEFT + WIDE;
  const told = `${title}: ${bars.map((bar) => `${bar.name}: ${bar.value}`).join("; ")}`;
  const drawn = svg(width, TOP_OF_BARS + STEP * bars.length, told);
  const largest = Math.log10(Math.max(...bars.map((bar) => bar.value)) + 1);
  bars.forEach((bar, number) => {
    const y = TOP_OF_BARS + number * STEP;
    text(drawn, "label name", 0, y + 14, bar.name);
    text(drawn, "end chosen", width, y + 14, grouped(bar.value));
    const share = largest ? Math.log10(bar.value + 1) / largest : 0;
    rectangle(drawn, "bar", 0, y + 20, Math.max(1, width * share), 12);
    text(drawn, "formula start", 0, y + 48, bar.formula);
  });
  return drawn;
}
