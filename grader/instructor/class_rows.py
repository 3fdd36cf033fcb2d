"""Build the parts of the class page: people, mistakes, exercises with hard cases, sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..course.catalog import ExerciseInfo, title_of
from ..course.exercise_texts import exercise_texts
from ..course.promises import PROMISES
from ..gradebook.grades import Grade, StudentGrades
from ..gradebook.item_statistics import WEAK
from ..gradebook.statistics import CaseCount, ExercisePicture
from ..gradebook.term_figures import NeedsHelp, SectionFigures
from ..i18n.texts import say
from ..render.pages.chart import histogram, share_bar
from ..render.pages.class_charts import mistake_strip, quarters_strip, shade
from .gradebook_screen import cells_of

#: Maximum number of an exercise's hard cases that are visible at first; the others are folded.
CASES = 6
STATES = ("passed", "failed", "forbidden", "limit", "not_loaded", "not_started")
STATEMENTS = ("exact", "partial", "condition", "library", "unexplained")
STATUSES = ("missing", "ungraded", "unreadable", "excused")


@dataclass(frozen=True)
class Bar:
    """A part of a whole, as a picture and as text."""

    picture: Markup
    said: str


@dataclass(frozen=True)
class Person:
    """A student as named on the page; `href` is empty if the student has no page."""

    id: str
    name: str
    href: str = ""


@dataclass(frozen=True)
class MistakeOf:
    """The students with a mistake in one exercise."""

    exercise: str
    of: int
    students: Sequence[Person]
    discrimination: str


@dataclass(frozen=True)
class MistakeRow:
    """A misconception in all exercises: its description, and the students who have it."""

    code: str
    bar: Bar
    strip: Markup
    sentence: str
    exercises: Sequence[MistakeOf]


@dataclass(frozen=True)
class CaseRow:
    """A case that students failed."""

    function: str
    title: str
    bar: Bar
    discrimination: str
    #: Whether its discrimination is so low that it should be reviewed.
    odd: bool


@dataclass(frozen=True)
class ExerciseCard:
    """One exercise."""

    id: str
    title: str
    chart: Markup
    #: (label, number) of states, statements, promises, attempts and time.
    facts: Sequence[tuple[str, str]]
    #: The hardest failed cases, and all others.
    cases: Sequence[CaseRow]
    other_cases: Sequence[CaseRow]


@dataclass(frozen=True)
class StudentRow:
    """One student: cells as (text, shade)."""

    person: Person
    section: str
    cells: Sequence[tuple[str, str]]
    quizzes: Sequence[str]
    share: str


@dataclass(frozen=True)
class SectionRow:
    """One section, as numbers and as a picture."""

    name: str
    #: The section as named in the rows of the students; empty for students without one.
    key: str
    students: int
    mean: str
    median: str
    picture: Markup
    handed_in: str
    help: int


@dataclass(frozen=True)
class HelpRow:
    """A student who needs help, and the reasons as sentences."""

    person: Person
    section: str
    share: str
    reasons: Sequence[str]


def percent(share: float | None) -> str:
    """Return a share as a whole percentage; a dash for None."""
    return "–" if share is None else f"{share:.0%}"


def discrimination_text(value: float | None) -> str:
    """Return a correlation with a sign and two decimals; a dash for None."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


def student_row(
    student: StudentGrades, person: Person, quizzes: Sequence[str], weight: float
) -> StudentRow:
    """Return a student's row in the table of students and exercises."""
    texts = cells_of(student)
    cells = [(texts[id], _shade(grade)) for id, grade in student.grades.items()]
    share = student.share(weight)
    scores = [_score(student.quizzes.get(quiz)) for quiz in quizzes]
    return StudentRow(
        person, student.section, cells, scores, "" if share is None else percent(share)
    )


def _score(score: tuple[float, float] | None) -> str:
    return "–" if score is None else f"{round(score[0], 2):g}"


def _shade(grade: Grade) -> str:
    if grade.points is None or not grade.possible:
        return ""
    return f"l{shade(grade.points / grade.possible)}"


def mistake_rows(
    infos: Sequence[ExerciseInfo],
    pictures: Mapping[str, ExercisePicture],
    people: Mapping[str, Person],
) -> list[MistakeRow]:
    """Return all misconceptions in the course, those of most students first."""
    by_code: dict[str, list[MistakeOf]] = {}
    for info in infos:
        for found in pictures[info.id].codes:
            students = [people[id] for id in found.students]
            shown = discrimination_text(found.discrimination)
            here = MistakeOf(info.id, pictures[info.id].graded, students, shown)
            by_code.setdefault(found.code, []).append(here)
    known = {info.id: info for info in infos}
    rows = []
    for code, places in by_code.items():
        counts = {info.id: (0, 0) for info in infos}
        counts |= {each.exercise: (len(each.students), each.of) for each in places}
        having = len({person.id for each in places for person in each.students})
        most = max(places, key=lambda each: len(each.students))
        sentence = exercise_texts(known[most.exercise]).misconception(code)
        rows.append((-having, code, counts, places, sentence))
    rows.sort(key=lambda row: row[:2])
    return [
        MistakeRow(code, bar_of(-count, len(people)), mistake_strip(counts), sentence, places)
        for count, code, counts, places, sentence in rows
    ]


def exercise_card(info: ExerciseInfo, picture: ExercisePicture) -> ExerciseCard:
    """Return the card of one exercise."""
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
    cases = [_case(info, case) for case in picture.cases]
    chart = histogram(picture.shares)
    return ExerciseCard(info.id, title_of(info), chart, facts, cases[:CASES], cases[CASES:])


def _case(info: ExerciseInfo, case: CaseCount) -> CaseRow:
    title = say("check", "case.public")
    if not case.public:
        title = exercise_texts(info).case_title(case.title)
    value = case.discrimination
    odd = value is not None and value < WEAK
    return CaseRow(
        case.function, title, bar_of(case.failed, case.of), discrimination_text(value), odd
    )


def section_row(section: SectionFigures) -> SectionRow:
    """Return a section's row."""
    return SectionRow(
        section.name or say("report", "no_section"),
        section.name,
        section.students,
        percent(section.mean),
        percent(section.quarters[2] if section.quarters else None),
        quarters_strip(section.quarters),
        percent(section.handed_in),
        section.help,
    )


def help_row(found: NeedsHelp, person: Person, student: StudentGrades, weight: float) -> HelpRow:
    """Return a student's row in the list of those who need help."""
    reasons = []
    for reason, values in found.reasons:
        key = "stopped_at_once" if reason == "stopped" and not values["last"] else reason
        reasons.append(say("report", f"help.{key}", **values))
    return HelpRow(person, student.section, percent(student.share(weight)), reasons)


def bar_of(part: int, of: int) -> Bar:
    """Return a part of a whole as a picture and as text."""
    return Bar(share_bar(part / of if of else 0.0), say("report", "of", part=part, of=of))
