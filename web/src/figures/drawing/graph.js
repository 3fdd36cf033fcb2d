/** Draw units as circles, and connections as arrows. */

import { say } from "../texts.js";
import { line, shape, svg, text } from "./shapes.js";

const STEP = 62;

export function drawGraph({ nodes, edges, arrows }, remember) {
  const radius = nodes.some((node) => node.label) ? 22 : 12;
  const places = nodes.map((node) => [radius + 2 + node.x * STEP, radius + 2 + node.y * STEP]);
  const [width, height] = [0, 1].map((a) => Math.max(...places.map((p) => p[a])) + radius + 2);
  const told = say("figure.graph", { units: nodes.length, connections: edges.length });
  const moves = nodes.some((node) => node.edit || node.pick);
  const drawn = svg(width, height, told, moves ? "group" : "img");
  for (const { from, to, role = "" } of edges) {
    drawEdge(drawn, places[from], places[to], radius, arrows, role);
  }
  nodes.forEach((node, n) => {
    const [x, y] = places[n];
    const number = node.edit || node.pick ? remember(node, { title: told, list: true }) : null;
    const held = number === null ? drawn : shape(drawn, "g", {
      role: "button",
      "data-square": number,
      class: node.edit ? "editable" : null,
      "aria-label": node.told ?? node.label,
    }); // prettier-ignore
    const names = `unit in-${node.role}` + (node.strong ? " strong" : "");
    shape(held, "circle", {
      class: names,
      cx: Number(x.toPrecision(6)),
      cy: Number(y.toPrecision(6)),
      r: radius,
    });
    text(held, node.later ? "unit later" : "unit", x, y + 4, node.label);
    if (node.error) text(held, "unit error", x, y + radius + 14, node.error);
  });
  return drawn;
}

function drawEdge(drawn, [x1, y1], [x2, y2], radius, arrows, role) {
  const names = role ? ` ${role}` : "";
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const end = [x2 - dx * (radius + 2), y2 - dy * (radius + 2)];
  line(drawn, `edge${names}`, x1 + dx * radius, y1 + dy * radius, ...end);
  if (!arrows) return;
  const left = [end[0] - 7 * dx - 3.5 * dy, end[1] - 7 * dy + 3.5 * dx];
  const right = [end[0] - 7 * dx + 3.5 * dy, end[1] - 7 * dy - 3.5 * dx];
  const points = [end, left, right].map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ");
  shape(drawn, "polygon", { class: `tip${names}`, points });
}
