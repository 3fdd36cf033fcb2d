"""Due times of single students: each decision stays, and the last one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from .connection import Gradebook, now
from .people import heads_of, members_of
from .tables import extensions
from .writes import in_utc

#: Stands for every exercise that has no extension of its own.
EVERY = "all"


@dataclass(frozen=True)
class Extension:
    """A student's own due time: a time, or days after that of the class."""

    exercise: str
    due_at: datetime | None = None
    days: float | None = None
    reason: str = ""
    #: Who decided it and when; empty for one of the rubric.
    author: str = ""
    made_at: str = ""

    @property
    def is_revoked(self) -> bool:
        """Return whether this takes an earlier extension back."""
        return self.due_at is None and self.days is None

    def due(self, of_class: datetime | None) -> datetime | None:
        """Return the student's due time, given that of the class."""
        if self.due_at is not None:
            return self.due_at
        if of_class is None or self.days is None:
            return of_class
        return of_class + timedelta(days=self.days)


def read_extensions(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[tuple[str, str], Extension]:
    """Return the extension in force of each (student, exercise); the exercise may be `all`."""
    table = extensions.c
    query = sa.select(extensions).where(table.course == course).order_by(table.id)
    found: dict[tuple[str, str], Extension] = {}
    for row in map(dict, connection.execute(query).mappings()):
        key = (heads.get(row["student"], row["student"]), row["exercise"])
        found.pop(key, None)
        extension = _extension(row)
        if not extension.is_revoked:
            found[key] = extension
    return found


def extensions_of(gradebook: Gradebook, student: str) -> list[Extension]:
    """Return every decision on a student's due times, in order, those taken back included.

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
    """Note a decision on a student's due time."""
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
