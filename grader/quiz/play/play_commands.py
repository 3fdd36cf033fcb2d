"""Run the commands `quiz` and `review`: choose questions, ask, store the answers, sum up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import Message
from ...i18n.texts import say
from ..items.variants import Variant
from .asking import Answered, QuizRun, run
from .choose import Asked, choose_due, choose_quiz, nothing_due
from .screen import Page

if TYPE_CHECKING:
    from ...terminal.app import App

#: Exit code of an interrupted run, as in a shell (128 + SIGINT).
INTERRUPTED = 130


class QuizRequest(NamedTuple):
    """The options of `quiz`."""

    targets: tuple[str, ...] = ()
    number: int = 5
    seed: str | None = None
    enough: float = 0.8
    as_json: bool = False


def run_quiz(app: App, request: QuizRequest) -> int:
    """Run a quiz and return its exit code: 1 if the share of right answers is below `enough`.

    130 if the quiz was interrupted.
    """
    state_dir = _state_dir(app)
    chosen = choose_quiz(request.targets, request.number, state_dir, request.seed)
    app.note(*chosen.notes)
    return _play(app, chosen.asked, state_dir, request)


def run_review(app: App, count: int, *, as_json: bool) -> int:
    """Ask the questions that are due and return the exit code, which is 0 if none are due."""
    state_dir = app.required_workspace().state_dir
    chosen = choose_due(state_dir, count)
    app.note(*chosen.notes)
    if not chosen.asked and not as_json:
        app.out([nothing_due(chosen.state)])
        return 0
    request = QuizRequest(number=count, enough=0, as_json=as_json)
    code = _play(app, chosen.asked, state_dir, request)
    if not as_json and chosen.later and code == 0:
        app.out([say("quiz", "review.later", count=chosen.later)])
    return code


def _state_dir(app: App) -> Path | None:
    workspace = app.workspace
    return workspace.state_dir if workspace else None


def _play(app: App, asked: Sequence[Asked], state_dir: Path | None, request: QuizRequest) -> int:
    keep = _keeper(app, state_dir)
    if request.as_json:
        return _play_json(app, [each.variant() for each in asked], keep, request)
    from .askers import asker_for

    if state_dir is None:
        app.note(say("quiz", "not_kept"))
    page = Page(app.paint, app.width)
    finished = run((each.variant() for each in asked), len(asked), asker_for(page), keep)
    from .summary import summarise, summary_lines

    lines = summary_lines(summarise(finished), page, kept=state_dir is not None)
    # After an interrupted question the cursor stands within a line.
    app.out(["", *lines] if finished.stopped else lines)
    return _exit_code(finished, request)


def _exit_code(finished: QuizRun, request: QuizRequest) -> int:
    if finished.stopped:
        return INTERRUPTED
    return 1 if finished.share < request.enough else 0


def _keeper(app: App, state_dir: Path | None) -> Callable[[Answered], None]:
    """Return a function that stores an answer, and reports each kind of failure once."""
    said: set[Message] = set()

    def keep(answered: Answered) -> None:
        if state_dir is None:
            return
        from .spacing import remember_answered

        note = remember_answered(state_dir, answered)
        if note and note not in said:
            said.add(note)
            app.note(note)

    return keep


def _play_json(
    app: App,
    variants: Sequence[Variant],
    keep: Callable[[Answered], None],
    request: QuizRequest,
) -> int:
    from . import json_quiz
    from .summary import answered_json, summarise, summary_json

    text = json_quiz.read_input()
    if not text.strip():
        _print(
            app,
            {
                "paper": json_quiz.paper_json(variants),
                "questions": [json_quiz.question_json(variant) for variant in variants],
            },
        )
        return 0
    document = json_quiz.read_answers(text)
    if paper := document.get("paper"):
        variants = json_quiz.variants_of(paper)
    answered, refused = json_quiz.judge_all(variants, document["answers"])
    for each in answered:
        keep(each)
    finished = QuizRun(tuple(answered), len(variants), stopped=len(answered) < len(variants))
    _print(
        app,
        {
            "results": answered_json(answered),
            "refused": refused,
            "summary": summary_json(summarise(finished)),
        },
    )
    return 1 if finished.share < request.enough else 0


def _print(app: App, document: Any) -> None:
    import json

    app.out([json.dumps(document, ensure_ascii=False, indent=1)])
