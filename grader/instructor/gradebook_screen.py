"""Show the gradebook on a terminal: the class as a table, or one student in detail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..course.catalog import load_catalog, title_of
from ..errors import Message
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.due_times import EVERY
from ..gradebook.grades import NOT_STARTED, Grade, StudentGrades
from ..gradebook.history import history_of
from ..gradebook.queries import grades_of, rubric_of
from ..gradebook.rubric import Rubric
from ..i18n.texts import listed, say, worded
from ..terminal.layout import clean, clipped, padded
from .comments_command import comment_in, comment_line
from .grade_notes import grade_notes, without
from .student_lookup import known_student

if TYPE_CHECKING:
    from ..terminal.app import App

#: Width of the name, and minimum width of an exercise and of the total, in columns.
NAME = 24
CELL = 8


def show_grades(
    app: App,
    place: str | None,
    course: str,
    student: str | None,
    exercises: Sequence[str],
    *,
    as_json: bool,
) -> int:
    """Print the table of the class, or one student's grades with their history."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in exercises]
    gradebook = open_gradebook(place, course=course)
    try:
        with gradebook.reading() as connection:
            rubric = rubric_of(connection, course)
        everyone = grades_of(gradebook, rubric=rubric, exercises=ids)
        if student is None:
            if as_json:
                from ..lms_formats.gradebook_json import document_of_class

                document = document_of_class(course, rubric, everyone)
                app.out([json.dumps(document, ensure_ascii=False, indent=1)])
            else:
                app.out(_table(app, everyone, rubric.quiz_weight))
            app.note(*grade_notes(everyone), *_without_quiz(everyone, rubric.quiz_weight))
            return 0
        id = known_student(gradebook, student)
        (found,) = (s for s in everyone if s.id == id)
        history = history_of(gradebook, id, ids)
        found = _with_uncounted(gradebook, rubric, found, history)
    finally:
        gradebook.close()
    if as_json:
        from ..lms_formats.gradebook_json import document_of_student

        grades = document_of_student(found, rubric)
        told = [_as_json(entry) for entry in history]
        app.out([json.dumps({**grades, "history": told}, ensure_ascii=False, indent=1)])
    else:
        app.out(_student(app, found, rubric, history))
    return 0


def _without_quiz(everyone: Sequence[StudentGrades], weight: float) -> Iterator[str]:
    """Yield a note on students without quizzes, whose total is of exercises alone."""
    without = [student.id for student in everyone if student.quiz is None]
    if weight and without:
        yield say("show", "no_quiz", count=len(without), names=clean(listed(without)))


def _with_uncounted(
    gradebook: Gradebook, rubric: Rubric, found: StudentGrades, history: Sequence[dict[str, Any]]
) -> StudentGrades:
    """Return a student with work outside the course's exercises added as not counted."""
    extra = {entry["exercise"] for entry in history} - {EVERY, *found.grades}
    if not extra:
        return found
    everyone = grades_of(gradebook, rubric=rubric, exercises=sorted(extra))
    (more,) = (student for student in everyone if student.id == found.id)
    return replace(
        found, grades={**found.grades, **more.grades}, dropped=found.dropped | frozenset(extra)
    )


def cell(grade: Grade, *, dropped: bool) -> str:
    """Return a grade in few characters.

    `8.5*` is late, `8.5†` decided by hand, `8.5‡` graded without a sandbox layer, `(8.5)` dropped.
    """
    if grade.points is None:
        text = say("show", f"cell.{grade.status}")
    else:
        text = f"{grade.points:g}" + ("*" if grade.days_late else "")
    if grade.override:
        text += "†"
    if without(grade):
        text += "‡"
    return f"({text})" if dropped else text


