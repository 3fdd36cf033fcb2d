"""Collect everything that happened to a student's grades, so that they can be justified."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from ..submissions.order import is_guess
from .attempts import Row, in_sequence, moment_of
from .connection import Gradebook
from .due_times import EVERY
from .merged import of_one_person
from .people import members_of
from .records import document_of
from .stored_messages import recalled
from .tables import gradings, overrides, reports, submissions
from .term_tables import comments, extensions


def history_of(
    gradebook: Gradebook, student: str, exercises: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return a student's submissions with all their reports, and all decisions and comments.

    Entries are sorted by exercise: first the submissions in their order, then decisions and
    comments by time. An extension for all exercises is returned whatever `exercises` names.
    """
    with gradebook.reading() as connection:
        people = members_of(connection, gradebook.course, student)
        entries = [
            *_submissions(connection, gradebook.course, people),
            *_overrides(connection, gradebook.course, people),
            *_extensions(connection, gradebook.course, people),
            *_comments(connection, gradebook.course, people),
        ]
    shown = {*exercises, EVERY}
    wanted = [entry for entry in entries if not exercises or entry["exercise"] in shown]
    return sorted(wanted, key=lambda entry: (entry["exercise"], entry.get("made_at", "")))


def _submissions(
    connection: sa.Connection, course: str, people: Sequence[str]
) -> list[dict[str, Any]]:
    table = submissions.c
    query = sa.select(submissions).where(table.course == course, table.student.in_(people))
    by_exercise: dict[str, list[Row]] = {}
    for row in connection.execute(query).mappings():
        by_exercise.setdefault(row["exercise"], []).append(dict(row))
    kept = (
        "exercise", "filename", "origin", "content_hash", "source_hash", "submitted_at", "late",
        "dated", "run", "framework", "notes", "seen_at",
    )  # fmt: skip
    return [
        {
            "kind": "submission",
            "id": row["id"],
            **{name: row[name] for name in kept},
            "problem": recalled(row["problem"]),
            "fault": recalled(row["fault"]),
            "order_guessed": guessed,
            "reports": _reports(connection, row["id"]),
        }
        for rows in by_exercise.values()
        for row, guessed in _with_guesses(in_sequence(of_one_person(rows)))
    ]


def _with_guesses(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Return each submission, and whether its place after the one before is only a guess."""
    first = [(row, False) for row in rows[:1]]
    return [*first, *((row, _guess(before, row)) for before, row in pairwise(rows))]


def _guess(before: Row, after: Row) -> bool:
    alike = before["content_hash"] == after["content_hash"]
    return not alike and is_guess(moment_of(before), moment_of(after))


def _reports(connection: sa.Connection, submission: str) -> list[dict[str, Any]]:
    query = (
        sa.select(gradings, reports)
        .select_from(gradings.join(reports, gradings.c.report == reports.c.id))
        .where(gradings.c.submission == submission)
        .order_by(gradings.c.number)
    )
    kept = (
        "number", "report", "graded_at", "reason", "author", "state", "score", "max_score", "codes",
        "key_digest", "exercise_version", "seed", "framework", "device", "learncnn", "limits",
    )  # fmt: skip
    found = []
    for row in connection.execute(query).mappings():
        provenance = document_of(row["document"])["provenance"]
        found.append(
            {
                **{name: row[name] for name in kept},
                "layers": " ".join(provenance["layers"]),
                "missing_layers": [name for name, _ in provenance["missing_layers"]],
                "versions": provenance["versions"],
            }
        )
    return found


def _overrides(
    connection: sa.Connection, course: str, people: Sequence[str]
) -> list[dict[str, Any]]:
    kept = ("exercise", "points", "excused", "reason", "author", "made_at")
    return _rows(connection, overrides, "override", kept, course, people)


def _extensions(
    connection: sa.Connection, course: str, people: Sequence[str]
) -> list[dict[str, Any]]:
    kept = ("exercise", "due_at", "days", "reason", "author", "made_at")
    return _rows(connection, extensions, "extension", kept, course, people)


def _comments(
    connection: sa.Connection, course: str, people: Sequence[str]
) -> list[dict[str, Any]]:
    kept = (
        "exercise", "id", "submission", "cell", "line", "comment", "author", "made_at",
        "withdrawn_by", "withdrawn_at",
    )  # fmt: skip
    return _rows(connection, comments, "comment", kept, course, people)


def _rows(
    connection: sa.Connection,
    table: sa.Table,
    kind: str,
    kept: Sequence[str],
    course: str,
    people: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the rows of a table that are about a student, as entries of one kind."""
    query = (
        sa.select(table)
        .where(table.c.course == course, table.c.student.in_(people))
        .order_by(table.c.id)
    )
    return [
        {"kind": kind, **{name: row[name] for name in kept}}
        for row in connection.execute(query).mappings()
    ]
