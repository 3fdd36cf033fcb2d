"""Store comments on a student's exercise, or on a line of a hand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .connection import Gradebook, now
from .people import heads_of
from .term_tables import comments


@dataclass(frozen=True)
class Comment:
    """A person's comment on a student's exercise."""

    id: int
    student: str
    exercise: str
    text: str
    author: str
    #: ISO 8601 in UTC.
    made_at: str
    #: The hand-in that the line belongs to; None for a comment on the exercise.
    submission: str | None = None
    #: The line from 1: of the file, or of this cell (from 1) of a notebook.
    line: int | None = None
    cell: int | None = None


def read_comments(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[tuple[str, str], tuple[Comment, ...]]:
    """Return the comments in force by (counted student, exercise), in order."""
    table = comments.c
    query = (
        sa.select(comments)
        .where(table.course == course, table.withdrawn_at.is_(None))
        .order_by(table.id)
    )
    found: dict[tuple[str, str], tuple[Comment, ...]] = {}
    for row in connection.execute(query).mappings():
        comment = _comment(dict(row), heads)
        key = (comment.student, comment.exercise)
        found[key] = (*found.get(key, ()), comment)
    return found


def comments_of(gradebook: Gradebook, student: str = "", exercise: str = "") -> list[Comment]:
    """Return the comments in force, in the order in which they were made.

    `student` limits them to everyone who counts as that student, `exercise` to one exercise. Raises
    GradebookError.
    """
    with gradebook.reading() as connection:
        heads = heads_of(connection, gradebook.course)
        by_exercise = read_comments(connection, gradebook.course, heads)
    wanted = [
        comment
        for (who, id), those in by_exercise.items()
        if (not student or who == heads.get(student, student)) and (not exercise or id == exercise)
        for comment in those
    ]
    return sorted(wanted, key=lambda comment: comment.id)


def write_comment(
    connection: sa.Connection,
    course: str,
    student: str,
    exercise: str,
    text: str,
    *,
    author: str,
    submission: str | None = None,
    line: int | None = None,
    cell: int | None = None,
) -> int:
    """Add a comment; return its number."""
    row: dict[str, Any] = {"course": course, "student": student, "exercise": exercise}
    row |= {"comment": text, "submission": submission, "line": line, "cell": cell}
    row |= {"author": author, "made_at": now()}
    result = connection.execute(sa.insert(comments), row)
    return int((result.inserted_primary_key or [0])[0])


def withdraw_comment(connection: sa.Connection, course: str, id: int, *, author: str) -> bool:
    """Withdraw a comment; return whether one was in force."""
    table = comments.c
    result = connection.execute(
        sa.update(comments)
        .where(table.course == course, table.id == id, table.withdrawn_at.is_(None))
        .values(withdrawn_by=author, withdrawn_at=now())
    )
    return bool(result.rowcount)


def _comment(row: Mapping[str, Any], heads: Mapping[str, str]) -> Comment:
    return Comment(
        row["id"],
        heads.get(row["student"], row["student"]),
        row["exercise"],
        row["comment"],
        row["author"],
        row["made_at"],
        row["submission"],
        row["line"],
        row["cell"],
    )
