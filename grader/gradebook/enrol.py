"""Write the students of a course in one transaction, before any of their hand-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ..submissions.collection import Collection
from ..submissions.roster import Student, key_of
from . import writes
from .connection import Gradebook
from .dialects import chunks, insert_new
from .identity import Identified
from .people import write_decisions
from .tables import doubts as doubts_table
from .tables import identifiers, students
from .teammates import write_teams


def newcomers(
    identified: Identified, collection: Collection, known: Mapping[str, Student]
) -> set[str]:
    """Return the ids of the students whom this run would add to the course."""
    handed = {student.id for student in collection.everyone()}
    return {id for id in handed if id not in known} | set(identified.new)


def enrol(
    gradebook: Gradebook,
    identified: Identified,
    collection: Collection,
    doubts: Sequence[tuple[str, str]],
    *,
    reason: str,
    author: str,
) -> None:
    """Write the students of a run, their identifiers, and which of them are the same person."""
    course = gradebook.course
    people = {id: (one, collection.rostered) for id, one in _people(identified).items()}
    for student in collection.everyone():
        people.setdefault(student.id, (student, False))
    with gradebook.writing() as connection:
        for some in chunks(list(people.values())):
            writes.write_students(connection, course, some)
        _write_identifiers(connection, course, collection, [one for one, _ in people.values()])
        _write_gone(connection, course, identified)
        merged = sorted(identified.joined)
        write_decisions(connection, course, "merge", merged, reason=reason, author=author)
        if collection.roster and collection.roster.given and collection.roster.teams:
            write_teams(connection, course, collection.roster.teams)
        rows = [{"course": course, "student": id, "other": other} for id, other in doubts]
        insert_new(connection, doubts_table, rows)


def _people(identified: Identified) -> dict[str, Student]:
    roster = identified.roster
    return {student.id: student for student in roster.students} if roster else {}


def _write_identifiers(
    connection: sa.Connection, course: str, collection: Collection, people: Sequence[Student]
) -> None:
    """Store the identifiers of students; those proved by a roster replace those from names."""
    found = {(kind, value, one.id): True for one in people for kind, value in one.ids.items()}
    proved = list(found)
    for id, names in collection.called.items():
        for (kind, value), sure in names.items():
            if kind != "label" or key_of(value) != key_of(id):
                found.setdefault((kind, value, id), sure)
    rows: list[dict[str, Any]] = [
        {"course": course, "kind": kind, "value": value, "student": id, "sure": sure}
        for (kind, value, id), sure in sorted(found.items())
    ]
    for some in chunks(rows):
        insert_new(connection, identifiers, some)
    _upgrade(connection, course, proved)


def _upgrade(
    connection: sa.Connection, course: str, proved: Sequence[tuple[str, str, str]]
) -> None:
    """Mark identifiers as sure that were known only from a name and are proved now."""
    table = identifiers.c
    columns = (table.kind, table.value, table.student)
    query = sa.select(*columns).where(table.course == course, table.sure.is_(False))
    unsure = {tuple(row) for row in connection.execute(query)}
    for key in unsure.intersection(proved):
        these = [column == value for column, value in zip(columns, key, strict=True)]
        connection.execute(
            sa.update(identifiers).where(table.course == course, *these).values(sure=True)
        )


def _write_gone(connection: sa.Connection, course: str, identified: Identified) -> None:
    """Mark students who have left the roster as not listed; their grades stay."""
    roster = identified.roster
    if roster is None or not roster.given:
        return
    table = students.c
    query = sa.select(table.id).where(table.course == course, table.listed.is_(True))
    gone = [id for id in connection.execute(query).scalars() if roster.head(id) in identified.gone]
    for some in chunks(gone):
        connection.execute(
            sa.update(students)
            .where(table.course == course, table.id.in_(some))
            .values(listed=False)
        )
