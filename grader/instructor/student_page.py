"""Build a student's page: points and their basis, comments, and a report on each exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..course.exercise_texts import exercise_texts
from ..gradebook.comments import Comment
from ..gradebook.connection import Gradebook
from ..gradebook.grades import Grade, StudentGrades
from ..gradebook.queries import report_documents
from ..gradebook.rubric import Rubric
from ..gradebook.sources import sources_of
from ..grading.report import Report
from ..grading.report_reading import report_of
from ..i18n.texts import say, worded
from ..render.pages.code_view import CodeLine, LineComment, code_lines
from ..render.pages.document import page
from ..render.pages.points_view import percent_text, points_text
from ..render.pages.report_view import Paid, ReportView, report_view
from ..render.place import line_place
from ..submissions.submission import Submission
from .grade_notes import without
from .points_ledger import (
    LedgerRow,
    TriedRow,
    course_ledger,
    ledger_of,
    tried_rows,
    tried_rule,
    uncounted,
)


@dataclass(frozen=True)
class CommentView:
    """An instructor's comment on an exercise, or on a line of a hand-in."""

    author: str
    date: str
    text: str
    place: str = ""


@dataclass(frozen=True)
class GradeView:
    """One exercise on a student's page."""

    id: str
    title: str
    #: State of the counted report, or the grade's status without one; `decided` for an override.
    state: str
    said: str
    #: Empty if the grade has no points.
    points: str
    possible: str
    #: Remarks on the points: attempts, lateness, an override, a due time.
    remarks: Sequence[str]
    problem: str
    report: ReportView | None
    comments: Sequence[CommentView]
    ledger: Sequence[LedgerRow]
    tried: Sequence[TriedRow]

    @property
    def has_section(self) -> bool:
        """Return whether there is more to show than fits in the table of grades."""
        return bool(self.report or self.comments or self.ledger)


@dataclass(frozen=True)
class StudentView:
    """The contents of a student's page."""

    heading: str
    course: str
    points: str
    possible: str
    quiz: str
    share: str
    grades: Sequence[GradeView]
    ledger: Sequence[LedgerRow]
    tried_rule: str


def student_page(gradebook: Gradebook, rubric: Rubric, student: StudentGrades) -> str:
    """Return one student's page as HTML. Raises GradebookError."""
    view = _student(gradebook, rubric, student)
    return page("student.html.j2", view.heading, student=view)


def _student(gradebook: Gradebook, rubric: Rubric, student: StudentGrades) -> StudentView:
    reported = [g.attempt for g in student.grades.values() if g.attempt and g.attempt.report]
    documents = dict(report_documents(gradebook, sorted({a.report for a in reported})))
    sources = sources_of(gradebook, sorted({a.submission for a in reported}))
    grades = []
    for grade in student.grades.values():
        found = None
        if grade.attempt and grade.attempt.report:
            found = report_of(documents[grade.attempt.report])
        source = sources.get(grade.attempt.submission) if grade.attempt else None
        grades.append(_grade(rubric, student, grade, found, source))
    share = student.share(rubric.quiz_weight)
    return StudentView(
        f"{student.name} ({student.id})" if student.name not in ("", student.id) else student.id,
        gradebook.course,
        points_text(student.points),
        points_text(student.possible),
        "" if student.quiz is None else percent_text(student.quiz),
        "" if share is None else percent_text(share),
        grades,
        course_ledger(student, rubric),
        tried_rule(rubric),
    )


def _grade(
    rubric: Rubric,
    student: StudentGrades,
    grade: Grade,
    found: Report | None,
    source: Submission | None,
) -> GradeView:
    info = load_catalog().exercises[grade.exercise]
    report = None
    if found is not None and grade.attempt:
        most = rubric.points(info, {name: {"values": (1, 1)} for name in info.functions})
        paid = Paid(grade.attempt.tallies, grade.functions, most, rubric.groups)
        code = _code(info, grade, found, source) if source else []
        report = report_view(found, info, paid, code)
    state, said = _state(grade, report)
    return GradeView(
        info.id,
        title_of(info),
        state,
        said,
        "" if grade.points is None else points_text(grade.points),
        points_text(grade.possible),
        _remarks(rubric, student, grade),
        worded(grade.attempt.problem) if grade.attempt and grade.status == "unreadable" else "",
        report,
        [_comment(comment, grade) for comment in grade.comments],
        ledger_of(grade, rubric),
        tried_rows(grade, rubric),
    )


def _state(grade: Grade, report: ReportView | None) -> tuple[str, str]:
    """Return the state after any decision, or else that of the report, with its wording."""
    if grade.status == "excused":
        return "excused", say("show", "status.excused")
    if grade.override:
        return "decided", say("feedback", "by_hand")
    if report:
        return report.state, say("check", f"state.{report.state}")
    if grade.is_open:
        return "open", say("feedback", "not_due")
    return grade.status, say("show", f"status.{grade.status}")


def _code(info: ExerciseInfo, grade: Grade, report: Report, source: Submission) -> list[CodeLine]:
    here = [
        LineComment(comment.text, comment.author, comment.line, comment.cell or 0)
        for comment in grade.comments
        if comment.line and grade.attempt and comment.submission == grade.attempt.submission
    ]
    return code_lines(source.source, source.cells, report, exercise_texts(info), here)


def _comment(comment: Comment, grade: Grade) -> CommentView:
    place = ""
    if comment.line:
        place = line_place(comment.line, comment.cell or 0)
        if grade.attempt and comment.submission != grade.attempt.submission:
            place = say("feedback", "other_attempt", place=place)
    return CommentView(comment.author, comment.made_at[:10], comment.text, place)


def _remarks(rubric: Rubric, student: StudentGrades, grade: Grade) -> list[str]:
    remarks = []
    if grade.number and grade.attempts > 1 and not grade.override:
        remarks.append(say("show", "counted", number=grade.number, attempts=grade.attempts))
    if layers := without(grade):
        remarks.append(say("show", "without", layers=layers))
    if grade.days_late and not grade.override:
        remarks.append(say("show", "late", days=grade.days_late, lost=points_text(grade.penalty)))
    if grade.override:
        remarks.append(say("exchange", "by_hand", reason=grade.override.reason))
    if grade.extension and (when := rubric.due_shown(grade.exercise, grade.extension)):
        said = say("decisions", "due_extended", when=when)
        reason = grade.extension.reason
        remarks.append(say("decisions", "because", said=said, reason=reason) if reason else said)
    elif grade.is_open and grade.due:
        remarks.append(say("decisions", "due", when=rubric.time_shown(grade.due)))
    if why := uncounted(student, grade):
        remarks.append(why)
    return remarks
