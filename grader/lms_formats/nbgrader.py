"""Write nbgrader's `export` CSV, which has no quoting, so no cell may need quotes."""

from __future__ import annotations

import re

from ..gradebook.grades import StudentGrades
from .cells import number, safe, safe_id
from .export_data import Class, Written

HEADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def nbgrader_csv(found: Class) -> Written:
    """Return one row for each student and exercise.

    The format writes a missing submission as 0.0 with a blank timestamp. It cannot represent
    excused work, or work that is not graded; such rows are left out and counted in a note.
    """
    lines = [",".join(HEADER)]
    left_out = 0
    for info in found.exercises:
        for student in found.students:
            grade = student.grades[info.id]
            if grade.points is None and grade.status != "missing":
                left_out += 1
                continue
            last, first = _names(student)
            due = found.rubric.due.get(info.id)
            at = grade.attempt.submitted_at if grade.attempt else None
            raw = grade.points if grade.won is None else grade.won
            cells = [
                info.folder,
                due.strftime("%Y-%m-%d %H:%M:%S") if due else "",
                at.strftime("%Y-%m-%d %H:%M:%S") if at else "",
                _plain_id(student.id),
                _plain(last),
                _plain(first),
                _plain(student.email),
                _float(raw),
                _float(grade.penalty),
                _float(grade.points),
                _float(grade.possible),
            ]
            lines.append(",".join(cells))
    notes = (("left_out", {"count": left_out}),) if left_out else ()
    return Written("\n".join(lines) + "\n", notes)


def _names(student: StudentGrades) -> tuple[str, str]:
    last, comma, first = student.name.partition(",")
    if comma:
        return last.strip(), first.strip()
    firsts, _, final = student.name.rpartition(" ")
    return final, firsts


def _plain(text: str) -> str:
    return safe(text).replace(",", " ").replace('"', " ").strip()


def _plain_id(text: str) -> str:
    """Return an id without the characters that nbgrader's reader splits at; ids stay different."""
    return re.sub('[,"]', lambda found: f"\\u{ord(found.group()):04x}", safe_id(text))


def _float(value: float | None) -> str:
    shown = number(value or 0.0)
    return shown if "." in shown else f"{shown}.0"
