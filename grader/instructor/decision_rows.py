"""Read decisions on many students from a CSV; accept all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..errors import LearncnnError, Message, Messages, UsageError
from ..submissions.csv_table import read_csv
from ..submissions.roster_cells import id_of

T = TypeVar("T")
#: Maximum number of lines whose problems are listed.
LISTED = 20
#: Column → accepted headers.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "student": ("student", "id", "student id", "login", "email", "name", "学号", "学生", "姓名"),
    "exercise": ("exercise", "ex", "assignment", "练习", "作业"),
    "points": ("points", "grade", "score", "分数", "成绩"),
    "due": ("due", "due date", "until", "截止时间", "截止日期"),
    "days": ("days", "天数"),
    "line": ("line", "行"),
    "cell": ("cell", "单元格"),
    "comment": ("comment", "comments", "text", "评语", "批注"),
    "reason": ("reason", "理由"),
    "author": ("author", "裁定人", "作者"),
}


@dataclass(frozen=True)
class DecisionRow:
    """A line of the file, by column; a missing column is empty."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def read_rows(file: str, needed: Sequence[str]) -> list[DecisionRow]:
    """Read the rows of a CSV with a header.

    Raises UsageError if a needed column is missing, or if there are no rows.
    """
    rows = read_csv(Path(file)).rows
    header = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    columns = dict(_columns(header))
    if missing := [name for name in needed if name not in columns]:
        raise UsageError("decisions", "header", file=file, names=Messages(missing))
    found = []
    for line, row in rows[1:]:
        values = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
        values["student"] = id_of(values.get("student", ""))
        found.append(DecisionRow(line, values))
    if not found:
        raise UsageError("decisions", "no_rows", file=file)
    return found


def _columns(header: Sequence[str]) -> Iterator[tuple[str, int]]:
    for name, known in COLUMNS.items():
        at = next((header.index(text) for text in known if text in header), None)
        if at is not None:
            yield name, at


def each_row(file: str, rows: Sequence[DecisionRow], read: Callable[[DecisionRow], T]) -> list[T]:
    """Return the result of `read` for each row. Raises UsageError that lists all wrong lines."""
    found: list[T] = []
    problems: list[Message] = []
    for row in rows:
        try:
            found.append(read(row))
        except LearncnnError as error:
            problems.append(Message("decisions", "line", line=row.line, reason=error.message))
    if problems:
        listed: list[object] = ["", *problems[:LISTED]]
        if len(problems) > LISTED:
            listed.append(Message("decisions", "more", count=len(problems) - LISTED))
        lines = Messages(listed, "\n  ")
        raise UsageError("decisions", "problems", file=file, problems=lines)
    return found
