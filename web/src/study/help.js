/** Show hints and the solution, and restore the stub. */

import { post } from "../page/api.js";
import { confirmed } from "../page/dialogs.js";
import { whileBusy } from "../page/elements.js";
import { report as fail } from "../page/failures.js";
import { announce } from "../page/status.js";
import { text } from "../page/texts.js";

/** Connect a page's buttons to hints, the solution and the reset to the stub. */
export function helpFor(main, file) {
  const path = `/api/e/${main.dataset.exercise}`;

  on(main, "hint", async (button) => {
    const { html, left } = await post(`${path}/hint`);
    append(document.getElementById("hints"), html);
    button.dataset.left = left;
    button.textContent = text("hint.next", { left });
    if (!left) button.hidden = true;
  });

  on(main, "solution", async (button) => {
    const giveUp = button.dataset.open !== "true";
    if (giveUp && !(await confirmed(text("solution.confirm"), text("solution.give_up")))) return;
    const { html } = await post(`${path}/solution`, { give_up: giveUp });
    append(document.getElementById("solution"), html);
    button.hidden = true;
    forgetTheOffer(main);
  });

  on(main, "reset", async () => {
    if (!(await confirmed(text("reset.confirm"), text("reset.do")))) return;
    const { backup } = await post(`${path}/reset`);
    await file.reread();
    announce(text("reset.done", { backup }));
  });

  main.addEventListener("report", ({ detail }) => {
    const solution = main.querySelector("[data-do=solution]");
    if (detail.state !== "passed") return;
    solution.dataset.open = "true";
    solution.textContent = text("solution.show");
    forgetTheOffer(main);
  });
}

/** Remove the sentence that the solution is shown after a pass, because it is open now. */
const forgetTheOffer = (main) => main.querySelector(".solution > p.dim")?.remove();

function on(main, name, action) {
  const button = main.querySelector(`[data-do=${name}]`);
  button.addEventListener("click", () => whileBusy(button, () => action(button).catch(fail)));
  if (button.dataset.left !== "0") button.hidden = false;
}

/** Append the server's HTML and move the focus to it, because the button pressed may be gone. */
function append(place, html) {
  const part = document.createElement("div");
  part.tabIndex = -1;
  part.innerHTML = html;
  place.append(part);
  part.focus({ preventScroll: true });
  part.scrollIntoView({ block: "nearest" });
}
