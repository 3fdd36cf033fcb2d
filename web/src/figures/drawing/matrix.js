/** Draw numbers in squares: a matrix, or a row of elements with its windows below. */

import { line, rectangle, shape, svg, text } from "./shapes.js";

export const TALL = 30;
export const MARGIN = 4;
/** Width of a digit in the monospace font of figures.css, in pixels. */
const DIGIT = 8.2;
/** Vertical distance between the brackets of a ladder, in pixels. */
const STEP = 20;

/** Return a matrix as a grid whose squares can be reached with the arrow keys. */
export function drawMatrix(panel, remember) {
  const { squares, outlines, title } = panel;
  const wide = cellWidth(squares.flat());
  const [height, width] = [squares.length, squares[0].length];
  const moves = squares.some((row) => row.some((square) => square.edit || square.pick));
  const told = moves ? title : `${title}: ${squares.map(rowText).join("; ")}`;
  const size = [width * wide + 2 * MARGIN, height * TALL + 2 * MARGIN];
  const drawn = svg(...size, told, moves ? "grid" : "img");
  squares.forEach((row, i) => {
    const held = shape(drawn, "g", { role: moves && "row" });
    row.forEach((square, j) => {
      const place = [MARGIN + j * wide, MARGIN + i * TALL];
      const parent = moves ? gridCell(held, square, remember(square, panel)) : held;
      drawSquare(parent, square, place, wide, roleAt(outlines, i, j));
    });
  });
  const frames = shape(drawn, "g", { class: "frames", "aria-hidden": moves && "true" });
  for (const { place, size, role } of outlines) {
    const [left, top] = [MARGIN + place[1] * wide, MARGIN + place[0] * TALL];
    rectangle(frames, `frame ${role}`.trimEnd(), left, top, size[1] * wide, size[0] * TALL);
  }
  return drawn;
}

/** Return a row of elements with the windows over it, one below the other. */
export function drawLadder({ title, squares, spans }) {
  const wide = cellWidth(squares);
  const height = TALL + spans.length * STEP + 2 * MARGIN;
  const told = `${title}: ${rowText(squares)}`;
  const drawn = svg(squares.length * wide + 2 * MARGIN + 24, height, told);
  squares.forEach((square, j) => drawSquare(drawn, square, [MARGIN + j * wide, MARGIN], wide, ""));
  spans.forEach((span, number) => {
    const left = MARGIN + span.start * wide + 3;
    const right = MARGIN + (span.start + span.length) * wide - 3;
    const y = MARGIN + TALL + number * STEP + 9;
    const names =
      `frame ${span.role}` + (span.later ? " later" : "") + (span.strong ? " strong" : "");
    const d = `M${left} ${y - 5}V${y}H${right}V${y - 5}`;
    shape(drawn, "path", { class: names, d });
    text(drawn, "label start" + (span.later ? " later" : ""), right + 6, y + 4, span.text);
  });
  return drawn;
}

const rowText = (row) => row.map((square) => square.text).join(" ");

function cellWidth(squares) {
  const longest = Math.max(...squares.map((square) => square.text.length));
  return Math.ceil(Math.max(TALL, longest * DIGIT + 12));
}

/** Return the role of the frame around an element. */
function roleAt(outlines, i, j) {
  const found = outlines.find(
    ({ place, size }) =>
      i >= place[0] && i < place[0] + size[0] && j >= place[1] && j < place[1] + size[1],
  );
  return found?.role ?? "";
}

/** Return the SVG group of a square, with the roles that screen readers need. */
function gridCell(parent, square, number) {
  return shape(parent, "g", {
    role: "gridcell",
    "data-square": number,
    class: square.edit ? "editable" : null,
    "aria-readonly": square.edit ? "false" : "true",
  });
}

function drawSquare(parent, square, [x, y], wide, role) {
  const marks = ["outside", "chosen", "unused"].filter((mark) => square[mark]);
  const names = ["cell", ...(role ? [`in-${role}`] : []), ...marks].join(" ");
  rectangle(parent, names, x, y, wide, TALL);
  if (square.unused) {
    line(parent, "cross", x + 6, y + 6, x + wide - 6, y + TALL - 6);
    line(parent, "cross", x + 6, y + TALL - 6, x + wide - 6, y + 6);
  }
  const written = square.later ? `${names} later` : names;
  text(parent, written, x + wide / 2, y + TALL / 2 + 5, square.text);
}
