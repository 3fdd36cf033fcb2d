"""Implement `gradebook override`: set points by hand, for one grade or from a CSV."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import Messages, UsageError
from ..gradebook.connection import Gradebook, now, open_gradebook
from ..gradebook.defaults import options
from ..gradebook.queries import exercises_of, grades_of, rubric_of
from ..gradebook.rubric import Rubric
from ..gradebook.tables import overrides
from ..i18n.texts import say
from .authors import login
from .decision_rows import DecisionRow, each_row, read_rows
from .student_lookup import StudentLookup, lookup_in

if TYPE_CHECKING:
    from ..terminal.app import App

#: Words in a CSV that excuse an exercise, and that revoke a decision. Version 0.2 wrote 免修.
EXCUSED = ("ex", "excuse", "excused", "免做", "免修")
REVOKED = ("revoke", "revoked", "撤回")
#: Points of an override must be below this limit.
MOST = 1e6


@dataclass(frozen=True)
class Decision:
    """Points instead of the graded ones, an excuse, or neither, which revokes the last decision."""

    student: str
    exercise: ExerciseInfo
    points: float | None
    excused: bool
    reason: str
    author: str


@dataclass(frozen=True)
class _Course:
    """The data of a course against which decisions are checked."""

    gradebook: Gradebook
    lookup: StudentLookup
    exercises: list[str]
    rubric: Rubric
    bonus: bool


def run_override(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str | None,
    exercise: str | None,
    points: float | None,
    file: str | None,
    excuse: bool,
    revoke: bool,
    bonus: bool,
    reason: str,
    author: str | None,
) -> int:
    """Record a decision on one grade, or the decisions in a CSV; the graded points stay stored."""
    if file is not None:
        if any((student, exercise, points is not None, excuse, revoke)):
            raise UsageError("decisions", "file_alone")
        return _run_file(app, place, course, file, bonus=bonus, reason=reason, author=author)
    if student is None or exercise is None:
        raise UsageError("decisions", "who_and_what")
    if sum((points is not None, excuse, revoke)) != 1:
        raise UsageError("show", "override_one")
    info = load_catalog().resolve(exercise)
    with closing(open_gradebook(place, course=course)) as gradebook:
        about = _course(gradebook, bonus=bonus)
        known = about.lookup.find(student)
        decision = Decision(known, info, points, excuse, reason.strip(), login(author))
        _check(about, decision)
        _write(gradebook, [decision])
        (grade,) = (
            s.grades[info.id] for s in grades_of(gradebook, exercises=[info.id]) if s.id == known
        )
    shown = (
        f"{grade.points:g}" if grade.points is not None else say("show", f"status.{grade.status}")
    )
    app.out([say("show", "overridden", student=known, id=info.id, points=shown)])
    return 0


def _run_file(
    app: App,
    place: str | None,
    course: str,
    file: str,
    *,
    bonus: bool,
    reason: str,
    author: str | None,
) -> int:
    rows = read_rows(file, ("student", "exercise", "points"))
    with closing(open_gradebook(place, course=course)) as gradebook:
        about = _course(gradebook, bonus=bonus)

        def read(row: DecisionRow) -> Decision:
            decision = _decision(about, row, reason, author)
            _check(about, decision)
            return decision

        made = each_row(file, rows, read)
        _check_once(file, rows, made)
        _write(gradebook, made)
    app.out([say("decisions", "overridden", count=len(made))])
    return 0


def _decision(about: _Course, row: DecisionRow, reason: str, author: str | None) -> Decision:
    student = about.lookup.find(row["student"])
    info = load_catalog().resolve(row["exercise"])
    text = row["points"].casefold()
    points = None
    if text not in (*EXCUSED, *REVOKED):
        try:
            points = float(text.replace(",", "."))
        except ValueError:
            raise UsageError("decisions", "points", text=row["points"]) from None
    why = row["reason"] or reason.strip()
    return Decision(student, info, points, text in EXCUSED, why, login(row["author"] or author))


def _course(gradebook: Gradebook, *, bonus: bool) -> _Course:
    lookup, exercises = lookup_in(gradebook), exercises_of(gradebook)
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
    return _Course(gradebook, lookup, exercises, rubric, bonus)


def _check(about: _Course, decision: Decision) -> None:
    """Raise UsageError if the reason is missing, or the exercise or the points are not allowed."""
    points = decision.points
    if not decision.reason:
        raise UsageError("show", "override_reason")
    if points is not None and not 0 <= points < MOST:
        raise UsageError("show", "override_points")
    if points is not None or decision.excused:
        check_exercise(about.gradebook, about.exercises, decision.exercise)
    possible = about.rubric.possible(decision.exercise)
    if points is not None and not about.bonus and points > possible:
        shown = {"points": f"{points:g}", "most": f"{possible:g}"}
        raise UsageError("show", "override_above", id=decision.exercise.id, **shown)


def check_exercise(gradebook: Gradebook, known: list[str], info: ExerciseInfo) -> None:
    """Raise UsageError if an exercise is not among the `known` ones of the course."""
    if info.id in known:
        return
    again = options(gradebook.place, gradebook.course)
    command = f"learncnn gradebook exercises {','.join([*known, info.id])}{again}"
    names = Messages(known or ["-"])
    raise UsageError("show", "override_outside", id=info.id, known=names, command=command)


def _check_once(file: str, rows: list[DecisionRow], made: list[Decision]) -> None:
    """Raise UsageError if two lines decide the same grade."""
    seen: dict[tuple[str, str], int] = {}
    for row, decision in zip(rows, made, strict=True):
        key = (decision.student, decision.exercise.id)
        if key in seen:
            raise UsageError(
                "decisions", "twice", file=file, lines=f"{seen[key]}, {row.line}",
                student=decision.student, id=decision.exercise.id,
            )  # fmt: skip
        seen[key] = row.line


def _write(gradebook: Gradebook, made: list[Decision]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "course": gradebook.course,
            "student": decision.student,
            "exercise": decision.exercise.id,
            "points": decision.points,
            "excused": decision.excused,
            "reason": decision.reason,
            "author": decision.author,
            "made_at": now(),
        }
        for decision in made
    ]
    with gradebook.writing() as connection:
        connection.execute(sa.insert(overrides), rows)
