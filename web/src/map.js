/** The map of units and the progress page: what was passed meanwhile, here or in another window. */

import { listen } from "./page/events.js";
import { report as fail } from "./page/failures.js";

/** Show the page's content as the server would write it now, whenever there is progress. */
export function map(main) {
  listen("progress", () => renew(main).catch(fail));
}

async function renew(main) {
  const html = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
  const focused =
    main.contains(document.activeElement) && document.activeElement.getAttribute("href");
  main.replaceChildren(...fresh.childNodes);
  if (focused) main.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}
