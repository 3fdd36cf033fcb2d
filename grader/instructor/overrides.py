"""What a person decides: overrides, the rubric in force, quiz scores. Each keeps who and why."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import UsageError
from ..gradebook.connection import Gradebook, now, open_gradebook
from ..gradebook.defaults import options
from ..gradebook.people import heads_of
from ..gradebook.queries import exercises_of, grades_of, rubric_of
from ..gradebook.rubric import read_rubric
from ..gradebook.tables import overrides, students
from ..gradebook.writes import write_quiz_scores
from ..i18n.texts import say
from ..submissions.csv_table import read_csv
from ..submissions.roster_cells import id_of
from .grade_command import keep_rubric

if TYPE_CHECKING:
    from ..terminal.app import App


def login(author: str | None) -> str:
    """Who decides: the one named, or the user of this computer. Raises UsageError."""
    if author:
        return author
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError(say("show", "no_author")) from error


def run_override(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str,
    exercise: str,
    points: float | None,
    excuse: bool,
    revoke: bool,
    bonus: bool,
    reason: str,
    author: str | None,
) -> int:
    """Note a decision on one grade; the graded points stay beside it."""
    if sum((points is not None, excuse, revoke)) != 1:
        raise UsageError(say("show", "override_one"))
    if not reason.strip():
        raise UsageError(say("show", "override_reason"))
    if points is not None and not 0 <= points < 1e6:
        raise UsageError(say("show", "override_points"))
    info = load_catalog().resolve(exercise)
    gradebook = open_gradebook(place, course=course)
    try:
        known = known_student(gradebook, student)
        if not revoke:
            _check_exercise(gradebook, info)
        if points is not None and not bonus:
            _check_points(gradebook, info, points)
        row = {
            "course": course,
            "student": known,
            "exercise": info.id,
            "points": points,
            "excused": excuse,
            "reason": reason.strip(),
            "author": login(author),
            "made_at": now(),
        }
        with gradebook.writing() as connection:
            connection.execute(sa.insert(overrides), row)
        (grade,) = (
            s.grades[info.id] for s in grades_of(gradebook, exercises=[info.id]) if s.id == known
        )
    finally:
        gradebook.close()
    shown = (
        f"{grade.points:g}" if grade.points is not None else say("show", f"status.{grade.status}")
    )
    app.out([say("show", "overridden", student=known, id=info.id, points=shown)])
    return 0


def _check_exercise(gradebook: Gradebook, info: ExerciseInfo) -> None:
    """Raise UsageError for an exercise that the course does not have."""
    known = exercises_of(gradebook)
    if info.id in known:
        return
    again = options(gradebook.place, gradebook.course)
    command = f"learncnn gradebook exercises {','.join([*known, info.id])}{again}"
    names = ", ".join(known) or "-"
    raise UsageError(say("show", "override_outside", id=info.id, known=names, command=command))


def _check_points(gradebook: Gradebook, info: ExerciseInfo, points: float) -> None:
    """Raise UsageError for more points than there are."""
    with gradebook.reading() as connection:
        possible = rubric_of(connection, gradebook.course).possible(info)
    if points > possible:
        raise UsageError(
            say("show", "override_above", id=info.id, points=f"{points:g}", most=f"{possible:g}")
        )


def known_student(gradebook: Gradebook, name: str) -> str:
    """Return the id as which a student counts. Raises UsageError that suggests near ones."""
    id = stored_student(gradebook, name)
    with gradebook.reading() as connection:
        return heads_of(connection, gradebook.course).get(id, id)


def stored_student(gradebook: Gradebook, name: str) -> str:
    """Return the id of a student, merged or not. Raises UsageError that suggests near ones."""
    return _named(name, _people(gradebook))


def _people(gradebook: Gradebook) -> dict[str, tuple[str, str]]:
    """Everyone's name and email by id."""
    table = students.c
    with gradebook.reading() as connection:
        query = sa.select(table.id, table.name, table.email).where(table.course == gradebook.course)
        return {id: (name, email) for id, name, email in connection.execute(query)}


def _named(name: str, people: Mapping[str, tuple[str, str]]) -> str:
    import difflib

    if name in people:
        return name
    wanted = name.casefold()
    alike = [id for id, of in people.items() if wanted in map(str.casefold, (id, *of))]
    if len(alike) == 1:
        return alike[0]
    near = alike or difflib.get_close_matches(name, people, n=3)
    hint = say("show", "near", names=", ".join(near)) if near else ""
    raise UsageError(say("show", "no_student", name=name) + hint)


def run_rubric(app: App, place: str | None, course: str, file: str | None) -> int:
    """Put a rubric into force and say how many grades change, or print the one in force."""
    rubric = read_rubric(Path(file)) if file else None
    gradebook = open_gradebook(place, course=course)
    try:
        if rubric is None:
            with gradebook.reading() as connection:
                text = rubric_of(connection, course).text
            app.out([text.rstrip("\n") if text else say("show", "rubric_default")])
            return 0
        before = _points(gradebook)
        keep_rubric(app, gradebook, rubric)
        after = _points(gradebook)
    finally:
        gradebook.close()
    changed = sum(before.get(key) != points for key, points in after.items())
    app.out([say("show", "rubric_kept", changed=changed, total=len(after))])
    return 0


def _points(gradebook: Gradebook) -> dict[tuple[str, str], float | None]:
    return {
        (student.id, id): grade.points
        for student in grades_of(gradebook)
        for id, grade in student.grades.items()
    }


def run_quiz_scores(app: App, place: str | None, course: str, file: str, name: str) -> int:
    """Take over a CSV with columns id, score and max_score. Raises UsageError; all or nothing."""
    rows = read_csv(Path(file)).rows
    header = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    wanted = ("id", "score", "max_score")
    if not set(wanted) <= set(header):
        raise UsageError(say("show", "quiz_header", file=file))
    columns = [header.index(column) for column in wanted]
    gradebook = open_gradebook(place, course=course)
    try:
        people = _people(gradebook)
        scores: dict[str, tuple[float, float]] = {}
        for line, row in rows[1:]:
            cells = [row[at].strip() if at < len(row) else "" for at in columns]
            try:
                score, most = float(cells[1]), float(cells[2])
            except ValueError:
                score, most = 0.0, 0.0
            if not (most > 0 and 0 <= score < 1e6 and most < 1e6):
                raise UsageError(say("show", "quiz_line", file=file, line=line))
            try:
                student = _named(id_of(cells[0]), people)
            except UsageError as error:
                reason = say("show", "quiz_student", file=file, line=line, reason=error)
                raise UsageError(reason) from error
            if student in scores:
                raise UsageError(say("show", "quiz_double", file=file, line=line, id=student))
            scores[student] = (score, most)
        with gradebook.writing() as connection:
            write_quiz_scores(connection, course, name, scores)
    finally:
        gradebook.close()
    app.out([say("show", "quiz_kept", count=len(scores), name=name)])
    return 0
