"""Reading a gradebook: attempts, overrides, people, and the grades that follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from ..course.catalog import Catalog, load_catalog
from .attempts import Row, attempts_of
from .connection import Gradebook
from .dialects import chunks
from .grades import Attempt, Override, StudentGrades, dropped_of, grade_of
from .records import document_of
from .rubric import Rubric, parse_rubric
from .tables import courses, overrides, quiz_scores, reports, students, submissions

#: So many reports are in memory at once.
DOCUMENTS = 50


def grades_of(
    gradebook: Gradebook,
    *,
    rubric: Rubric | None = None,
    exercises: Sequence[str] = (),
    changed: Mapping[str, Attempt] | None = None,
) -> list[StudentGrades]:
    """Every student's grades, by id, under the course's rubric or the one given.

    `exercises` limits them; by default those that anybody handed in or that were decided by hand,
    and those whose own due time has passed. `changed` puts the report of another attempt in place
    of a submission's own, to see what would follow. Raises GradebookError.
    """
    with gradebook.reading() as connection:
        rubric = rubric if rubric is not None else rubric_of(connection, gradebook.course)
        attempts = _attempts(connection, gradebook.course, exercises)
        made = _overrides(connection, gradebook.course)
        quizzes = _quizzes(connection, gradebook.course)
        people = _people(connection, gradebook.course)
    attempts = {key: _counting(tried, changed or {}) for key, tried in attempts.items()}
    attempts = {key: tried for key, tried in attempts.items() if tried}
    catalog = load_catalog()
    ids = _shown(catalog, exercises, [*attempts, *made], rubric)
    result = []
    for person in people:
        grades = {}
        for id in ids:
            tried = attempts.get((person.id, id), [])
            override = made.get((person.id, id))
            grades[id] = grade_of(rubric, catalog.exercises[id], person.id, tried, override)
        dropped = dropped_of(rubric, catalog, grades)
        result.append(replace(person, grades=grades, dropped=dropped, quiz=quizzes.get(person.id)))
    return result


def _counting(attempts: Sequence[Attempt], changed: Mapping[str, Attempt]) -> list[Attempt]:
    """Return what was handed in, in order: stubs that were not begun were not."""
    tried = [_changed(attempt, changed.get(attempt.submission)) for attempt in attempts]
    return [attempt for attempt in tried if not attempt.is_stub]


def _changed(attempt: Attempt, other: Attempt | None) -> Attempt:
    if other is None:
        return attempt
    names = ("report", "state", "tallies", "codes", "key_digest")
    return replace(attempt, fault="", **{name: getattr(other, name) for name in names})


def _shown(
    catalog: Catalog,
    exercises: Sequence[str],
    known: Iterable[tuple[str, str]],
    rubric: Rubric,
) -> list[str]:
    now = datetime.now(timezone.utc)
    due = {id for id in rubric.assigned if rubric.due[id] <= now}
    wanted = set(exercises) or {id for _, id in known} | due
    return [id for id in catalog.exercises if id in wanted]


def rubric_of(connection: sa.Connection, course: str) -> Rubric:
    """The rubric in force in a course."""
    query = sa.select(courses.c.rubric).where(courses.c.id == course)
    return parse_rubric(connection.execute(query).scalar() or "")


def unlisted(connection: sa.Connection, course: str) -> list[str]:
    """Who is in the gradebook and on no roster, as after a run without one."""
    table = students.c
    query = sa.select(table.id).where(table.course == course, table.listed.is_(False))
    return list(connection.execute(query).scalars())


def report_document(gradebook: Gradebook, report: str) -> dict[str, Any]:
    """A report's JSON form, as `Report.to_json` gave it. Raises GradebookError, KeyError."""
    return dict(report_documents(gradebook, [report]))[report]


def report_documents(
    gradebook: Gradebook, ids: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Reports with their JSON forms, a few at a time. Raises GradebookError."""
    for some in chunks(ids, DOCUMENTS):
        with gradebook.reading() as connection:
            query = sa.select(reports.c.id, reports.c.document).where(reports.c.id.in_(some))
            found = list(connection.execute(query))
        for id, content in found:
            yield id, document_of(content)


def _people(connection: sa.Connection, course: str) -> list[StudentGrades]:
    table = students.c
    query = sa.select(students).where(table.course == course).order_by(table.id)
    return [
        StudentGrades(r.id, r.name, r.email, r.section, r.listed, r.ids, {})
        for r in connection.execute(query)
    ]


def _attempts(
    connection: sa.Connection, course: str, exercises: Sequence[str]
) -> dict[tuple[str, str], list[Attempt]]:
    """By (student, exercise), in the order in which they were handed in."""
    s, r = submissions.c, reports.c
    query = (
        sa.select(submissions, r.state, r.tallies, r.codes, r.key_digest)
        .select_from(submissions.outerjoin(reports, s.report == r.id))
        .where(s.course == course)
    )
    if exercises:
        query = query.where(s.exercise.in_(exercises))
    found: dict[tuple[str, str], list[Row]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault((row["student"], row["exercise"]), []).append(dict(row))
    return {key: attempts_of(rows) for key, rows in found.items()}


def _overrides(connection: sa.Connection, course: str) -> dict[tuple[str, str], Override]:
    """The latest of each student and exercise, unless it takes an earlier one back."""
    o = overrides.c
    query = sa.select(overrides).where(o.course == course).order_by(o.id)
    found: dict[tuple[str, str], Override] = {}
    for row in connection.execute(query):
        key = (row.student, row.exercise)
        found.pop(key, None)
        if row.points is not None or row.excused:
            found[key] = Override(row.points, row.excused, row.reason, row.author, row.made_at)
    return found


def _quizzes(connection: sa.Connection, course: str) -> dict[str, float]:
    q = quiz_scores.c
    sums: dict[str, tuple[float, float]] = {}
    for row in connection.execute(sa.select(quiz_scores).where(q.course == course)):
        score, of = sums.get(row.student, (0.0, 0.0))
        sums[row.student] = (score + row.score, of + row.max_score)
    return {student: score / of for student, (score, of) in sums.items() if of}
