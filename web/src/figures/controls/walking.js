/** Keyboard use of a figure: arrow keys move between squares, Tab stops once at each grid. */

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Return the rows and columns by which an arrow key moves, or null for any other key. */
export const arrowOf = (key) => ARROWS[key] ?? null;

/** Make one square of each grid, and of each group of units, reachable with the Tab key. */
export function markStops(board) {
  for (const grid of board.querySelectorAll('[role="grid"], svg[role="group"]')) {
    const squares = [...grid.querySelectorAll("[data-square]")];
    const stop = squares.find((square) => square.tabIndex === 0 && square.hasAttribute("tabindex"));
    for (const square of squares) {
      const wanted = square === (stop ?? squares[0]) ? "0" : "-1";
      if (square.getAttribute("tabindex") !== wanted) square.setAttribute("tabindex", wanted);
    }
  }
}

/** Move the focus from a square to its neighbour; return false if there is none. */
export function walk(square, [down, across]) {
  const next =
    square.getAttribute("role") === "gridcell"
      ? neighbour(square, down, across)
      : sibling(square, down + across);
  if (!next) return false;
  for (const other of square.closest("svg").querySelectorAll("[data-square]")) {
    other.setAttribute("tabindex", other === next ? "0" : "-1");
  }
  next.focus();
  return true;
}

function neighbour(square, down, across) {
  const row = square.parentNode;
  const rows = [...row.parentNode.querySelectorAll('[role="row"]')];
  const column = [...row.children].indexOf(square) + across;
  return rows[rows.indexOf(row) + down]?.children[column];
}

function sibling(square, by) {
  const all = [...square.closest("svg").querySelectorAll("[data-square]")];
  return all[all.indexOf(square) + by];
}
