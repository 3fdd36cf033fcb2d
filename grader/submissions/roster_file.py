"""Reading a roster: a CSV of any LMS or of one's own becomes the students of a class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import Messages, UsageError
from .csv_table import read_csv
from .roster import CERTAIN, Roster, Student, key_of
from .roster_cells import id_of, is_rounded, is_staff, text_of

#: Our name for a column → what it is called in exports of Canvas, Moodle, Gradescope, nbgrader and
#: GitHub Classroom.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "id number", "idnumber", "student id", "student_id", "sid", "sis user id", "sis id",
        "student number", "matriculation number", "学号", "學號", "学生学号", "学生编号", "编号",
    ),
    "login": (
        "sis login id", "login id", "login", "username", "user name",
        "github", "github_username", "用户名", "账号",
    ),
    "email": ("email", "email address", "e-mail", "邮箱", "电子邮箱", "电子邮件地址"),
    "name": (
        "name", "full name", "fullname", "student", "student name", "姓名", "全名", "学生姓名",
    ),
    "first": ("first name", "firstname", "first_name", "名"),
    "last": ("last name", "lastname", "last_name", "surname", "姓"),
    "section": ("section", "sections", "class", "班级"),
    "group": ("groups", "group", "group name", "group_name", "team", "小组", "组别", "分组"),
    "participant": ("identifier", "标识符", "识别符"),
    "role": (
        "role", "roles", "course role", "course roles", "enrollment role", "enrolment role",
        "user role", "角色", "身份", "用户角色",
    ),
}  # fmt: skip
#: Maximum number of columns that a message names, and of characters of each.
COLUMNS_SHOWN, NAME_SHOWN = 10, 20
#: Moodle's `Participant 41` in any language: the number is what counts.
_PARTICIPANT = re.compile(r"\D*(?:\s|[^\x00-\x7f])(\d+)")


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises UsageError that names the file, the line and what is missing."""
    rows = read_csv(path).rows
    if not rows:
        raise UsageError("containers", "roster.empty", name=path.name)
    header = rows[0][1]
    columns = _columns([cell.strip() for cell in header])
    if not names_students(header):
        found = Messages(cell.strip()[:NAME_SHOWN] for cell in header[:COLUMNS_SHOWN])
        raise UsageError("containers", "roster.header", name=path.name, found=found)
    entries = [
        (line, values)
        for line, row in rows[1:]
        if (values := _values(row, columns)) and not _no_student(row, values)
    ]
    if not entries:
        raise UsageError("containers", "roster.empty", name=path.name)
    students = []
    present = [kind for kind in CERTAIN if any(kind in values for _, values in entries)]
    for line, values in entries:
        if present and not any(kind in values for kind in present):
            column = header[columns[present[0]]].strip()
            raise UsageError("containers", "roster.blank", name=path.name, line=line, column=column)
        for id in (values[kind] for kind in CERTAIN if kind in values):
            if is_rounded(id):
                raise UsageError("containers", "roster.rounded", name=path.name, line=line, id=id)
        students.append(_student(values))
    _check_doubles(path, entries, students)
    named = _with_own_ids(students)
    return Roster(named, teams=teams_of((student, student.id) for student in named))


def teams_of(students: Iterable[tuple[Student, str]]) -> dict[str, tuple[str, ...]]:
    """Return the ids of each group's members, from rows of a roster with the id of each."""
    found: dict[str, dict[str, None]] = {}
    for student, id in students:
        for group in student.groups:
            found.setdefault(group, {})[id] = None
    return {group: tuple(ids) for group, ids in sorted(found.items())}


def names_students(header: list[str]) -> bool:
    """Return whether a first row has the name of a column that tells students apart."""
    columns = _columns([cell.strip() for cell in header])
    return bool(set(columns) & {*CERTAIN, "name", "last", "first"})


def _student(values: Mapping[str, str]) -> Student:
    """Return a row's student, called by the first of the ids that the row has."""
    ids = {kind: values[kind] for kind in CERTAIN if kind in values}
    name = values.get("name", "")
    email, section = values.get("email", ""), values.get("section", "")
    groups = tuple(filter(None, map(str.strip, re.split("[,;，；]", values.get("group", "")))))
    if not section and len(groups) == 1:  # many call their sections so
        section = groups[0]
    id = next(iter(ids.values()), name)
    return Student(id, name, email, section, ids, groups=tuple(dict.fromkeys(groups)))


def _check_doubles(
    path: Path, entries: Sequence[tuple[int, Mapping[str, str]]], students: Sequence[Student]
) -> None:
    """Raise UsageError if two rows are called by the same id of the same kind."""
    lines: dict[tuple[str, str], list[int]] = {}
    for (line, _), student in zip(entries, students, strict=True):
        lines.setdefault((next(iter(student.ids), "name"), key_of(student.id)), []).append(line)
    for (_, id), at in lines.items():
        if len(at) > 1:
            shown = next(s.id for s in students if key_of(s.id) == id)
            lines_of = Messages(at)
            raise UsageError(
                "containers", "roster.double", name=path.name, id=shown, lines=lines_of
            )


def _with_own_ids(students: Sequence[Student]) -> tuple[Student, ...]:
    """Rename students who are called alike by ids of different kinds: one's login, another's id."""
    counts = Counter(key_of(student.id) for student in students)
    best = {
        key_of(student.id): kind
        for kind in (*reversed(CERTAIN), "name")
        for student in students
        if next(iter(student.ids), "name") == kind
    }
    found = []
    for student in students:
        kind = next(iter(student.ids), "name")
        if counts[key_of(student.id)] > 1 and best[key_of(student.id)] != kind:
            student = replace(student, id=f"{student.id} ({kind})")
        found.append(student)
    return tuple(found)


def _columns(header: list[str]) -> dict[str, int]:
    names = [cell.casefold() for cell in header]
    columns: dict[str, int] = {}
    for kind, known in COLUMNS.items():
        for name in known:
            if name in names and kind not in columns:
                columns[kind] = names.index(name)
    if "id" in names:
        # Canvas calls its own number ID, and the institution's SIS User ID or SIS Login ID.
        canvas = "sis login id" in names or "sis user id" in names or "id" in columns
        columns["canvas" if canvas else "id"] = names.index("id")
    if "github_username" in names and "participant" in columns:  # the roster's own identifier
        columns["id"] = columns.pop("participant")
    return columns


def _values(row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    values = {
        kind: id_of(row[at]) if kind in CERTAIN else text_of(row[at])
        for kind, at in columns.items()
        if at < len(row)
    }
    values = {kind: value for kind, value in values.items() if value}
    if "name" not in values and ("first" in values or "last" in values):
        values["name"] = " ".join(values[k] for k in ("first", "last") if k in values)
    if number := _PARTICIPANT.fullmatch(values.get("participant", "")):
        values["participant"] = number[1]
    return values


def _no_student(row: list[str], values: Mapping[str, str]) -> bool:
    """Return whether a row is Canvas's possible points or test student, or staff."""
    if "Points Possible" in row[0] or is_staff(values.get("role", "")):
        return True
    first = [cell.strip() for cell in row[:2]]
    return first[0] == "Student, Test" or first == ["Student", "Test"]
