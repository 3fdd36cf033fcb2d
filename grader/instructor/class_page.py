"""`report`: the class on a page — grades, distributions, misconceptions, the hardest cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..course.exercise_texts import exercise_texts
from ..course.promises import PROMISES
from ..errors import UsageError
from ..files.writing import write_aside
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.grades import Grade, StudentGrades
from ..gradebook.queries import grades_of, rubric_of
from ..gradebook.statistics import CaseCount, ExercisePicture, class_picture
from ..i18n.texts import say
from ..render.pages.chart import histogram, share_bar
from ..render.pages.document import page
from ..render.pages.points_view import points_text
from .gradebook_screen import cells_of
from .scales import mixed_notes

if TYPE_CHECKING:
    from ..terminal.app import App

#: So many misconceptions of the course are listed, and so many cases of an exercise.
CODES, CASES = 40, 6
#: From which share of the points on a cell has which shade.
SHADES = (0.25, 0.5, 0.75, 1.0)
STATES = ("passed", "failed", "forbidden", "limit", "not_loaded", "not_started")
STATEMENTS = ("exact", "partial", "condition", "library", "unexplained")
STATUSES = ("missing", "ungraded", "unreadable", "excused")


@dataclass(frozen=True)
class Bar:
    """So many of so many, drawn and said."""

    picture: Markup
    said: str


@dataclass(frozen=True)
class CodeRow:
    """A misconception of an exercise."""

    code: str
    exercise: str
    bar: Bar
    sentence: str


@dataclass(frozen=True)
class CaseRow:
    """A hard case."""

    function: str
    title: str
    bar: Bar


@dataclass(frozen=True)
class ExerciseCard:
    """One exercise."""

    id: str
    title: str
    chart: Markup
    #: (name, number) of states, attempts, time.
    facts: Sequence[tuple[str, str]]
    cases: Sequence[CaseRow]


@dataclass(frozen=True)
class StudentRow:
    """One student: cells as (text, shade)."""

    id: str
    name: str
    cells: Sequence[tuple[str, str]]
    share: str


def run_report(
    app: App, place: str | None, course: str, out: Path, exercises: Sequence[str]
) -> int:
    """Write the class page. Raises UsageError, GradebookError."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in exercises]
    gradebook = open_gradebook(place, course=course)
    try:
        text = class_page(gradebook, ids)
    finally:
        gradebook.close()
    try:
        write_aside(out, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=out, reason=reason) from error
    app.note(say("page", "written", path=out))
    return 0


def class_page(gradebook: Gradebook, exercises: Sequence[str] = ()) -> str:
    """The page of a course. Raises UsageError where nobody is in it."""
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
    everyone = grades_of(gradebook, rubric=rubric, exercises=exercises)
    if not everyone or not everyone[0].grades:
        raise UsageError("exchange", "nothing")
    catalog = load_catalog()
    infos = [catalog.exercises[id] for id in everyone[0].grades]
    pictures = class_picture(gradebook, everyone)
    shares = [s for student in everyone if (s := student.share(rubric.quiz_weight)) is not None]
    codes = _codes(infos, pictures)
    return page(
        "class.html.j2",
        say("report", "title", course=gradebook.course),
        students=[_row(student, infos, rubric.quiz_weight) for student in everyone],
        exercises=[(info.id, title_of(info)) for info in infos],
        possible=[points_text(rubric.possible(info)) for info in infos],
        means=[_mean(pictures[info.id].shares) for info in infos],
        mean=_mean(shares),
        chart=histogram(shares),
        codes=codes[:CODES],
        more_codes=max(0, len(codes) - CODES),
        notes=mixed_notes(everyone),
        cards=[_card(info, pictures[info.id]) for info in infos],
    )


def _row(student: StudentGrades, infos: Sequence[ExerciseInfo], weight: float) -> StudentRow:
    texts = cells_of(student)
    cells = [(texts[info.id], _shade(student.grades[info.id])) for info in infos]
    share = student.share(weight)
    name = student.name if student.name != student.id else ""
    return StudentRow(student.id, name, cells, "" if share is None else f"{share:.0%}")


def _shade(grade: Grade) -> str:
    if grade.points is None or not grade.possible:
        return ""
    share = grade.points / grade.possible
    return f"l{sum(share >= least for least in SHADES)}"


def _mean(shares: Sequence[float]) -> str:
    return f"{sum(shares) / len(shares):.0%}" if shares else "–"


def _codes(infos: Sequence[ExerciseInfo], pictures: Mapping[str, ExercisePicture]) -> list[CodeRow]:
    """All misconceptions of the course, most frequent first."""
    found = [(count, info, code) for info in infos for code, count in pictures[info.id].codes]
    found.sort(key=lambda item: -item[0])
    return [
        CodeRow(
            code,
            info.id,
            _bar(count, pictures[info.id].graded),
            exercise_texts(info).misconception(code),
        )
        for count, info, code in found
    ]


def _card(info: ExerciseInfo, picture: ExercisePicture) -> ExerciseCard:
    facts = [
        (say("check", f"state.{state}"), str(picture.states[state]))
        for state in STATES
        if picture.states.get(state)
    ]
    facts += [
        (say("show", f"status.{status}"), str(picture.without[status]))
        for status in STATUSES
        if picture.without.get(status)
    ]
    facts += [
        (say("report", f"statement.{name}"), str(picture.statements[name]))
        for name in STATEMENTS
        if picture.statements.get(name)
    ]
    facts += [
        (say("report", f"promise.{name}"), str(picture.promises[name]))
        for name in PROMISES
        if picture.promises.get(name)
    ]
    if picture.attempts is not None:
        facts.append((say("report", "attempts"), f"{picture.attempts:g}"))
    if picture.days is not None:
        said = say("report", "days", days=f"{picture.days:.1f}", count=picture.timed)
        facts.append((say("report", "time"), said))
    cases = [_case(info, case) for case in picture.cases[:CASES]]
    return ExerciseCard(info.id, title_of(info), histogram(picture.shares), facts, cases)


def _case(info: ExerciseInfo, case: CaseCount) -> CaseRow:
    title = say("check", "case.public")
    if not case.public:
        title = exercise_texts(info).case_title(case.title)
    return CaseRow(case.function, title, _bar(case.failed, case.of))


def _bar(part: int, of: int) -> Bar:
    return Bar(share_bar(part / of if of else 0.0), say("report", "of", part=part, of=of))
