/** Show two versions of a file side by side: the editor's and the one on disk. */

import { button, element } from "../page/elements.js";
import { report as fail } from "../page/failures.js";
import { announce } from "../page/status.js";
import { text } from "../page/texts.js";
import { compareLines } from "./lines.js";

/** Show both versions in `place` until the student has chosen.
 *
 * The other version is not lost: the server keeps a copy of a file that is overwritten, and the
 * editor's undo restores a text that was replaced.
 */
export function showConflict(place, { mine, theirs, keepMine, takeTheirs }) {
  const [here, there] = compareLines(mine(), theirs);
  const heading = element("h3", {}, text("conflict.heading"));
  const choices = element(
    "div",
    { className: "choices-row" },
    button(text("conflict.mine"), () => keepMine().catch(fail)),
    button(text("conflict.theirs"), takeTheirs),
  );
  const sides = element(
    "div",
    { className: "versions" },
    version(text("conflict.here"), here),
    version(text("conflict.there"), there),
  );
  place.replaceChildren(heading, element("p", {}, text("conflict.why")), choices, sides);
  place.hidden = false;
  for (const mark of place.querySelectorAll("mark:not(mark ~ mark)"))
    showWithin(mark.closest("pre"), mark);
  announce(text("conflict.heading"));
}

/** Scroll a listing, but not the page, to its first marked line. */
function showWithin(listing, mark) {
  listing.scrollTop = mark.offsetTop - listing.clientHeight / 3;
}

function version(title, lines) {
  const code = element("code");
  for (const { text: line, differs } of lines) {
    code.append(differs ? element("mark", {}, line || " ") : `${line}\n`);
  }
  const listing = element("pre", { tabIndex: 0, ariaLabel: title }, code);
  return element("figure", {}, element("figcaption", {}, title), listing);
}
