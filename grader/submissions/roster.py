"""The roster: who is in the class, from a CSV of any LMS or of one's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..errors import UsageError
from ..i18n.texts import say
from .csv_table import read_csv
from .member_names import MAX_PART, without_hidden

#: Our name for a column → what it is called in exports of Canvas, Moodle, Gradescope, nbgrader and
#: GitHub Classroom.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "id number", "idnumber", "student id", "student_id", "sid", "sis user id", "student number",
        "matriculation number", "学号", "學號", "学生学号", "学生编号", "编号",
    ),
    "login": (
        "sis login id", "login", "username", "user name",
        "github", "github_username", "用户名", "账号",
    ),
    "email": ("email", "email address", "e-mail", "邮箱", "电子邮箱", "电子邮件地址"),
    "name": ("name", "full name", "fullname", "student", "student name", "姓名", "学生姓名"),
    "first": ("first name", "firstname", "first_name", "名"),
    "last": ("last name", "lastname", "last_name", "surname", "姓"),
    "section": ("section", "sections", "group", "class", "班级"),
    "participant": ("identifier",),
}  # fmt: skip
#: Moodle's `Participant 41` in any language: the number is what counts.
_PARTICIPANT = re.compile(r"\D*(?:\s|[^\x00-\x7f])(\d+)")
#: What a spreadsheet makes of a long number.
_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
#: Chinese, and where it meets what is none, as in `2023001王小明`.
_HAN = re.compile("[\u4e00-\u9fff]+")
_EDGE = re.compile(
    "(?<=[\u4e00-\u9fff])(?=[^\u4e00-\u9fff])|(?<=[^\u4e00-\u9fff])(?=[\u4e00-\u9fff])"
)
#: What identifies for sure, in the order in which it is tried; the first of these that every row
#: has is the student's id.
CERTAIN = ("id", "login", "email", "canvas", "participant")


@dataclass(frozen=True, slots=True)
class Student:
    """One student; `id` is theirs in the gradebook."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    #: Other systems' names for the student: `login`, `canvas`, `participant`, `email`, `id`.
    ids: Mapping[str, str] = field(default_factory=dict)


class Ambiguous(Exception):
    """More than one student answers to a label."""

    def __init__(self, students: Sequence[Student]) -> None:
        super().__init__(", ".join(sorted(student.id for student in students)))


