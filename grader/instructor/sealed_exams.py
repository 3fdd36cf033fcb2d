"""Mark sealed exams into the gradebook, and write an answer sheet for each student."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import LearncnnError, Message, SubmissionError, UsageError
from ..files.writing import write_aside
from ..gradebook import writes
from ..gradebook.connection import Gradebook
from ..gradebook.exam_answers import exam_intake, write_exam_answers
from ..gradebook.writes import Intake
from ..i18n.shell import pasted
from ..i18n.texts import listed, say
from ..quiz.exams.exam import Exam
from ..quiz.exams.marking import ExamMark, mark_exam
from ..submissions.collection import Collection
from ..submissions.deadline import deadline
from ..submissions.members import Problem
from ..submissions.roster import Student
from ..terminal.layout import clean
from .export_command import safe_name


@dataclass
class Marked:
    """The marks of a run: exam → student → mark."""

    marks: dict[str, dict[str, ExamMark]] = field(default_factory=dict)
    #: Exam → students whose counted answers are later ones from another run.
    older: dict[str, list[str]] = field(default_factory=dict)
    #: Number of answers by exam for exams not named with --exam.
    unknown: Counter[str] = field(default_factory=Counter)


def mark_collection(
    gradebook: Gradebook,
    collection: Collection,
    exams: Sequence[Exam],
    sheets: Path | None,
    number: int,
) -> Marked:
    """Mark the sealed answers of run `number`, and write scores and answer sheets.

    The last answers of each student count, which may be from another run. Answers that cannot be
    marked become problems of the collection and do not affect other students. Raises
    GradebookError, and UsageError if sheets cannot be written.
    """
    known = {exam.id: exam for exam in exams}
    marked = Marked({exam.id: {} for exam in exams})
    people: dict[str, tuple[Student, bool]] = {}
    intakes: list[Intake] = []
    marks: list[ExamMark] = []
    for sealed in collection.sealed:
        try:
            with deadline(sealed.origin):
                content = sealed.read()
                document = _parsed(content)
            exam = known.get(str(document["paper"]["exam"]))
            if exam is None:
                marked.unknown[clean(str(document["paper"]["exam"]))[:80]] += 1
                continue
            mark = mark_exam(exam, document, _called(document, sealed.student))
        except LearncnnError as error:
            collection.problems.append(Problem(sealed.origin, error.message))
            continue
        except RecursionError as error:
            collection.problems.append(Problem(sealed.origin, Message(str(error))))
            continue
        scored = {"score": float(mark.points), "max_score": float(mark.total)}
        intakes.append(
            exam_intake(sealed, content, course=gradebook.course, exam=exam.id, **scored)
        )
        marks.append(mark)
        people[sealed.student.id] = (sealed.student, collection.rostered and sealed.listed)
    with gradebook.writing() as connection:
        writes.write_students(connection, gradebook.course, people.values())
        ids, counted = write_exam_answers(connection, gradebook.course, intakes, number)
    made = dict(zip(ids, marks, strict=True))
    for (student, exam_id), id in counted.items():
        if id in made:
            marked.marks[exam_id][student] = made[id]
        else:
            marked.older.setdefault(exam_id, []).append(student)
    if sheets is not None:
        _write_sheets(marked, sheets)
    return marked


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
        if not isinstance(document["paper"]["exam"], str):
            raise TypeError("no exam")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SubmissionError("exam", "not_sealed") from error
    found: Mapping[str, Any] = document
    return found


def _called(document: Mapping[str, Any], student: Student) -> str:
    """Return the student's name on the paper if it is a known id of the student; else the id."""
    called = document["paper"].get("student")
    names = {student.id, student.email, *(value for _, value in student.values())} - {""}
    return called if isinstance(called, str) and called in names else student.id


def _write_sheets(marked: Marked, folder: Path) -> None:
    from .answer_sheets import answer_sheet  # needs the package for pages

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for exam, marks in marked.marks.items():
            for student, mark in marks.items():
                write_aside(folder / f"{exam}.{safe_name(student)}.html", answer_sheet(mark))
    except OSError as error:
        reason = error.strerror
        raise UsageError("workspace", "unwritable", path=folder, reason=reason) from error


def exam_json(marked: Marked) -> dict[str, Any]:
    """Return the marks as plain data: exam → student → [points, maximum]."""
    return {
        exam: {student: [mark.points, mark.total] for student, mark in sorted(marks.items())}
        for exam, marks in marked.marks.items()
    }


def exam_lines(marked: Marked, collection: Collection, sheets: Path | None) -> list[str]:
    """Return lines of text on the marks, and on students of the roster without answers."""
    lines = []
    students = collection.roster.students if collection.roster else ()
    for exam, marks in marked.marks.items():
        total = max((mark.total for mark in marks.values()), default=0)
        mean = sum(mark.points for mark in marks.values()) / len(marks) if marks else 0
        key = "marked" if marks else "none_marked"
        lines.append(say("exam", key, exam=exam, count=len(marks), mean=f"{mean:.1f}", total=total))
        older = sorted(marked.older.get(exam, ()))
        sat = {*marks, *older}
        missing = [one for one in students if collection.head(one) not in sat]
        if missing:
            names = listed(f"{one.id} ({one.name})" if one.name else one.id for one in missing)
            lines.append(say("exam", "missing", count=len(missing), names=clean(names)))
        if older:
            lines.append(say("exam", "older", count=len(older), names=listed(older[:8])))
    if sheets is not None:
        lines.append(say("exam", "sheets", path=sheets))
    lines += [
        say("exam", "unmarked", exam=clean(exam), count=count, file=pasted(f"{exam}.toml"))
        for exam, count in marked.unknown.items()
    ]
    return lines
