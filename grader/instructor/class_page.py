"""Implement `report`: write the class page with grades, weeks, students in need, and mistakes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..errors import UsageError
from ..files.writing import write_aside
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.grades import StudentGrades
from ..gradebook.queries import grades_of, rubric_of
from ..gradebook.statistics import ExercisePicture, class_picture
from ..gradebook.term_figures import has_times, needing_help, sections_of, weeks_of
from ..i18n.texts import say
from ..quiz.exams.exam import Exam, load_exam
from ..render.pages.chart import WIDE, histogram
from ..render.pages.class_charts import Column, WeekBar, results_by_exercise, trend
from ..render.pages.document import page
from ..render.pages.points_view import points_text
from .class_rows import (
    Person,
    exercise_card,
    help_row,
    mistake_rows,
    percent,
    section_row,
    student_row,
)
from .feedback_pages import INDEX, file_names
from .grade_notes import grade_notes
from .question_rows import question_tables

if TYPE_CHECKING:
    from ..terminal.app import App

#: Maximum number of rows of a list that are visible at first; the others are folded.
OPEN = 15


@dataclass(frozen=True)
class ClassRequest:
    """The contents of the class page, and the path to which it is written."""

    out: Path
    exercises: tuple[str, ...] = ()
    #: The folder with the students' pages, to which names link.
    pages: Path | None = None
    #: Exams for whose questions statistics are shown.
    exams: tuple[str, ...] = ()


def run_report(app: App, place: str | None, course: str, request: ClassRequest) -> int:
    """Write the class page. Raises UsageError, GradebookError."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in request.exercises]
    exams = [load_exam(Path(path)) for path in request.exams]
    if request.pages is not None and not request.pages.is_dir():
        command = f"learncnn gradebook feedback {request.pages}"
        raise UsageError("report", "no_pages", folder=request.pages, command=command)
    gradebook = open_gradebook(place, course=course)
    try:
        text = class_page(gradebook, ids, links=_Links(request.out, request.pages), exams=exams)
    finally:
        gradebook.close()
    try:
        write_aside(request.out, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=request.out, reason=reason) from error
    app.note(say("page", "written", path=request.out))
    return 0


@dataclass(frozen=True)
class _Links:
    """The location of students' pages relative to the class page."""

    out: Path
    pages: Path | None

    def to(self, name: str) -> str:
        """Return the relative URL of a page; empty if the page does not exist."""
        if self.pages is None or not (self.pages / name).is_file():
            return ""
        here = os.path.relpath(self.pages / name, self.out.absolute().parent)
        return quote(Path(here).as_posix())


def class_page(
    gradebook: Gradebook,
    exercises: Sequence[str] = (),
    *,
    links: _Links | None = None,
    exams: Sequence[Exam] = (),
) -> str:
    """Return the class page as HTML. Raises UsageError if there are no students or exercises."""
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
    everyone = grades_of(gradebook, rubric=rubric, exercises=exercises)
    if not everyone or not everyone[0].grades:
        raise UsageError("exchange", "nothing")
    catalog = load_catalog()
    infos = [catalog.exercises[id] for id in everyone[0].grades]
    pictures = class_picture(gradebook, everyone)
    weight = rubric.quiz_weight
    shares = [s for student in everyone if (s := student.share(weight)) is not None]
    people = _people(everyone, links)
    helped = needing_help(everyone, weight)
    students = {student.id: student for student in everyone}
    mistakes = mistake_rows(infos, pictures, people)
    quizzes = sorted({quiz for student in everyone for quiz in student.quizzes})
    weeks = weeks_of(everyone)
    return page(
        "class.html.j2",
        say("report", "title", course=gradebook.course),
        script="class_table.js",
        tiles=_tiles(everyone, infos, shares, len(helped)),
        notes=grade_notes(everyone),
        index=links.to(INDEX) if links else "",
        distribution=histogram(shares, WIDE),
        results=results_by_exercise(_columns(everyone, infos, pictures)),
        trend=trend([WeekBar(f"{w.monday:%m-%d}", w.students, w.share) for w in weeks])
        if len(weeks) > 1
        else "",
        timed=has_times(everyone),
        sections=[section_row(section) for section in sections_of(everyone, weight, helped)],
        help=[help_row(each, people[each.student], students[each.student], weight)
              for each in helped],
        mistakes=mistakes,
        open=OPEN,
        cards=[exercise_card(info, pictures[info.id]) for info in infos],
        questions=question_tables(gradebook, exams),
        students=[student_row(s, people[s.id], quizzes, weight) for s in everyone],
        sectioned=len({student.section for student in everyone}) > 1,
        exercises=[(info.id, title_of(info)) for info in infos],
        quizzes=quizzes,
        possible=[points_text(rubric.possible(info)) for info in infos],
        quiz_possible=[points_text(_most(everyone, quiz)) for quiz in quizzes],
        means=[percent(mean(p) if (p := pictures[info.id].shares) else None) for info in infos],
        quiz_means=[_quiz_mean(everyone, quiz) for quiz in quizzes],
        mean=percent(mean(shares) if shares else None),
    )  # fmt: skip


def _people(everyone: Sequence[StudentGrades], links: _Links | None) -> dict[str, Person]:
    names = file_names(everyone)
    return {
        student.id: Person(
            student.id,
            student.name if student.name != student.id else "",
            links.to(name) if links else "",
        )
        for student, name in zip(everyone, names, strict=True)
    }


def _tiles(
    everyone: Sequence[StudentGrades],
    infos: Sequence[ExerciseInfo],
    shares: Sequence[float],
    helped: int,
) -> list[tuple[str, str]]:
    """Return the key figures of the class as (label, number)."""
    grades = [g for student in everyone for g in student.grades.values() if not g.is_open]
    done = sum(grade.status != "missing" for grade in grades)
    return [
        (say("report", "students"), str(len(everyone))),
        (say("report", "exercises"), str(len(infos))),
        (say("report", "mean_grade"), percent(mean(shares) if shares else None)),
        (say("report", "median_grade"), percent(median(shares) if shares else None)),
        (say("report", "handed_in"), percent(done / len(grades) if grades else None)),
        (say("report", "need_help"), str(helped)),
    ]


def _columns(
    everyone: Sequence[StudentGrades],
    infos: Sequence[ExerciseInfo],
    pictures: Mapping[str, ExercisePicture],
) -> list[Column]:
    return [
        Column(info.id, pictures[info.id].shares, len(everyone) - len(pictures[info.id].shares))
        for info in infos
    ]


def _most(everyone: Sequence[StudentGrades], quiz: str) -> float:
    return max(student.quizzes[quiz][1] for student in everyone if quiz in student.quizzes)


def _quiz_mean(everyone: Sequence[StudentGrades], quiz: str) -> str:
    found = [s.quizzes[quiz] for s in everyone if quiz in s.quizzes]
    return percent(mean(score / most for score, most in found if most) if found else None)
