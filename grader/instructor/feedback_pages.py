"""A page for each student: points, what they follow from, and the report on each exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..errors import UsageError
from ..files.writing import write_aside
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.grades import Grade, StudentGrades
from ..gradebook.queries import grades_of, report_documents, rubric_of
from ..gradebook.rubric import Rubric
from ..grading.report_reading import report_of
from ..i18n.texts import say, worded
from ..render.pages.document import page
from ..render.pages.points_view import points_text
from ..render.pages.report_view import Paid, ReportView, report_view
from .export_command import safe_name

if TYPE_CHECKING:
    from ..terminal.app import App

#: The file that lists the pages.
INDEX = "index.html"


@dataclass(frozen=True)
class GradeView:
    """One exercise of a student's page."""

    id: str
    title: str
    #: Of the counted report, or the grade's status where there is none.
    state: str
    said: str
    #: Empty where there is no number.
    points: str
    possible: str
    #: What the points follow from: attempts, lateness, a decision by hand.
    remarks: Sequence[str]
    problem: str
    report: ReportView | None


@dataclass(frozen=True)
class StudentView:
    """All that a student's page shows."""

    heading: str
    points: str
    possible: str
    quiz: str
    share: str
    grades: Sequence[GradeView]


def run_feedback(
    app: App, place: str | None, course: str, folder: Path, exercises: Sequence[str]
) -> int:
    """Write the pages from what is in the gradebook. Raises UsageError, GradebookError."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in exercises]
    gradebook = open_gradebook(place, course=course)
    try:
        app.note(feedback_line(gradebook, folder, ids))
    finally:
        gradebook.close()
    return 0


def feedback_line(gradebook: Gradebook, folder: Path, exercises: Sequence[str] = ()) -> str:
    """Write every student's page into a folder; returns the sentence that says so."""
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
    everyone = grades_of(gradebook, rubric=rubric, exercises=exercises)
    if not everyone:
        raise UsageError("show", "nobody")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, student in zip(file_names(everyone), everyone, strict=True):
            write_aside(folder / name, student_page(gradebook, rubric, student))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=folder, reason=reason) from error
    return say("feedback", "written", folder=folder, count=len(everyone))


def file_names(everyone: Sequence[StudentGrades]) -> list[str]:
    """A file for each student, also where the file system does not tell `Ann` from `ann`."""
    from hashlib import sha256

    names, taken = [], set()
    for student in everyone:
        name = safe_name(student.id)
        if name.casefold() in taken:
            name = f"{name}-{sha256(student.id.encode()).hexdigest()[:8]}"
        taken.add(name.casefold())
        names.append(f"{name}.html")
    return names


def student_page(gradebook: Gradebook, rubric: Rubric, student: StudentGrades) -> str:
    """One student's page."""
    view = _student(gradebook, rubric, student)
    return page("student.html.j2", view.heading, student=view)


def _student(gradebook: Gradebook, rubric: Rubric, student: StudentGrades) -> StudentView:
    catalog = load_catalog()
    wanted = sorted({g.attempt.report for g in student.grades.values() if _graded(g) and g.attempt})
    documents = dict(report_documents(gradebook, wanted))
    grades = []
    for id, grade in student.grades.items():
        info = catalog.exercises[id]
        report = None
        if _graded(grade) and grade.attempt:
            most = rubric.points(info, {name: {"values": (1, 1)} for name in info.functions})
            found = report_of(documents[grade.attempt.report])
            paid = Paid(grade.attempt.tallies, grade.functions, most, rubric.groups)
            report = report_view(found, info, paid)
        grades.append(_grade(info, grade, report, dropped=id in student.dropped))
    share = student.share(rubric.quiz_weight)
    return StudentView(
        f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id,
        points_text(student.points),
        points_text(student.possible),
        "" if student.quiz is None else f"{student.quiz:.0%}",
        "" if share is None else f"{share:.0%}",
        grades,
    )


def _graded(grade: Grade) -> bool:
    return bool(grade.attempt and grade.attempt.report)


def _grade(
    info: ExerciseInfo, grade: Grade, report: ReportView | None, *, dropped: bool
) -> GradeView:
    state = report.state if report and grade.status != "excused" else grade.status
    said = say("check", f"state.{state}") if report else say("show", f"status.{state}")
    return GradeView(
        info.id,
        title_of(info),
        state,
        said,
        "" if grade.points is None else points_text(grade.points),
        points_text(grade.possible),
        list(_remarks(grade, dropped=dropped)),
        worded(grade.attempt.problem) if grade.attempt and grade.status == "unreadable" else "",
        report,
    )


def _remarks(grade: Grade, *, dropped: bool) -> list[str]:
    remarks = []
    if grade.number and grade.attempts > 1:
        remarks.append(say("show", "counted", number=grade.number, attempts=grade.attempts))
    if grade.days_late:
        remarks.append(say("show", "late", days=grade.days_late, lost=points_text(grade.penalty)))
    if grade.override:
        remarks.append(say("exchange", "by_hand", reason=grade.override.reason))
    if dropped:
        remarks.append(say("feedback", "dropped"))
    return remarks
