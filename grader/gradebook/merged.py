"""Combine the hand-ins of merged students, counting each copy of a hand-in once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .attempts import Row
from .dialects import chunks
from .tables import sightings


@dataclass(frozen=True)
class _HandIn:
    """A row, and the marks of the downloads in which it was seen."""

    row: Row
    marks: frozenset[str]


def without_copies(
    connection: sa.Connection, rows: Sequence[Row], heads: Mapping[str, str]
) -> list[Row]:
    """Return submissions without copies stored under several ids of one student.

    A download that was graded under each of two ids is stored twice. Of copies, a row with a report
    is kept, or else that of the student as whom the others count. Work that was handed in twice
    stays twice.
    """
    by_exercise: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        head = heads.get(row["student"], row["student"])
        by_exercise.setdefault((head, row["exercise"]), []).append(row)
    several = {
        key for key, group in by_exercise.items() if len({row["student"] for row in group}) > 1
    }
    marks = _marks(connection, [row["id"] for key in several for row in by_exercise[key]])
    result: list[Row] = []
    for key, group in by_exercise.items():
        if key in several:
            found = [_HandIn(row, marks.get(row["id"], frozenset())) for row in group]
            result += of_one_person(_each_once(found, key[0]))
        else:
            result += group
    return result


def of_one_person(rows: Sequence[Row]) -> list[Row]:
    """Return a student's hand-ins, without stored positions if these come from several ids.

    An earlier version numbered the hand-ins of each id separately.
    """
    if len({row["student"] for row in rows if row["kept"] is not None}) < 2:
        return list(rows)
    return [{**row, "kept": None} for row in rows]


def _each_once(found: Sequence[_HandIn], head: str) -> list[Row]:
    kept: list[_HandIn] = []
    for one in sorted(found, key=lambda each: _worth(each.row, head), reverse=True):
        if not any(_is_copy(one, other) for other in kept):
            kept.append(one)
    return [one.row for one in kept]


def _worth(row: Row, head: str) -> tuple[bool, bool, str]:
    return row["report"] is not None, row["student"] == head, row["id"]


def _is_copy(one: _HandIn, other: _HandIn) -> bool:
    """Return whether two rows are one hand-in that was stored under two ids."""
    a, b = one.row, other.row
    if a["student"] == b["student"] or a["content_hash"] != b["content_hash"]:
        return False
    if one.marks & other.marks:
        return True
    if a["submitted_at"] is not None and b["submitted_at"] is not None:
        return bool(a["submitted_at"] == b["submitted_at"])
    if a["upload"] or b["upload"]:
        return bool(a["upload"] == b["upload"])
    if a["submitted_at"] is not None or b["submitted_at"] is not None:
        return False
    return bool(_dates(a) & _dates(b))


def _dates(row: Row) -> set[Any]:
    """Return the dates of a file; an earlier version stored only one, of any level."""
    return {row["dated"], row["file_time"], row["within"]} - {None}


def _marks(connection: sa.Connection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for some in chunks(sorted(ids)):
        query = sa.select(sightings).where(sightings.c.submission.in_(some))
        for id, mark in connection.execute(query):
            found.setdefault(id, set()).add(mark)
    return {id: frozenset(marks) for id, marks in found.items()}
