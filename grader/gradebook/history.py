"""Everything that ever happened to a student's grades, so that they can be defended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from ..submissions.order import is_guess
from .attempts import Row, in_sequence, moment_of
from .connection import Gradebook
from .merged import of_one_person
from .people import members_of
from .records import document_of
from .tables import gradings, overrides, reports, submissions


def history_of(
    gradebook: Gradebook, student: str, exercises: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Submissions with all their reports, and all overrides, in the order of time."""
    with gradebook.reading() as connection:
        people = members_of(connection, gradebook.course, student)
        entries = [
            *_submissions(connection, gradebook.course, people),
            *_overrides(connection, gradebook.course, people),
        ]
    wanted = [entry for entry in entries if not exercises or entry["exercise"] in exercises]
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
        "dated", "run", "framework", "notes", "problem", "fault", "seen_at",
    )  # fmt: skip
    return [
        {
            "kind": "submission",
            "id": row["id"],
            **{name: row[name] for name in kept},
            "order_guessed": guessed,
            "reports": _reports(connection, row["id"]),
        }
        for rows in by_exercise.values()
        for row, guessed in _with_guesses(in_sequence(of_one_person(rows)))
    ]


def _with_guesses(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Return each submission with whether it comes after the one before by a guess alone."""
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
    table = overrides.c
    query = (
        sa.select(overrides)
        .where(table.course == course, table.student.in_(people))
        .order_by(table.id)
    )
    kept = ("exercise", "points", "excused", "reason", "author", "made_at")
    return [
        {"kind": "override", **{name: row[name] for name in kept}}
        for row in connection.execute(query).mappings()
    ]
