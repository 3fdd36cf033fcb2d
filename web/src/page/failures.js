/** Error messages at the foot of the page. */

import { element } from "./elements.js";
import { text } from "./texts.js";

/** Show an error at the foot of the page until it is closed or replaced by another. */
export function report(error) {
  const place = document.getElementById("failure") ?? made();
  place.querySelector("p").textContent = error.message;
  place.hidden = false;
}

/** Remove the error shown, because the action works again. */
export function clearFailure() {
  const place = document.getElementById("failure");
  if (place) place.hidden = true;
}

function made() {
  const close = element("button", { type: "button" }, text("close"));
  const place = element("div", { id: "failure", role: "alert" }, element("p"), close);
  close.addEventListener("click", () => (place.hidden = true));
  document.body.append(place);
  return place;
}
