/** Create the SVG and HTML elements that figures consist of. */

const SPACE = "http://www.w3.org/2000/svg";

/** Return a number as C's %g prints it. */
export const general = (number) => String(Number(Number(number).toPrecision(6)));

/** Return an SVG element appended to `parent`; null, undefined and false attributes are omitted. */
export function shape(parent, name, attributes = {}, content = null) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  if (content !== null) made.textContent = content;
  parent?.append(made);
  return made;
}

/** Return an empty picture; `label` describes it to screen readers. */
export function svg(width, height, label, role = "img") {
  const size = { width: general(width), height: general(height) };
  const viewBox = `0 0 ${size.width} ${size.height}`;
  return shape(null, "svg", { role, "aria-label": label, ...size, viewBox });
}

/** Draw a rectangle with these classes. */
export function rectangle(parent, names, x, y, width, height, more = {}) {
  const place = { x: general(x), y: general(y), width: general(width), height: general(height) };
  return shape(parent, "rect", { class: names, ...place, ...more });
}

/** Draw a line with these classes. */
export function line(parent, names, x1, y1, x2, y2) {
  const ends = { x1: general(x1), y1: general(y1), x2: general(x2), y2: general(y2) };
  return shape(parent, "line", { class: names, ...ends });
}

/** Write text with its anchor at (x, y). */
export function text(parent, names, x, y, content, more = {}) {
  return shape(parent, "text", { class: names, x: general(x), y: general(y), ...more }, content);
}

/** Return an HTML element with these classes and children. */
export function html(name, names, ...children) {
  const made = document.createElement(name);
  if (names) made.className = names;
  made.append(...children);
  return made;
}
