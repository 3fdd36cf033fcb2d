"""Convert a student's hand-ins for an exercise to attempts: in order, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..submissions.order import Moment, in_order
from .grades import Attempt
from .stored_messages import recalled

#: A row of `submissions`, by column, joined with its report.
Row = Mapping[str, Any]


def moment_of(row: Row) -> Moment:
    """Return what a stored hand-in records about its time."""
    at = row["submitted_at"]
    return Moment(
        submitted_at=datetime.fromisoformat(at).timestamp() if at else None,
        dated=row["dated"],
        upload=row["upload"],
        run=row["run"],
        seen_at=datetime.fromisoformat(row["seen_at"]).timestamp(),
        kept=row["kept"],
        saved=row["file_time"],
        within=row["within"],
        name=row["content_hash"],
    )


def in_sequence(rows: Sequence[Row]) -> list[Row]:
    """Return a student's hand-ins for an exercise, first to last."""
    return [rows[at] for at in in_order([moment_of(row) for row in rows])]


def attempts_of(rows: Sequence[Row]) -> list[Attempt]:
    """Return a student's attempts at an exercise, first to last.

    Repetitions of a file, with nothing else in between, are one attempt unless an LMS distinguishes
    them: the file may have been downloaded again, copied or unpacked.
    """
    return [_attempt(group) for group in _groups(in_sequence(rows))]


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and not _is_one(group, row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _is_one(group: Sequence[Row], row: Row) -> bool:
    if group[0]["content_hash"] != row["content_hash"]:
        return False
    return not moment_of(row).certain or not any(moment_of(each).certain for each in group)


def _attempt(group: Sequence[Row]) -> Attempt:
    """Return the attempt for rows of equal content; the first graded one is kept."""
    row = next((each for each in group if each["report"]), group[0])
    when = next((each for each in group if moment_of(each).certain), group[0])
    at = when["submitted_at"]
    return Attempt(
        row["id"],
        row["filename"],
        datetime.fromisoformat(at) if at else None,
        any(each["late"] for each in group),
        row["report"] or "",
        row["state"] or "",
        row["tallies"] or {},
        tuple(row["codes"] or ()),
        row["key_digest"] or "",
        tuple((row["missing_layers"] or "").split()),
        problem=recalled(row["problem"]),
        fault=recalled(row["fault"]),
        content=row["content_hash"],
        moment=moment_of(when),
    )