def _table(app: App, everyone: Sequence[StudentGrades], weight: float) -> Iterator[str]:
    if not everyone:
        yield say("show", "nobody")
        return
    ids = list(everyone[0].grades)
    shown = {student.id: cells_of(student) for student in everyone}
    width = max([CELL, *(len(text) + 2 for cells in shown.values() for text in cells.values())])
    room = max(1, (app.width - NAME - CELL) // width)
    for start in range(0, max(len(ids), 1), room):
        block = ids[start : start + room]
        last = start + room >= len(ids)
        total = say("show", "total") if last else ""
        heading = padded("", NAME) + "".join(padded(id, width) for id in block) + total
        yield app.paint(heading.rstrip(), "bold")
        for student in everyone:
            row = padded(clipped(_named(student), NAME - 1), NAME)
            row += "".join(padded(shown[student.id][id], width) for id in block)
            share = student.share(weight)
            if last:
                row += "" if share is None else f"{share:.0%}"
            yield row.rstrip()
        yield ""
    yield say("show", "legend")


def cells_of(student: StudentGrades) -> dict[str, str]:
    """Return the text for each exercise, with points rounded to two decimals."""
    cells = {}
    for id, grade in student.grades.items():
        short = grade if grade.points is None else replace(grade, points=round(grade.points, 2))
        cells[id] = cell(short, dropped=id in student.dropped)
    return cells


def _named(student: StudentGrades) -> str:
    name = f" {student.name}" if student.name and student.name != student.id else ""
    return clean(f"{student.id}{name}")


def _student(
    app: App, student: StudentGrades, rubric: Rubric, history: Sequence[dict[str, Any]]
) -> Iterator[str]:
    yield app.paint(_named(student), "bold")
    catalog = load_catalog()
    for id, grade in student.grades.items():
        shown = cell(grade, dropped=id in student.dropped)
        title = title_of(catalog.exercises[id])
        yield f"{id}  {title}: {shown} / {grade.possible:g}"
        if when := rubric.due_shown(id, grade.extension):
            yield "  " + say("decisions", "due_extended" if grade.extension else "due", when=when)
        if grade.points is not None and grade.attempt and not grade.override:
            yield "  " + say("show", "counted", number=grade.number, attempts=grade.attempts)
        if layers := without(grade):
            yield "  " + app.paint(say("show", "without", layers=layers), "bold", "yellow")
        if grade.guessed:
            yield "  " + say("show", "guessed")
        if grade.days_late:
            lost = f"{grade.penalty:g}"
            yield "  " + say("show", "late", days=grade.days_late, lost=lost)
        for entry in history:
            if entry["exercise"] in (id, EVERY):
                yield from (f"  {line}" for line in _entry(entry))


def _as_json(entry: dict[str, Any]) -> dict[str, Any]:
    messages = {key: worded(value) for key, value in entry.items() if isinstance(value, Message)}
    return {**entry, **messages}


def _entry(entry: dict[str, Any]) -> Iterator[str]:
    if entry["kind"] == "override":
        value = say("show", "cell.excused") if entry["excused"] else entry["points"]
        if value is None:
            value = say("show", "revoked")
        yield say("show", "override", value=value, **_said(entry, "made_at", "author", "reason"))
        return
    if entry["kind"] == "extension":
        yield say(
            "decisions",
            "extension",
            value=_extended(entry),
            **_said(entry, "made_at", "author", "reason"),
        )
        return
    if entry["kind"] == "comment":
        taken = f" ({say('show', 'revoked')})" if entry["withdrawn_at"] else ""
        yield comment_line(comment_in(entry)) + taken
        return
    yield say("show", "attempt", **_said(entry, "filename", "origin", "content_hash"))
    if entry["order_guessed"]:
        yield "  " + say("show", "order_guessed")
    if entry["problem"]:
        yield f"  {clean(worded(entry['problem']))}"
    if entry["reports"] and entry["reports"][-1]["state"] == NOT_STARTED:
        yield "  " + say("show", "stub")
    for report in entry["reports"]:
        yield "  " + say(
            "show",
            "report",
            state=say("grade", f"state.{report['state']}"),
            codes=" ".join(report["codes"]),
            **_said(report, "graded_at", "report", "key_digest", "seed", "learncnn", "layers"),
        )
        if report["missing_layers"]:
            layers = listed(report["missing_layers"])
            yield "    " + say("show", "without", layers=clean(layers))
        if report["reason"]:
            yield "    " + say("show", "because", **_said(report, "author", "reason"))


def _extended(entry: dict[str, Any]) -> str:
    if entry["due_at"] is not None:
        return str(entry["due_at"])
    if entry["days"] is not None:
        return say("decisions", "days_more", days=f"{entry['days']:g}")
    return say("show", "revoked")


def _said(entry: dict[str, Any], *names: str) -> dict[str, str]:
    """Return an entry's values, safe for a terminal; hashes are cut to 12 characters."""
    hashes = ("content_hash", "report", "key_digest")
    return {
        name: clean(str(entry[name]))[:12] if name in hashes else clean(str(entry[name]))
        for name in names
    }
