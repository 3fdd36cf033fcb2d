"""Write JUnit XML of a class: one suite per student, one test case per exercise."""

from __future__ import annotations

from datetime import datetime

from ..course.catalog import ExerciseInfo
from ..files.junit import JunitFile, JunitSuite, Result
from ..gradebook.grades import Grade
from ..i18n.texts import worded
from .export_data import Class, Written
from .feedback_line import feedback_line


def gradebook_junit(found: Class, when: datetime | None = None) -> Written:
    """Return the grades of a class as JUnit XML.

    Work that did not pass is a failure; files that cannot be read or loaded are errors; all other
    exercises without points are skipped.
    """
    document = JunitFile(found.course, when)
    for student in found.students:
        share = student.share(found.rubric.quiz_weight)
        properties = {
            "name": student.name,
            "points": f"{student.points:g}",
            "possible": f"{student.possible:g}",
            "share": "" if share is None else f"{share:.4f}",
        }
        suite = document.suite(student.id, properties)
        for info in found.exercises:
            _add_case(suite, student.id, info, student.grades[info.id])
    return Written(document.text())


def _add_case(suite: JunitSuite, student: str, info: ExerciseInfo, grade: Grade) -> None:
    state = grade.attempt.state if grade.attempt else ""
    properties = {
        "points": "" if grade.points is None else f"{grade.points:g}",
        "possible": f"{grade.possible:g}",
        "status": grade.status,
    }
    problem = grade.attempt.problem if grade.attempt else None
    suite.case(
        student,
        info.folder,
        _result(grade, state),
        feedback_line(info, grade),
        state or grade.status,
        properties,
        worded(problem) if problem else "",
    )


def _result(grade: Grade, state: str) -> Result:
    if grade.points is None:
        return "error" if grade.status == "unreadable" else "skipped"
    if state == "not_loaded":
        return "error"
    passed = grade.points >= grade.possible if grade.override else state == "passed"
    return "passed" if passed else "failure"
