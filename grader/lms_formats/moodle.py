"""Write a Moodle CSV for the gradebook's import, or fill the downloaded offline worksheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import Messages, UsageError
from .cells import csv_text, number, safe, safe_id
from .export_data import Class, Written, check_maximum, login_of, match_all, title
from .feedback_line import feedback_line
from .sheet import read_sheet

#: Known column headers, which Moodle writes in the language of the site.
GRADE = ("grade", "成绩", "分数")
MAXIMUM = ("maximum grade", "最高分", "最高成绩")
FEEDBACK = ("feedback comments", "反馈评论", "反馈意见")
IDENTIFIER = ("identifier", "标识符", "识别符")
EMAIL = ("email address", "电子邮件地址", "邮箱")
NAME = ("full name", "全名", "姓名")
#: The participant's number at the end of an identifier.
_DIGITS = re.compile(r"(?<!\d)\d+$")
#: Maximum points of a grade item that an import creates, unless the site allows more.
MOST = 100


def moodle_csv(found: Class, column: str | None = None) -> Written:
    """Return a new file with the columns `username,email,<item>,<item> feedback`.

    Grade and feedback must be imported together, or the other one is lost. `-` stands for no grade.
    If there is a roster, students who are not on it are left out, because one unknown user aborts
    the import.
    """
    notes: list[tuple[str, Mapping[str, object]]] = [("moodle_import", {})]
    people = [student for student in found.students if student.listed] or found.students
    if len(people) < len(found.students):
        others = [student.id for student in found.students if not student.listed]
        notes.append(("moodle_unlisted", {"count": len(others), "names": Messages(others[:8])}))
    if large := [i.id for i in found.exercises if found.rubric.possible(i) > MOST]:
        notes.append(("moodle_most", {"names": Messages(large), "most": MOST}))
    header = ["username", "email"]
    for info in found.exercises:
        name = column if column and len(found.exercises) == 1 else title(info)
        header += [safe(name), safe(f"{name} feedback")]
    rows = [header]
    for student in people:
        cells: list[str] = []
        for info in found.exercises:
            grade = student.grades[info.id]
            cells += [number(grade.points) or "-", safe(feedback_line(info, grade))]
        rows.append([safe_id(login_of(student)), safe(student.email), *cells])
    return Written(csv_text(rows), tuple(notes))


def fill_moodle(found: Class, path: Path) -> Written:
    """Return the offline grading worksheet of one exercise with grades and feedback filled in.

    Raises UsageError for several exercises, for a file that is not a worksheet, or if the
    worksheet's maximum differs from the exercise's.
    """
    if len(found.exercises) != 1:
        raise UsageError("exchange", "one_exercise")
    info = found.exercises[0]
    sheet = read_sheet(path)
    names = [cell.strip().casefold() for cell in sheet.header]
    grade_at, maximum_at = _find(names, GRADE), _find(names, MAXIMUM)
    identifier_at, feedback_at = _find(names, IDENTIFIER), _find(names, FEEDBACK)
    if identifier_at is None:
        identifier_at = 0 if any(_DIGITS.search(row[0]) for row in sheet.rows if row) else None
    if grade_at is None or identifier_at is None:
        raise UsageError("exchange", "not_moodle", file=path)
    if maximum_at is not None:
        for row in sheet.rows:
            check_maximum(found, info, row[maximum_at], path)
    comma = sheet.comma([at for at in (grade_at, maximum_at) if at is not None])
    email_at, name_at = _find(names, EMAIL), _find(names, NAME)
    said = []
    for row in sheet.rows:
        ids = {}
        if digits := _DIGITS.search(row[identifier_at].strip()):
            ids["participant"] = digits[0]
        if email_at is not None and row[email_at].strip():
            ids["email"] = row[email_at].strip()
        name = row[name_at] if name_at is not None else ""
        said.append((ids.get("email") or row[identifier_at], name, ids))
    students, notes = match_all(found, said)
    rows: list[Sequence[str]] = [list(sheet.header)]
    for row, student in zip(sheet.rows, students, strict=True):
        filled = list(row)
        if name_at is not None:
            filled[name_at] = safe(row[name_at])  # Moodle matches by identifier
        grade = student.grades[info.id] if student else None
        if grade is not None and grade.points is not None:  # otherwise keep entries made by hand
            filled[grade_at] = number(grade.points, comma=comma)
            if feedback_at is not None:
                filled[feedback_at] = safe(feedback_line(info, grade))
        rows.append(filled)
    return Written(csv_text(rows, sheet.delimiter), notes)


def _find(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)
