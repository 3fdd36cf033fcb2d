/** The map of units: what was passed meanwhile, here or in another window. */

import { listen } from "./page/events.js";

/** Keep the rows of exercises and the bars of units as they are on the server. */
export function map(main) {
  listen("progress", (progress) => {
    const row = main.querySelector(`[data-exercise="${CSS.escape(progress.exercise)}"]`);
    if (!row) return;
    row.dataset.state = progress.state;
    row.querySelector(".state").outerHTML = progress.html;
    const bar = row.closest(".unit").querySelector("progress");
    bar.value = progress.unit_passed;
    bar.nextElementSibling.textContent = progress.unit_text;
  });
}
