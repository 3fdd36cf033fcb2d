"""Read a gradebook: attempts, overrides, people, and the grades that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from ..course.catalog import Catalog, load_catalog
from ..errors import NO_MESSAGE
from .attempts import Row, attempts_of
from .comments import read_comments
from .connection import Gradebook
from .course_exercises import counted, read_exercises
from .dialects import chunks
from .drops import dropped_of
from .due_times import Extension, extension_for
from .extensions import read_extensions
from .grades import Attempt, Override, StudentGrades, grade_of
from .merged import without_copies
from .people import KnownNames, People, heads_of, read_people, with_ids_of_all
from .quiz_marks import quiz_marks, share_of_all, with_zeros
from .records import document_of
from .rubric import Rubric, parse_rubric
from .tables import courses, overrides, reports, submissions

#: Maximum number of reports in memory at once.
DOCUMENTS = 50


def grades_of(
    gradebook: Gradebook,
    *,
    rubric: Rubric | None = None,
    exercises: Sequence[str] = (),
    changed: Mapping[str, Attempt] | None = None,
) -> list[StudentGrades]:
    """Return every student's grades, sorted by id, under the given rubric or the course's.

    `exercises` limits the exercises; by default those that count in the course, and those whose own
    due time has passed. Merged students appear once. `changed` maps submissions to attempts whose
    reports are used instead, to preview a change. Raises GradebookError.
    """
    with gradebook.reading() as connection:
        rubric = rubric if rubric is not None else rubric_of(connection, gradebook.course)
        people = read_people(connection, gradebook.course)
        attempts = _attempts(connection, gradebook.course, exercises, people.heads)
        made = _overrides(connection, gradebook.course, people.heads)
        quizzes = quiz_marks(connection, gradebook.course, people.heads)
        extended = _extensions(connection, gradebook.course, people, rubric)
        said = read_comments(connection, gradebook.course, people.heads)
        kept = read_exercises(connection, gradebook.course)
    attempts = {key: _counting(tried, changed or {}) for key, tried in attempts.items()}
    attempts = {key: tried for key, tried in attempts.items() if tried}
    catalog = load_catalog()
    ids = [id for id in catalog.exercises if id in exercises] if exercises else []
    ids = ids or _shown(catalog, counted(kept, rubric, attempts), rubric)
    now = datetime.now(timezone.utc)
    persons = _everyone(people)
    if rubric.missing_quizzes == "zero":
        quizzes = with_zeros(quizzes, [person.id for person in persons])
    result = []
    for person in persons:
        own = extended.get(person.id, {})
        grades = {}
        for id in ids:
            tried = attempts.get((person.id, id), [])
            override = made.get((person.id, id))
            extension = extension_for(id, own)
            grade = grade_of(
                rubric, catalog.exercises[id], person.id, tried, override, extension, now
            )
            grades[id] = replace(grade, comments=said.get((person.id, id), ()))
        dropped = dropped_of(rubric, catalog, grades)
        result.append(
            replace(
                person,
                grades=grades,
                dropped=dropped,
                quiz=share_of_all(quizzes.get(person.id, {})),
                quizzes=quizzes.get(person.id, {}),
                missing=rubric.missing,
            )
        )
    return result


def extensions_in_force(gradebook: Gradebook, rubric: Rubric) -> dict[str, dict[str, Extension]]:
    """Return the extensions of each counted student, by exercise or `all`.

    Raises GradebookError.
    """
    with gradebook.reading() as connection:
        people = read_people(connection, gradebook.course)
        return _extensions(connection, gradebook.course, people, rubric)


def _extensions(
    connection: sa.Connection, course: str, people: People, rubric: Rubric
) -> dict[str, dict[str, Extension]]:
    """Return the extensions in the rubric, overridden by those that were decided.

    A name in the rubric that matches no student, or several, is ignored; see `unknown_names`.
    """
    found: dict[str, dict[str, Extension]] = {}
    known = KnownNames(people) if rubric.extensions else None
    for name, extensions in rubric.extensions.items():
        if known and len(meant := known.matching(name)) == 1:
            found.setdefault(meant[0], {}).update(extensions)
    for student, made in read_extensions(connection, course, people.heads).items():
        found.setdefault(student, {}).update(made)
    return found


def unknown_names(rubric: Rubric, people: People) -> list[str]:
    """Return the names in the rubric that match no student of the course, or several."""
    known = KnownNames(people)
    return [name for name in rubric.extensions if len(known.matching(name)) != 1]


def _counting(attempts: Sequence[Attempt], changed: Mapping[str, Attempt]) -> list[Attempt]:
    """Return the attempts in order, with changed reports, and without stubs that were not begun."""
    tried = [_changed(attempt, changed.get(attempt.submission)) for attempt in attempts]
    return [attempt for attempt in tried if not attempt.is_stub]


def _changed(attempt: Attempt, other: Attempt | None) -> Attempt:
    if other is None:
        return attempt
    names = ("report", "state", "tallies", "codes", "key_digest", "missing_layers")
    return replace(attempt, fault=NO_MESSAGE, **{name: getattr(other, name) for name in names})


def _shown(catalog: Catalog, counted: Collection[str], rubric: Rubric) -> list[str]:
    now = datetime.now(timezone.utc)
    due = {id for id in rubric.assigned if rubric.due[id] <= now}
    return [id for id in catalog.exercises if id in counted or id in due]


def exercises_of(gradebook: Gradebook) -> list[str]:
    """Return the exercises that count in a course, due or not. Raises GradebookError."""
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
        heads = heads_of(connection, gradebook.course)
        attempts = _attempts(connection, gradebook.course, (), heads)
        kept = read_exercises(connection, gradebook.course)
    attempts = {key: tried for key, tried in attempts.items() if _counting(tried, {})}
    wanted = counted(kept, rubric, attempts) | rubric.assigned
    return [id for id in load_catalog().exercises if id in wanted]


def attempts_of_student(gradebook: Gradebook, student: str, exercise: str) -> list[Attempt]:
    """Return a student's attempts at an exercise, first to last. Raises GradebookError."""
    with gradebook.reading() as connection:
        heads = heads_of(connection, gradebook.course)
        attempts = _attempts(connection, gradebook.course, [exercise], heads)
    return _counting(attempts.get((heads.get(student, student), exercise), []), {})