@dataclass(frozen=True)
class Roster:
    """All students of a class."""

    students: tuple[Student, ...]

    def match(self, label: str, name: str, ids: Mapping[str, str]) -> Student | None:
        """The student meant by what a container says, or None.

        What identifies for sure comes first: an id, login or email; then the whole label; then a
        word of it; then the name in either order. Raises Ambiguous, also where the label is one
        student's and the name another's: numbers of an LMS may look like those of the roster.
        """
        for kind in CERTAIN:
            if value := ids.get(kind):
                if found := self._by_id.get((kind, _key(value))):
                    return _one(found)
                if kind in ("id", "email", "login") and (found := self._by_any.get(_key(value))):
                    return _one(found)
        called = self._by_name.get(_letters(name or label), [])
        if found := self._by_any.get(_key(label)):
            if name and called and not {s.id for s in called} & {s.id for s in found}:
                raise Ambiguous([*found, *called])
            return _one(found)
        if called:
            return _one(called)
        end = label[-MAX_PART:]  # no name is longer, and each hyphen is a look at all behind it
        for at, letter in enumerate(end):  # a classroom's `homework-jane-doe`
            if letter == "-" and (found := self._by_any.get(_key(end[at + 1 :]))):
                return _one(found)
        return self.named_in(label)

    def named_in(self, text: str) -> Student | None:
        """The student of whom an id, login, email or Chinese name is a word of `text`.

        Raises Ambiguous.
        """
        matches: dict[str, Student] = {}
        for word in re.split(r"[\s,;()\[\]_-]+", _EDGE.sub(" ", text)):
            found = self._by_any.get(_key(word), [])
            if _HAN.match(word):
                found = found or self._by_name.get(_letters(word), [])
            matches.update({student.id: student for student in found})
        return _one(list(matches.values())) if matches else None

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], list[Student]]:
        table: dict[tuple[str, str], list[Student]] = {}
        for student in self.students:
            for kind, value in student.ids.items():
                table.setdefault((kind, _key(value)), []).append(student)
        return table

    @cached_property
    def _by_any(self) -> dict[str, list[Student]]:
        table: dict[str, list[Student]] = {}
        for student in self.students:
            values = {student.id, *(student.ids.get(k, "") for k in ("id", "login", "email"))}
            for key in {_key(value) for value in values if value}:
                table.setdefault(key, []).append(student)
        return table

    @cached_property
    def _by_name(self) -> dict[str, list[Student]]:
        table: dict[str, list[Student]] = {}
        for student in self.students:
            for key in _name_keys(student.name):
                table.setdefault(key, []).append(student)
        return table


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises UsageError that names the file, the line and what is missing."""
    rows = read_csv(path).rows
    if not rows:
        raise UsageError(say("containers", "roster.empty", name=path.name))
    columns = _columns([cell.strip() for cell in rows[0][1]])
    if not names_students(rows[0][1]):
        found = ", ".join(cell.strip() for cell in rows[0][1])[:200]
        raise UsageError(say("containers", "roster.header", name=path.name, found=found))
    entries = [
        (line, values)
        for line, row in rows[1:]
        if (values := _values(row, columns)) and not _no_student(row)
    ]
    if not entries:
        raise UsageError(say("containers", "roster.empty", name=path.name))
    kind = _id_kind([values for _, values in entries])
    students: list[Student] = []
    lines: dict[str, list[int]] = {}
    for line, values in entries:
        id = values.get(kind, "")
        if not id:
            column = rows[0][1][columns[kind]].strip() if kind in columns else kind
            raise UsageError(
                say("containers", "roster.blank", name=path.name, line=line, column=column)
            )
        if _ROUNDED.fullmatch(id):
            raise UsageError(say("containers", "roster.rounded", name=path.name, line=line, id=id))
        lines.setdefault(_key(id), []).append(line)
        ids = {k: values[k] for k in CERTAIN if values.get(k)}
        students.append(
            Student(
                id, values.get("name", ""), values.get("email", ""), values.get("section", ""), ids
            )
        )
    for student in students:
        if len(at := lines[_key(student.id)]) > 1:
            both = ", ".join(map(str, at))
            raise UsageError(
                say("containers", "roster.double", name=path.name, id=student.id, lines=both)
            )
    return Roster(tuple(students))


def names_students(header: list[str]) -> bool:
    """Whether a first row has the name of a column that tells students apart."""
    columns = _columns([cell.strip() for cell in header])
    return bool(set(columns) & {*CERTAIN, "name", "last", "first"})


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
        kind: unicodedata.normalize("NFC", " ".join(without_hidden(row[at]).split()))
        for kind, at in columns.items()
        if at < len(row)
    }
    values = {kind: value for kind, value in values.items() if value}
    if "name" not in values and ("first" in values or "last" in values):
        values["name"] = " ".join(values[k] for k in ("first", "last") if k in values)
    if number := _PARTICIPANT.fullmatch(values.get("participant", "")):
        values["participant"] = number[1]
    return values


def _no_student(row: list[str]) -> bool:
    """Canvas's row of possible points, and its test student."""
    return "Points Possible" in row[0] or row[0].strip() == "Student, Test"


def _id_kind(entries: list[dict[str, str]]) -> str:
    """What every student is called by. Names serve only where the roster has nothing else: one
    blank id must not give the whole class other ids.
    """
    present = [kind for kind in CERTAIN if any(kind in values for values in entries)]
    complete = [kind for kind in present if all(kind in values for values in entries)]
    return (complete or present or ["name"])[0]


def _one(found: Sequence[Student]) -> Student:
    if len({student.id for student in found}) > 1:
        raise Ambiguous(found)
    return found[0]


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _key(text))


def _name_keys(name: str) -> set[str]:
    """`Doe, Jane` answers to janedoe and doejane, and so does `Jane Doe`."""
    last, comma, first = name.partition(",")
    if comma:
        parts = [first, last]
    else:
        *firsts, final = name.split() or [""]
        parts = [" ".join(firsts), final]
    keys = {_letters(name), _letters("".join(parts)), _letters("".join(reversed(parts)))}
    return {key for key in keys if key}
