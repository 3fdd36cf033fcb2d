"""Show hints and model answers, sharing the command line's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..i18n.texts import worded
from ..student.guidance import Hint, hint_remembered, solution_remembered
from ..workspace.progress import Entry
from .asked import body_of, exercise_of, field, learner_of
from .learners import Learner
from .page_templates import filled

if TYPE_CHECKING:
    from ..answer_key.model_answers import ModelAnswers


async def next_hint(request: Request) -> Response:
    """Show the next hint: that of a misconception just diagnosed, else the next level."""
    return await run_in_threadpool(_hint, learner_of(request), exercise_of(request))


async def show_solution(request: Request) -> Response:
    """Show the model answers after a pass, or if the learner gives up, which is recorded."""
    give_up = field(await body_of(request), "give_up", bool, False)
    return await run_in_threadpool(_solution, learner_of(request), exercise_of(request), give_up)


def hints_left(info: ExerciseInfo, entry: Entry) -> int:
    """Return the number of hints that were not shown yet."""
    texts = exercise_texts(info)
    codes = [c for c in entry.codes if c not in entry.hinted and texts.hint_for(c)]
    return len(texts.hints) - entry.hints + (0 if entry.passed else len(codes))


def hint_html(hint: Hint) -> str:
    """Return a hint as an HTML fragment."""
    return filled("hint.html.j2", hint=hint)


def solution_html(answers: ModelAnswers) -> str:
    """Return the model answers of all functions, in both forms and with the reason."""
    found = {name: answers.of(name) for name in answers.info.functions}
    return filled("solution.html.j2", answers=found)


def _hint(learner: Learner, info: ExerciseInfo) -> Response:
    with learner.lock:
        hint, notes = hint_remembered(learner.workspace, info)
    left = hints_left(info, hint.entry)
    return JSONResponse({"html": hint_html(hint), "left": left, "notes": [*map(worded, notes)]})


def _solution(learner: Learner, info: ExerciseInfo, give_up: bool) -> Response:
    with learner.lock:
        answers, notes = solution_remembered(learner.workspace, info, give_up=give_up)
    return JSONResponse({"html": solution_html(answers), "notes": [*map(worded, notes)]})
