/** A quiz: the answer, then the reader's confidence, then the explanations. */

import { post } from "../page/api.js";
import { button, element } from "../page/elements.js";
import { report as fail } from "../page/failures.js";
import { text } from "../page/texts.js";

/** Ask the questions of a quiz page one at a time. */
export function quiz(main) {
  const place = document.getElementById("question");
  let path;

  async function start() {
    const question = await post("/api/quiz/start", { target: main.dataset.quiz });
    path = `/api/quiz/${question.run}`;
    ask(question);
  }

  function ask({ html, summary }) {
    place.innerHTML = html ?? summary;
    const form = place.querySelector("form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form, answerOf(form)).catch(fail);
    });
    form?.append(
      element(
        "div",
        { className: "choices-row" },
        element("button", { className: "primary" }, text("quiz.answer")),
        button(text("quiz.unknown"), () => answer(form, "?").catch(fail)),
      ),
      element("p", { className: "refused", role: "alert" }),
    );
    (form?.querySelector("input, select") ?? headingOf(place)).focus();
  }

  async function answer(form, given) {
    const said = await post(`${path}/answer`, { answer: given });
    form.querySelector(".refused").textContent = said.refused ?? "";
    if (said.refused) return;
    form.querySelector(".choices-row").remove();
    for (const control of form.elements) control.disabled = true;
    if (said.html) explain(said);
    else askHowSure(form, said.given);
  }

  function askHowSure(form, given) {
    const settle = (sure) => async () => {
      row.remove();
      explain(await post(`${path}/sure`, { sure }));
    };
    const choice = (key, sure) => button(text(key), () => settle(sure)().catch(fail));
    const row = element(
      "fieldset",
      { className: "sure" },
      element("legend", {}, text("quiz.sure", { given })),
      choice("confidence.sure", true),
      choice("confidence.unsure", false),
      choice("confidence.skip", null),
    );
    form.append(row);
    row.querySelector("button").focus();
  }

  function explain({ html, last }) {
    const verdict = element("div", { className: "verdict", innerHTML: html });
    const next = button(text(last ? "quiz.finish" : "quiz.next"), async () => {
      await post(`${path}/next`).then(ask).catch(fail);
    });
    next.className = "primary";
    place.append(verdict, element("div", { className: "choices-row" }, next));
    headingOf(verdict).focus();
  }

  start().catch(fail);
}

/** Return a form's answer: a text, or a list if it has several parts. */
function answerOf(form) {
  const values = new FormData(form).getAll("answer");
  const several = ["multiple", "order", "match"].includes(form.dataset.kind);
  return several ? values.filter(Boolean) : (values[0] ?? "");
}

function headingOf(place) {
  const heading = place.querySelector("h1, h2, h3, p");
  heading.tabIndex = -1;
  return heading;
}
