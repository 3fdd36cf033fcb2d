/** Refresh parts of the page from the server. */

import { report as fail } from "./failures.js";
import { listen } from "./events.js";

/** Reload an element's content whenever progress changes; the focus stays in place. */
export function renewAtProgress(place) {
  listen("progress", () => renew(place).catch(fail));
}

async function renew(place) {
  const html = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(place.id);
  const focused =
    place.contains(document.activeElement) && document.activeElement.getAttribute("href");
  place.replaceChildren(...fresh.childNodes);
  place.className = fresh.className;
  if (focused) place.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}
