/** An exercise: its file in the editor, checks, help. */

import { listen } from "../page/events.js";
import { report as fail } from "../page/failures.js";
import { renewAtProgress } from "../page/renewing.js";
import { checksOf } from "./checking.js";
import { File } from "./file.js";
import { helpFor } from "./help.js";

/** Bring the page of an exercise to life. */
export function study(main) {
  const editor = main.querySelector("learncnn-editor");
  if (!editor) return; // the file cannot be read, and the page says why
  const file = new File(editor, {
    saved: main.querySelector(".saved"),
    conflict: main.querySelector(".conflict"),
  });
  const lookAgain = () => file.lookAgain().catch(fail);
  listen(
    "file",
    ({ id, hash }) => id === main.dataset.exercise && hash !== file.base && lookAgain(),
  );
  listen("open", lookAgain); // what was saved before is not told
  checksOf(main, editor, file);
  renewAtProgress(document.getElementById("state"));
  helpFor(main, file);
}
