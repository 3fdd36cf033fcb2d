"""Change the settings of a whole course: the rubric in force, and quiz scores."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..errors import Messages, UsageError
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.course_decisions import write_course_decision
from ..gradebook.defaults import options
from ..gradebook.queries import grades_of, rubric_of, unknown_names
from ..gradebook.rubric import Rubric, read_rubric
from ..gradebook.tables import courses
from ..gradebook.writes import write_quiz_scores
from ..i18n.texts import listed, say
from ..submissions.csv_table import read_csv
from ..submissions.roster_cells import id_of
from .authors import login
from .student_lookup import lookup_in

if TYPE_CHECKING:
    from ..terminal.app import App


def run_rubric(
    app: App, place: str | None, course: str, file: str | None, *, reason: str, author: str | None
) -> int:
    """Put a rubric into force and print how many grades change, or print the current rubric.

    Raises UsageError if the rubric is invalid or names unknown students.
    """
    rubric = read_rubric(Path(file)) if file else None
    with closing(open_gradebook(place, course=course)) as gradebook:
        if rubric is None:
            with gradebook.reading() as connection:
                text = rubric_of(connection, course).text
            app.out([text.rstrip("\n") if text else say("show", "rubric_default")])
            return 0
        if names := unknown_names(rubric, lookup_in(gradebook).people):
            again = options(gradebook.place, course)
            raise UsageError("rubric", "nobody", names=Messages(names), options=again)
        before = _points(gradebook)
        keep_rubric(app, gradebook, rubric, reason=reason, author=login(author))
        after = _points(gradebook)
    changed = sum(before.get(key) != points for key, points in after.items())
    app.out([say("show", "rubric_kept", changed=changed, total=len(after))])
    return 0


def keep_rubric(
    app: App, gradebook: Gradebook, rubric: Rubric, *, reason: str = "", author: str
) -> None:
    """Put a rubric into force and record the decision; all grades follow from it from now on."""
    if rubric.zoneless:
        zone = datetime.now().astimezone().isoformat()[-6:]
        app.note(say("rubric", "zoneless", zone=zone))
    with gradebook.writing() as connection:
        course = gradebook.course
        connection.execute(
            sa.update(courses).where(courses.c.id == course).values(rubric=rubric.text)
        )
        write_course_decision(
            connection, course, "rubric", rubric.text, reason=reason.strip(), author=author
        )


def note_unknown_names(app: App, gradebook: Gradebook, rubric: Rubric) -> None:
    """Note the names in the rubric's extensions that match no single student of the course."""
    if names := unknown_names(rubric, lookup_in(gradebook).people):
        again = options(gradebook.place, gradebook.course)
        app.note(say("rubric", "nobody", names=listed(names), options=again))


def _points(gradebook: Gradebook) -> dict[tuple[str, str], float | None]:
    return {
        (student.id, id): grade.points
        for student in grades_of(gradebook)
        for id, grade in student.grades.items()
    }


def run_quiz_scores(
    app: App, place: str | None, course: str, file: str, name: str, *, author: str | None
) -> int:
    """Import quiz scores from a CSV with columns id, score and max_score.

    Raises UsageError if any line is wrong, and then writes nothing.
    """
    rows = read_csv(Path(file)).rows
    header = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    wanted = ("id", "score", "max_score")
    if not set(wanted) <= set(header):
        raise UsageError("show", "quiz_header", file=file)
    columns = [header.index(column) for column in wanted]
    with closing(open_gradebook(place, course=course)) as gradebook:
        lookup = lookup_in(gradebook)
        scores: dict[str, tuple[float, float]] = {}
        for line, row in rows[1:]:
            cells = [row[at].strip() if at < len(row) else "" for at in columns]
            try:
                score, most = float(cells[1]), float(cells[2])
            except ValueError:
                score, most = 0.0, 0.0
            if not (most > 0 and 0 <= score < 1e6 and most < 1e6):
                raise UsageError("show", "quiz_line", file=file, line=line)
            try:
                student = lookup.find(id_of(cells[0]))
            except UsageError as error:
                raise UsageError(
                    "show", "quiz_student", file=file, line=line, reason=error
                ) from error
            if student in scores:
                raise UsageError("show", "quiz_double", file=file, line=line, id=student)
            scores[student] = (score, most)
        with gradebook.writing() as connection:
            write_quiz_scores(connection, course, name, scores)
            write_course_decision(connection, course, "quiz", name, author=login(author))
    app.out([say("show", "quiz_kept", count=len(scores), name=name)])
    return 0
