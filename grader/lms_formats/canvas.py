"""Write a Canvas gradebook CSV: a new one, or an exported one with its columns filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..course.catalog import ExerciseInfo
from ..errors import Messages, UsageError
from ..gradebook.grades import Grade, StudentGrades
from ..submissions.roster_cells import id_of
from .cells import csv_text, number, safe, safe_id
from .export_data import Class, Written, check_maximum, login_of, match_all, names_exercise, title
from .sheet import Sheet, read_sheet

#: Number of decimals of a grade, because Canvas compares at two.
DIGITS = 2
_POSSIBLE = "    Points Possible"


def canvas_csv(found: Class, column: str | None = None) -> Written:
    """Return a new file. Canvas creates an assignment for each title that it does not know."""
    titles = [column if column and len(found.exercises) == 1 else title(i) for i in found.exercises]
    rows: list[list[str]] = [["Student", "ID", "SIS Login ID", "Section", *map(safe, titles)]]
    possible = [number(found.rubric.possible(info), DIGITS) for info in found.exercises]
    rows.append([_POSSIBLE, "", "", "", *possible])
    for student in found.students:
        cells = [_value(student.grades[info.id]) for info in found.exercises]
        ids = (student.ids.get("canvas", ""), login_of(student))
        name = safe(student.name or student.id)
        rows.append([name, *map(safe_id, ids), safe(student.section), *cells])
    return Written(csv_text(rows), (("canvas_new", {}),))


def fill_canvas(found: Class, path: Path, column: str | None = None) -> Written:
    """Return the exported file with the columns of the exercises filled in.

    Other assignments are left out, so that Canvas keeps their grades. Raises UsageError if the file
    is not a Canvas export, lacks the columns, or gives an assignment other possible points than the
    rubric.
    """
    sheet = _with_one_name(read_sheet(path))
    header = [cell.strip() for cell in sheet.header]
    section = header.index("Section") if "Section" in header else -1
    if len(header) < 4 or "Student" not in header[0] or "ID" not in header or section < 2:
        raise UsageError("exchange", "not_canvas", file=path)
    wanted = _columns(found, header, section, column, path)
    for row in sheet.rows:
        if "Points Possible" in row[0]:
            for at, info in wanted.items():
                check_maximum(found, info, row[at], path)
    people = [row for row in sheet.rows if row[header.index("ID")].strip()]
    students, notes = match_all(found, [_said(row, header) for row in people])
    matched = iter(students)
    comma = sheet.comma(range(section + 1, len(header)))
    rows: list[Sequence[str]] = [[*sheet.header[: section + 1], *(header[at] for at in wanted)]]
    for row in sheet.rows:
        name = row[0]
        if row[header.index("ID")].strip():
            student, name = next(matched), safe(name)  # Canvas matches by ID
            cells = [_cell(row[at], student, info, comma=comma) for at, info in wanted.items()]
        else:  # points possible, posting policy
            cells = [row[at] for at in wanted]
        rows.append([name, *row[1 : section + 1], *cells])
    return Written(csv_text(rows, sheet.delimiter), notes)


def _with_one_name(sheet: Sheet) -> Sheet:
    """Merge the columns `LastName,FirstName` to `Student`, the only one that Canvas imports."""
    if [cell.strip() for cell in sheet.header[:2]] != ["LastName", "FirstName"]:
        return sheet

    def joined(row: Sequence[str]) -> list[str]:
        return [f"{row[0]}, {row[1]}" if row[1].strip() else row[0], *row[2:]]

    rows = [joined(row) for row in sheet.rows]
    return replace(sheet, header=["Student", *sheet.header[2:]], rows=rows)


def _columns(
    found: Class, header: Sequence[str], section: int, column: str | None, path: Path
) -> dict[int, ExerciseInfo]:
    """Return column → exercise. Raises UsageError if the column of an exercise is missing.

    Without a given title, several exercises need only one matching column.
    """
    wanted: dict[int, ExerciseInfo] = {}
    for info in found.exercises:
        for at, cell in enumerate(header):
            bare = re.sub(r"(?<!\s)\s*\(\d+\)$", "", cell)
            exact = column is not None and column in (cell, bare)
            if at > section and (exact or (column is None and names_exercise(bare, info))):
                wanted[at] = info
                break
        else:
            if column is not None or len(found.exercises) == 1:
                raise UsageError(
                    "exchange",
                    "no_column",
                    file=path,
                    name=column or title(info),
                    known=Messages(header[section + 1 :] or ["-"]),
                )
    if not wanted:
        known = Messages(header[section + 1 :] or ["-"])
        raise UsageError("exchange", "no_column", file=path, name="ex…", known=known)
    return wanted


def _cell(cell: str, student: StudentGrades | None, info: ExerciseInfo, *, comma: bool) -> str:
    """Return the grade as a cell; without one, keep the cell, which may be entered by hand."""
    return (_value(student.grades[info.id], comma=comma) if student else "") or cell


def _value(grade: Grade, *, comma: bool = False) -> str:
    if grade.status == "excused":
        return "EX"
    return number(grade.points, DIGITS, comma=comma)


def _said(row: Sequence[str], header: Sequence[str]) -> tuple[str, str, Mapping[str, str]]:
    """Return a row's label, name and ids; the ids are in the order in which Canvas matches."""
    columns = {"canvas": "ID", "id": "SIS User ID", "login": "SIS Login ID"}
    ids = {kind: id_of(row[header.index(name)]) for kind, name in columns.items() if name in header}
    ids = {kind: value for kind, value in ids.items() if value}
    return ids.get("id") or ids.get("login") or row[0], row[0], ids
