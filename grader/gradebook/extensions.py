"""Store due times of single students: every decision is kept, and the last one counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .connection import Gradebook, now
from .due_times import Extension
from .people import heads_of, members_of
from .term_tables import extensions
from .writes import in_utc


def read_extensions(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[str, dict[str, Extension]]:
    """Return the extensions in force, by student and exercise or `all`."""
    table = extensions.c
    query = sa.select(extensions).where(table.course == course).order_by(table.id)
    found: dict[str, dict[str, Extension]] = {}
    for row in map(dict, connection.execute(query).mappings()):
        own = found.setdefault(heads.get(row["student"], row["student"]), {})
        own.pop(row["exercise"], None)
        extension = _extension(row)
        if not extension.is_revoked:
            own[row["exercise"]] = extension
    return found


def extensions_of(gradebook: Gradebook, student: str) -> list[Extension]:
    """Return every decision on a student's due times, in order, including revoked ones.

    Raises GradebookError.
    """
    table = extensions.c
    with gradebook.reading() as connection:
        head = heads_of(connection, gradebook.course).get(student, student)
        people = members_of(connection, gradebook.course, head)
        query = (
            sa.select(extensions)
            .where(table.course == gradebook.course, table.student.in_(people))
            .order_by(table.id)
        )
        return [_extension(dict(row)) for row in connection.execute(query).mappings()]


def write_extension(
    connection: sa.Connection, course: str, student: str, extension: Extension
) -> None:
    """Record a decision on a student's due time."""
    due_at = in_utc(extension.due_at) if extension.due_at else None
    row: dict[str, Any] = {"course": course, "student": student, "exercise": extension.exercise}
    row |= {"due_at": due_at, "days": extension.days, "reason": extension.reason}
    row |= {"author": extension.author, "made_at": extension.made_at or now()}
    connection.execute(sa.insert(extensions), row)


def _extension(row: Mapping[str, Any]) -> Extension:
    due_at = row["due_at"]
    return Extension(
        row["exercise"],
        datetime.fromisoformat(due_at) if due_at else None,
        row["days"],
        row["reason"],
        row["author"],
        row["made_at"],
    )
