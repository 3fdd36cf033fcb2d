/** Confirmation before an action that cannot be undone. */

import { element } from "./elements.js";
import { text } from "./texts.js";

/** Ask whether to continue; `yes` is the label of the confirming button. */
export function confirmed(question, yes) {
  const agree = element("button", { className: "primary", value: "yes" }, yes);
  const cancel = element("button", { autofocus: true }, text("cancel"));
  const choices = element("div", { className: "choices-row" }, cancel, agree);
  const sentence = element("p", { id: "question-asked" }, question);
  const form = element("form", { method: "dialog" }, sentence, choices);
  const dialog = element("dialog", {}, form);
  dialog.setAttribute("aria-labelledby", sentence.id);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
