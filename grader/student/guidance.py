"""Show hints and solutions: the next hint, and the model answer to students who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..errors import Message, UsageError
from ..i18n.texts import listed, say
from ..terminal.layout import NO_BREAK, indented, wrapped
from ..workspace.progress import Entry

if TYPE_CHECKING:
    from ..answer_key.model_answers import ModelAnswers
    from ..terminal.app import App
    from ..workspace.workspace import Workspace


@dataclass(frozen=True)
class Hint:
    """A hint, and the entry that records that it was shown."""

    heading: str
    text: str
    footer: str
    entry: Entry


def next_hint(info: ExerciseInfo, entry: Entry) -> Hint:
    """Return a diagnosed misconception's hint if it was not shown yet, else the next level's.

    Raises UsageError for an exercise without hints.
    """
    texts = exercise_texts(info)
    more = say("guidance", "more", id=info.id)
    for code in entry.codes:
        if code not in entry.hinted and not entry.passed and texts.hint_for(code):
            shown = entry._replace(hinted=(*entry.hinted, code))
            heading = say("guidance", "for_code", id=info.id, code=code)
            return Hint(heading, texts.hint_for(code), more, shown)
    hints = texts.hints
    if not hints:
        raise UsageError("guidance", "none", id=info.id)
    number = min(entry.hints + 1, len(hints))
    heading = say("guidance", "level", id=info.id, number=number, total=len(hints))
    footer = say("guidance", "last", id=info.id) if number == len(hints) else more
    return Hint(heading, hints[number - 1], footer, entry._replace(hints=number))


def may_see_solution(info: ExerciseInfo, entry: Entry, *, give_up: bool, today: str) -> Entry:
    """Return the entry after showing the solution.

    Raises UsageError before a pass, unless the student gives up or has given up.
    """
    if entry.passed:
        return entry
    if not give_up and not entry.given_up:
        raise UsageError("guidance", "not_passed", id=info.id)
    return entry._replace(given_up=entry.given_up or today)


def hints_given(info: ExerciseInfo, entry: Entry) -> list[Hint]:
    """Return the hints already shown: those of the levels, then those of misconceptions."""
    shown, given = Entry(), []
    for _ in range(min(entry.hints, len(exercise_texts(info).hints))):
        given.append(next_hint(info, shown))
        shown = given[-1].entry
    for code in entry.hinted:
        given.append(next_hint(info, Entry(codes=(code,))))
    return given


def hint_remembered(workspace: Workspace | None, info: ExerciseInfo) -> tuple[Hint, list[Message]]:
    """Return the next hint and notes on saving it; without a workspace nothing is saved.

    Raises UsageError for an exercise without hints.
    """
    from ..workspace.progress import Progress, load_progress, save_progress

    progress = load_progress(workspace) if workspace else Progress()
    hint = next_hint(info, progress.of(info.id))
    if workspace is None:
        return hint, []
    note = save_progress(workspace, progress.with_entry(info.id, hint.entry))
    return hint, [*progress.notes, *([note] if note else [])]


def give_hint(app: App, info: ExerciseInfo) -> list[str]:
    """Return the next hint as lines, and save in the workspace, if any, that it was shown."""
    hint, notes = hint_remembered(app.workspace, info)
    app.note(*notes)
    body = indented(wrapped(hint.text, app.width - 2), 2)
    footer = [app.paint(line, "dim") for line in wrapped(hint.footer, app.width)]
    return [app.paint(hint.heading, "bold"), *body, "", *footer]


def solution_remembered(
    workspace: Workspace, info: ExerciseInfo, function: str | None = None, *, give_up: bool
) -> tuple[ModelAnswers, list[Message]]:
    """Return the model answers, and notes on saving that the student gave up.

    Raises UsageError before a pass, unless given up, and for an unknown `function`; raises
    KeyUnavailable if the model answers are not installed.
    """
    from datetime import date

    from ..answer_key.model_answers import model_answers
    from ..workspace.progress import load_progress, save_progress

    progress = load_progress(workspace)
    today = date.today().isoformat()
    entry = may_see_solution(info, progress.of(info.id), give_up=give_up, today=today)
    answers = model_answers(info, workspace.framework)
    if function is not None:
        answers.of(function)
    if entry == progress.of(info.id):
        return answers, []
    note = save_progress(workspace, progress.with_entry(info.id, entry))
    return answers, [*progress.notes, *([note] if note else [])]


def give_solution(
    app: App, info: ExerciseInfo, function: str | None = None, *, give_up: bool
) -> list[str]:
    """Return the model answers as lines of Python: all in plain form, or one function in full.

    Raises UsageError before a pass, unless given up, and for an unknown function.
    """
    workspace = app.required_workspace()
    answers, notes = solution_remembered(workspace, info, function, give_up=give_up)
    if function is None:
        lines = answers.plain.rstrip("\n").split("\n")
    else:
        lines = function_lines(answers, function, app.width)
    app.note(*notes)
    if function is None:
        app.note(app.paint(_all_plain(info, answers.framework), "bold"))
    return lines


def function_lines(answers: ModelAnswers, function: str, width: int) -> list[str]:
    """Return a function's plain and vectorised forms and the explanation as lines of Python."""
    answer = answers.of(function)
    lines = answer.plain.split("\n")
    if answer.vectorised:
        fast = answer.vectorised.split("\n")
        lines = [_comment("plain"), *lines, "", _comment("vectorised"), *fast]
    words = wrapped(answer.why, width - 2)
    if answer.calls:
        names = listed(f"{name}()" for name in answer.calls)
        command = f"learncnn solution {answers.info.id}".replace(" ", NO_BREAK)
        calls = say("guidance", "form.calls", names=names, command=command)
        words += wrapped(calls, width - 2)
    return [*lines, "", *(f"# {line}" for line in words)]


def _comment(form: str) -> str:
    return f"# {say('guidance', f'form.{form}')}"


def _all_plain(info: ExerciseInfo, framework: str) -> str:
    first, *others = info.functions
    key = "solution_one" if not others else "solution"
    return say(
        "guidance",
        key,
        id=info.id,
        framework=framework,
        first=first,
        others=listed(others),
    )
