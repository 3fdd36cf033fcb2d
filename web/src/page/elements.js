/** Elements made by script. */

/** Return an element: `element("p", { className: "dim" }, "text", child, …)`. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Return a button that runs `action`, and is out of use while that takes time. */
export function button(label, action, properties = {}) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", () => whileBusy(made, action));
  return made;
}

/** Run an action with its button out of use; the focus stays on the button. */
export async function whileBusy(control, action) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  try {
    await action();
  } finally {
    control.removeAttribute("aria-disabled");
  }
}
