"""Implement `explain`: describe a misconception, its remedy, and where it occurs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..course.catalog import load_catalog, title_of
from ..course.lesson_catalog import load_lessons
from ..errors import Messages, UsageError
from ..i18n.texts import LANGUAGES, language, listed, say
from ..i18n.tomlio import load_toml
from ..quiz.items.bank import ids_with
from ..quiz.items.codes import OWN_CODES, CodeHome, code_index
from ..terminal.layout import indented, wrapped

if TYPE_CHECKING:
    from ..terminal.app import App


class Meeting(NamedTuple):
    """The texts of one exercise about a misconception, by language."""

    #: Id such as `ex03`; for a code that only quizzes use, their exercise or bank.
    exercise: str
    sentence: Mapping[str, str]
    hint: Mapping[str, str]
    #: Whether `check` can diagnose the misconception in this exercise.
    diagnosed: bool


class Explanation(NamedTuple):
    """A misconception with its texts from all exercises and its quiz items."""

    code: str
    meetings: tuple[Meeting, ...]
    #: Ids of the quiz items that can diagnose it.
    items: tuple[str, ...]


def explain(name: str) -> Explanation:
    """Return the explanation of a code, in any case and with `-`, `_` or spaces.

    Raises UsageError with similar codes if the code is unknown.
    """
    index = code_index()
    code = name.strip().upper().replace("_", "-").replace(" ", "-")
    if code not in index:
        near = difflib.get_close_matches(code, index, n=3, cutoff=0.5)
        key = "near" if near else "unknown"
        raise UsageError("explain", key, name=name, codes=Messages(near))
    return Explanation(code, tuple(map(_meeting, index[code])), tuple(ids_with({code})))


def _meeting(home: CodeHome) -> Meeting:
    document: Any = load_toml(home.file)
    own = home.file.name == OWN_CODES
    table = document[home.code] if own else document["misconceptions"][home.code]
    sentence, hint = (
        {name: str(texts.get(name, "")).strip() for name in LANGUAGES}
        for texts in (table, table.get("hint", {}))
    )
    return Meeting(home.exercise, sentence, hint, diagnosed=not own)


def explain_lines(app: App, found: Explanation) -> Iterator[str]:
    """Yield the lines in the language in use; a sentence that repeats is printed once."""
    spoken = language()
    exercises = load_catalog().exercises
    yield app.paint(found.code, "bold")
    said = ""
    for meeting in found.meetings:
        if (sentence := meeting.sentence[spoken]) != said:
            yield from indented(wrapped(sentence, app.width - 2), 2)
            said = sentence
        info = exercises.get(meeting.exercise) or load_lessons().get(meeting.exercise)
        where = f"{meeting.exercise}  {title_of(info)}" if info else meeting.exercise
        key = "diagnosed" if meeting.diagnosed else "asked"
        yield "  " + say("explain", key, where=where)
        if hint := meeting.hint[spoken]:
            yield from indented(wrapped(say("explain", "hint", hint=hint), app.width - 4), 4)
    if found.items:
        yield from indented(
            wrapped(say("explain", "items", ids=listed(found.items)), app.width - 2), 2
        )


def explain_json(found: Explanation) -> dict[str, Any]:
    """Return the explanation as plain data, in all languages."""
    return {
        "code": found.code,
        "exercises": [meeting._asdict() for meeting in found.meetings],
        "quiz_items": list(found.items),
    }
