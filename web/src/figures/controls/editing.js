/** Edit a square's number in an HTML field that covers it. */

import { numberIn, short } from "../arithmetic/numbers.js";
import { html } from "../drawing/shapes.js";
import { say } from "../texts.js";

/**
 * Open a field over a square. It starts with `typed`, or with the square's number if that is null.
 * `done(number)` receives the number entered, or null if there is none or the reader cancelled.
 */
export function openField(cell, { label, value, typed, done }) {
  const panel = cell.closest(".panel");
  const [outer, inner] = [panel.getBoundingClientRect(), cell.getBoundingClientRect()];
  const field = html("input", "move-field");
  field.setAttribute("aria-label", say("serve_figures.field", { name: label }));
  field.inputMode = "text";
  field.autocomplete = "off";
  field.maxLength = 8;
  field.value = typed ?? short(value).replace("−", "-");
  const size = { left: inner.left - outer.left, top: inner.top - outer.top };
  field.style.left = `${size.left}px`;
  field.style.top = `${size.top}px`;
  field.style.width = `${inner.width}px`;
  field.style.height = `${inner.height}px`;
  let open = true;
  const close = (number) => {
    if (!open) return;
    open = false;
    const had = document.activeElement === field;
    field.remove();
    if (had) cell.focus();
    done(number);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") close(numberIn(field.value));
    if (event.key === "Escape") close(null);
  });
  field.addEventListener("input", () => {
    field.setAttribute("aria-invalid", numberIn(field.value) === null);
  });
  field.addEventListener("blur", () => close(numberIn(field.value)));
  panel.append(field);
  field.focus();
  if (typed === null) field.select();
}
