/** Render a drawing as HTML. Each panel is a separate picture, so panels wrap on a narrow page. */

import { drawGraph } from "./graph.js";
import { drawLadder, drawMatrix } from "./matrix.js";
import { drawPicture } from "./picture.js";
import { drawBars, drawPlot } from "./plot.js";
import { html } from "./shapes.js";
import { drawVolume, volumeSize } from "./volume.js";

const PANELS = {
  matrix: drawMatrix,
  ladder: drawLadder,
  volume: drawVolume,
  bars: drawBars,
  plot: drawPlot,
  graph: drawGraph,
  picture: drawPicture,
};

/** Return the rows of a drawing; `remember` registers a square for events, returns its number. */
export function rowsHtml({ rows }, remember = () => null) {
  return rows.map((row) => {
    const groups = grouped(row).map((group) =>
      html("div", "group", ...group.map((panel) => panelHtml(panel, remember))),
    );
    return html("div", "panels", ...groups);
  });
}

/** Return a text in which a line does not end with the sign before a result. */
const kept = (text) => text.replaceAll(" = ", " =\u00a0");

/** Return the sentences of a drawing. */
export function wordsHtml({ words = [] }) {
  return words.map(({ parts, prose, later }) => {
    const names = ["worked", prose && "prose", later && "later"].filter(Boolean).join(" ");
    return html(
      "p",
      names,
      ...parts.map(([text, role]) => (role ? html("span", role, text) : kept(text))),
    );
  });
}

/** Return panels grouped with the signs before them, so that no line ends with a sign. */
function grouped(row) {
  const groups = [];
  let signs = [];
  for (const panel of row) {
    signs.push(panel);
    if (panel.type !== "sign") {
      groups.push(signs);
      signs = [];
    }
  }
  return signs.length ? [...groups, signs] : groups;
}

function panelHtml(panel, remember) {
  if (panel.type === "sign") {
    const note = panel.note ? [html("small", "", panel.note)] : [];
    return html("div", "sign", ...note, html("span", "", panel.text));
  }
  const wide = ["plot", "bars", "graph"].includes(panel.type);
  const names = ["panel", wide ? "wide" : panel.role, panel.mark].filter(Boolean).join(" ");
  const made = html("div", names);
  if (panel.pick) letPick(made, panel, remember);
  if (panel.title) made.append(html("div", "title", panel.title));
  made.append(PANELS[panel.type](panel, remember));
  if (panel.type === "volume") made.append(html("small", "", volumeSize(panel.shape)));
  return made;
}

/** Make a panel act as a button. */
function letPick(made, panel, remember) {
  made.dataset.square = remember(panel, panel);
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  made.setAttribute("aria-pressed", panel.mark === "strong");
  if (panel.told) made.setAttribute("aria-label", panel.told);
}
