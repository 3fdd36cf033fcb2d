/** Entry point of the study page: start what every page has, then what this page needs. */

import "./editor/editor.js";
import "./figures/index.js";
import "./replay/index.js";
import { connect, listen } from "./page/events.js";
import { clearFailure, report as fail } from "./page/failures.js";
import { renewAtProgress } from "./page/renewing.js";
import { text } from "./page/texts.js";
import { switchThemes } from "./page/themes.js";
import { quiz } from "./quiz/quiz.js";
import { study } from "./study/study.js";

const PAGES = {
  map: renewAtProgress,
  progress: renewAtProgress,
  exercise: study,
  quiz,
  review: quiz,
};

switchThemes(document.querySelector("[data-do=theme]"));
listen("lost", () => fail(new Error(text("unreachable"))));
listen("open", clearFailure);
PAGES[document.body.dataset.page]?.(document.getElementById("main"));
connect();
