/** Start and stop checks, and show their reports. */

import { get, post } from "../page/api.js";
import { listen } from "../page/events.js";
import { report as fail } from "../page/failures.js";
import { announce } from "../page/status.js";
import { text } from "../page/texts.js";

/** Connect a page's buttons and editor to checks of its exercise, and show each report. */
export function checksOf(main, editor, file) {
  const exercise = main.dataset.exercise;
  const checkButton = main.querySelector("[data-do=check]");
  const stopButton = main.querySelector("[data-do=stop]");
  const place = document.getElementById("report");
  let running = null; // number of the check that is running
  let received = 0; // number of the last report, which may arrive before its request's response

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
    // Another program may have written the file that was checked; show it first.
    if (report.hash && report.hash !== file.base) await file.lookAgain();
    if (report.check === received) editor.mark(report.problems);
  }

  /** Fetch a report that arrived while the page was not connected. */
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