def rubric_of(connection: sa.Connection, course: str) -> Rubric:
    """Return the rubric in force in a course."""
    query = sa.select(courses.c.rubric).where(courses.c.id == course)
    return parse_rubric(connection.execute(query).scalar() or "")


def unlisted(connection: sa.Connection, course: str) -> list[str]:
    """Return the ids of students who are in the gradebook but not on the last roster."""
    people = read_people(connection, course)
    listed = set(map(people.head, people.listed))
    return sorted(set(map(people.head, people.students)) - listed)


def report_document(gradebook: Gradebook, report: str) -> dict[str, Any]:
    """Return a report's JSON form, as made by `Report.to_json`.

    Raises GradebookError, and KeyError if there is no such report.
    """
    return dict(report_documents(gradebook, [report]))[report]


def report_documents(
    gradebook: Gradebook, ids: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the JSON form of each report, reading a few at a time.

    Raises GradebookError.
    """
    for some in chunks(ids, DOCUMENTS):
        with gradebook.reading() as connection:
            query = sa.select(reports.c.id, reports.c.document).where(reports.c.id.in_(some))
            found = list(connection.execute(query))
        for id, content in found:
            yield id, document_of(content)


def _everyone(people: People) -> list[StudentGrades]:
    """Return all counted students, sorted by id, with all their identifiers and no grades yet."""
    listed = set(map(people.head, people.listed))
    return [
        StudentGrades(
            one.id, one.name, one.email, one.section, one.id in listed, one.ids, {}, also=one.also
        )
        for _, one in sorted(with_ids_of_all(people).items())
    ]


def _attempts(
    connection: sa.Connection, course: str, exercises: Sequence[str], heads: Mapping[str, str]
) -> dict[tuple[str, str], list[Attempt]]:
    """Return the attempts by (student, exercise), first to last."""
    s, r = submissions.c, reports.c
    query = (
        sa.select(submissions, r.state, r.tallies, r.codes, r.key_digest, r.missing_layers)
        .select_from(submissions.outerjoin(reports, s.report == r.id))
        .where(s.course == course)
    )
    if exercises:
        query = query.where(s.exercise.in_(exercises))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    found: dict[tuple[str, str], list[Row]] = {}
    for row in without_copies(connection, rows, heads):
        student = heads.get(row["student"], row["student"])
        found.setdefault((student, row["exercise"]), []).append(row)
    return {key: attempts_of(group) for key, group in found.items()}


def _overrides(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[tuple[str, str], Override]:
    """Return the last override by (student, exercise), without those that were revoked."""
    o = overrides.c
    query = sa.select(overrides).where(o.course == course).order_by(o.id)
    found: dict[tuple[str, str], Override] = {}
    for row in connection.execute(query):
        key = (heads.get(row.student, row.student), row.exercise)
        found.pop(key, None)
        if row.points is not None or row.excused:
            found[key] = Override(row.points, row.excused, row.reason, row.author, row.made_at)
    return found
