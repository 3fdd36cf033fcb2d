/** The page of an exercise: its file in the editor, checks and help. */

import { listen } from "../page/events.js";
import { report as fail } from "../page/failures.js";
import { renewAtProgress } from "../page/renewing.js";
import { checksOf } from "./checking.js";
import { File } from "./file.js";
import { helpFor } from "./help.js";

/** Start the page of an exercise. */
export function study(main) {
  const editor = main.querySelector("learncnn-editor");
  if (!editor) return; // The file cannot be read; the page shows the reason.
  const file = new File(editor, {
    saved: main.querySelector(".saved"),
    conflict: main.querySelector(".conflict"),
  });
  const lookAgain = () => file.lookAgain().catch(fail);
  listen(
    "file",
    ({ id, hash }) => id === main.dataset.exercise && hash !== file.base && lookAgain(),
  );
  listen("open", lookAgain); // A file that was saved before is not announced.
  checksOf(main, editor, file);
  renewAtProgress(document.getElementById("state"));
  helpFor(main, file);
}
