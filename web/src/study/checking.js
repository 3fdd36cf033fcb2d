/** Check, stop, and the report. */

import { get, post } from "../page/api.js";
import { report as fail } from "../page/failures.js";
import { listen } from "../page/events.js";
import { announce } from "../page/status.js";
import { text } from "../page/texts.js";

/** Let a page's buttons and editor check its exercise, and show each report as it comes. */
export function checksOf(main, editor, file) {
  const exercise = main.dataset.exercise;
  const checkButton = main.querySelector("[data-do=check]");
  const stopButton = main.querySelector("[data-do=stop]");
  const place = document.getElementById("report");
  let running = null;

  function show(check) {
    running = check;
    stopButton.hidden = check === null;
    place.setAttribute("aria-busy", String(check !== null));
  }

  async function check() {
    const begun = await file.write((content) => post(`/api/e/${exercise}/check`, content));
    if (!begun) return;
    show(begun.check);
    announce(text("checking"));
  }

  async function stop() {
    const stopped = running;
    await post(`/api/checks/${stopped}/stop`);
    if (running === stopped) show(null);
    checkButton.focus();
    announce(text("stopped"));
  }

  function receive(report) {
    if (report.id !== exercise || (running !== null && report.check < running)) return;
    show(null);
    place.innerHTML = report.html;
    showMistakes(place, report.mistake);
    editor.mark(report.problems);
    announce(report.sentence);
    main.dispatchEvent(new CustomEvent("report", { detail: report }));
  }

  /** The connection was lost: the report may have come meanwhile. */
  async function catchUp() {
    if (running !== null) receive(await get(`/api/checks/${running}`));
  }

  const tried = (action) => () => action().catch(fail);
  checkButton.addEventListener("click", tried(check));
  editor.addEventListener("check", tried(check));
  stopButton.addEventListener("click", tried(stop));
  checkButton.hidden = false;
  listen("checking", ({ id, check }) => id === exercise && show(check));
  listen("report", receive);
  listen("open", tried(catchUp));
}

/** Put the moving figure of each proved mistake where the report leaves a place for it. */
function showMistakes(place, mistakes) {
  for (const mistake of [mistakes ?? []].flat()) {
    const figure = document.createElement("learncnn-mistake");
    const named = place.querySelector(`[data-mistake="${CSS.escape(mistake.function)}"]`);
    (named ?? place).append(figure);
    figure.payload = mistake;
  }
}
