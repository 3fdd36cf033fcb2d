/** Check, stop, and the report. */

import { get, post } from "../page/api.js";
import { listen } from "../page/events.js";
import { report as fail } from "../page/failures.js";
import { announce } from "../page/status.js";
import { text } from "../page/texts.js";

/** Let a page's buttons and editor check its exercise, and show each report as it comes. */
export function checksOf(main, editor, file) {
  const exercise = main.dataset.exercise;
  const checkButton = main.querySelector("[data-do=check]");
  const stopButton = main.querySelector("[data-do=stop]");
  const place = document.getElementById("report");
  let running = null; // the number of the check that is waited for
  let received = 0; // that of the last report, which may come before the answer to its request

  function waitFor(check) {
    if (check !== null && check <= received) return;
    running = check;
    stopButton.hidden = check === null;
    busy(check !== null);
  }

  const busy = (is) => place.setAttribute("aria-busy", String(is));

  async function check() {
    busy(true);
    try {
      const begun = await file.write((content) => post(`/api/e/${exercise}/check`, content));
      if (begun) waitFor(begun.check);
      else busy(running !== null);
    } catch (error) {
      busy(running !== null);
      throw error;
    }
  }

  async function stop() {
    const focused = document.activeElement === stopButton;
    await post(`/api/checks/${running}/stop`);
    if (focused) checkButton.focus();
  }

  async function receive(report) {
    if (report.id !== exercise || report.check < received) return;
    received = report.check;
    if (running !== null && report.check < running) return;
    waitFor(null);
    place.innerHTML = report.html;
    announce(report.sentence);
    main.dispatchEvent(new CustomEvent("report", { detail: report }));
    // The text that it is about may be another program's, and not shown here yet.
    if (report.hash && report.hash !== file.base) await file.lookAgain();
    if (report.check === received) editor.mark(report.problems);
  }

  /** The report may have come while the page was not there to hear of it. */
  async function catchUp() {
    if (running === null) return;
    const found = await get(`/api/checks/${running}`);
    if (found.html !== undefined) await receive(found);
  }

  const tried = (action) => () => action().catch(fail);
  checkButton.addEventListener("click", tried(check));
  editor.addEventListener("check", tried(check));
  stopButton.addEventListener("click", tried(stop));
  checkButton.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    checkButton.querySelector("kbd").textContent = "⌘ Enter";
  }
  listen("checking", (begun) => begun.id === exercise && waitFor(begun.check));
  listen("report", (report) => receive(report).catch(fail));
  listen("open", tried(catchUp));
  if (place.dataset.check) {
    waitFor(Number(place.dataset.check));
    tried(catchUp)();
  }
}
