"""Define the data from which all formats are made, and the names of exercises in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..course.catalog import ExerciseInfo, title_of
from ..course.exercise_ids import id_within
from ..errors import SEMICOLON, Ambiguous, Messages, UsageError
from ..gradebook.grades import StudentGrades
from ..gradebook.rubric import Rubric
from ..submissions.roster import Roster, Student
from .cells import number


@dataclass(frozen=True)
class Class:
    """A course's students, rubric and exercises, in order."""

    course: str
    rubric: Rubric
    students: Sequence[StudentGrades]
    exercises: Sequence[ExerciseInfo]


@dataclass(frozen=True)
class Written:
    """A document, and notes about it: keys of exchange.toml with values."""

    text: str
    notes: tuple[tuple[str, Mapping[str, object]], ...] = ()


def title(info: ExerciseInfo) -> str:
    """Return an exercise's column title, without punctuation that has a meaning in the formats."""
    return re.sub(r"[(),;]", "", f"{info.id} {title_of(info)}")


def names_exercise(column: str, info: ExerciseInfo) -> bool:
    """Return whether a column's title names an exercise, by its id or one of its titles."""
    words = column.casefold()
    if id := id_within(words):
        return id == info.id
    return any(text.casefold() in words for text in info.title.values())


def check_maximum(found: Class, info: ExerciseInfo, cell: str, path: Path) -> None:
    """Raise UsageError if an LMS has other possible points than the rubric.

    The grades would mean something else there. `cell` is the maximum in the LMS's CSV; 0, and text
    that is not a number, are ignored.
    """
    possible = found.rubric.possible(info)
    try:
        maximum = float(cell.replace(",", "."))
    except ValueError:
        return
    if maximum and abs(maximum - possible) > 0.005:
        shown = number(maximum), number(possible)
        raise UsageError(
            "exchange", "maximum", file=path, maximum=shown[0], possible=shown[1], id=info.id
        )


def login_of(student: StudentGrades) -> str:
    """Return the student's login in an LMS, or the student's id if no login is known."""
    return student.ids.get("login") or student.id


def match_all(
    found: Class, said: Sequence[tuple[str, str, Mapping[str, str]]]
) -> tuple[list[StudentGrades | None], tuple[tuple[str, Mapping[str, object]], ...]]:
    """Return the student of each row (label, name, ids), and notes on those without a match.

    None stands for a row that matches no student, or several.
    """
    by_id = {student.id: student for student in found.students}
    roster = Roster(
        tuple(Student(s.id, s.name, s.email, s.section, s.ids, s.also) for s in found.students)
    )
    matched: list[StudentGrades | None] = []
    unknown: list[str] = []
    for label, name, ids in said:
        try:
            person = roster.match(label, name, ids)
        except Ambiguous:
            person = None
        matched.append(by_id[person.id] if person else None)
        if person is None:
            unknown.append(name or label)
    seen = {student.id for student in matched if student}
    absent = [_called(student) for id, student in by_id.items() if id not in seen]
    notes: list[tuple[str, Mapping[str, object]]] = []
    if unknown:
        notes.append(("not_ours", {"count": len(unknown), "names": Messages(unknown, SEMICOLON)}))
    if absent:
        notes.append(("not_theirs", {"count": len(absent), "names": Messages(absent)}))
    return matched, tuple(notes)


def _called(student: StudentGrades) -> str:
    named = student.name and student.name != student.id
    return f"{student.id} ({student.name})" if named else student.id
