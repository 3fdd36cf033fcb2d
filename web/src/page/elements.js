/** Create elements and buttons. */

/** Return an element: `element("p", { className: "dim" }, "text", child, …)`. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Return a button that runs `action` and is disabled while it runs. */
export function button(label, action, properties = {}) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", () => whileBusy(made, action));
  return made;
}

/** Run an action with its button disabled; the focus stays on the button. */
export async function whileBusy(control, action) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  try {
    await action();
  } finally {
    control.removeAttribute("aria-disabled");
  }
}
