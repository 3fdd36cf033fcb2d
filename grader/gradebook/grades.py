"""Compute grades from attempts, overrides and the rubric, without reading the database.

A missing or unfinished result is a separate status: neither 0 points nor a success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Literal

from ..course.catalog import ExerciseInfo
from ..errors import NO_MESSAGE, Message
from ..grading.points import scale_of
from ..submissions.order import Moment
from .attempt_guesses import is_guessed
from .due_times import Extension
from .records import Tallies
from .rubric import MissingPolicy, Rubric

if TYPE_CHECKING:
    from .comments import Comment

#: State of the report on a stub that was not begun, which does not count as handed in.
NOT_STARTED = "not_started"

Status = Literal["graded", "missing", "ungraded", "unreadable", "excused"]


@dataclass(frozen=True)
class Attempt:
    """One submission of a student for an exercise, with the data that its grade needs."""

    submission: str
    filename: str
    submitted_at: datetime | None
    late: bool
    #: The report that counts, its state and tallies; empty without one.
    report: str = ""
    state: str = ""
    tallies: Tallies = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    key_digest: str = ""
    #: Sandbox layers that were missing when the report was made.
    missing_layers: tuple[str, ...] = ()
    #: Why there is no report.
    problem: Message = NO_MESSAGE
    fault: Message = NO_MESSAGE
    #: Hash of the file handed in, and what is known about its time.
    content: str = ""
    moment: Moment | None = None

    @property
    def is_stub(self) -> bool:
        """Return whether it is a stub that was not begun, so that nothing was handed in.

        Attempts that an earlier version counted still count.
        """
        kept = self.moment is not None and self.moment.kept is not None
        return self.state == NOT_STARTED and not kept


@dataclass(frozen=True)
class Override:
    """Points that a person set instead of the graded ones, and why."""

    points: float | None
    excused: bool
    reason: str
    author: str
    made_at: str


@dataclass(frozen=True)
class Grade:
    """A student's grade for one exercise, with everything that it is based on."""

    student: str
    exercise: str
    status: Status
    #: The points that count; None if there is no number yet.
    points: float | None
    possible: float
    #: Points before lateness, and the points deducted for it.
    won: float | None = None
    days_late: int = 0
    penalty: float = 0.0
    #: Points by function, before lateness.
    functions: Mapping[str, float] = field(default_factory=dict)
    attempt: Attempt | None = None
    #: Number of the counted attempt (from 1), and the number of attempts.
    number: int = 0
    attempts: int = 0
    override: Override | None = None
    #: Whether the counted attempt depends on a guessed order.
    guessed: bool = False
    #: When it is due for this student; None if the rubric sets no due time.
    due: datetime | None = None
    extension: Extension | None = None
    #: Whether nothing was handed in and the exercise is not due yet.
    is_open: bool = False
    #: Everything that was handed in, first to last, and each attempt that could count as graded.
    handed_in: tuple[Attempt, ...] = ()
    tried: tuple[Grade, ...] = ()
    #: Comments on it, in order.
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class StudentGrades:
    """A student and all their grades."""

    id: str
    name: str
    email: str
    section: str
    listed: bool
    ids: Mapping[str, str]
    grades: Mapping[str, Grade]
    #: Exercises that a drop rule leaves out.
    dropped: frozenset[str] = frozenset()
    #: Share of the points of all quizzes, between 0 and 1; None without quizzes.
    quiz: float | None = None
    #: Quiz → (score, maximum score).
    quizzes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    #: Further (kind, value) pairs by which other systems know the student.
    also: tuple[tuple[str, str], ...] = ()
    #: How missing exercises count.
    missing: MissingPolicy = "zero"

    @property
    def points(self) -> float:
        """Return the sum of the points that count."""
        return sum(g.points or 0.0 for g in self._counting())

    @property
    def possible(self) -> float:
        """Return the maximum points of the exercises that count."""
        return sum(g.possible for g in self._counting())

    def _counting(self) -> list[Grade]:
        return [
            grade
            for id, grade in self.grades.items()
            if id not in self.dropped and counts(grade, self.missing)
        ]

    def share(self, quiz_weight: float) -> float | None:
        """Return the course grade between 0 and 1.

        Exercises and quizzes count by their weights; if a student has only one of the two, it
        counts for both. None if nothing counts, or while a hand-in is not graded, because the
        student must not lose points through a delay of the grader.
        """
        counting = self._counting()
        if any(grade.status == "ungraded" for grade in counting):
            return None
        done = self.points / self.possible if self.possible else None
        if not quiz_weight or self.quiz is None:
            return done
        if done is None:
            return self.quiz
        return done * (1 - quiz_weight) + self.quiz * quiz_weight


def grade_of(
    rubric: Rubric,
    info: ExerciseInfo,
    student: str,
    attempts: Sequence[Attempt],
    override: Override | None = None,
    extension: Extension | None = None,
    now: datetime | None = None,
) -> Grade:
    """Return a student's grade for one exercise from the attempts, first to last.

    `now` decides whether missing work is due already; by default the current time.
    """
    of_class = rubric.due.get(info.id)
    due = extension.due(of_class) if extension else of_class
    grade = _without_due(rubric, info, student, attempts, override, extension, due)
    is_open = (
        grade.status == "missing" and due is not None and (now or datetime.now(timezone.utc)) <= due
    )
    return replace(grade, due=due, extension=extension, is_open=is_open)


def _without_due(
    rubric: Rubric,
    info: ExerciseInfo,
    student: str,
    attempts: Sequence[Attempt],
    override: Override | None,
    extension: Extension | None,
    due: datetime | None,
) -> Grade:
    possible = rubric.possible(info)
    if override is not None and override.excused:
        return Grade(
            student, info.id, "excused", None, possible, attempts=len(attempts), override=override
        )
    days_late = partial(_days_late, rubric, due, extended=extension is not None)
    counted = list(attempts if rubric.limit is None else attempts[: rubric.limit])
    graded = [
        _of_attempt(rubric, info, student, attempt, number, days_late(attempt))
        for number, attempt in enumerate(counted, 1)
        if attempt.report
    ]
    if graded:
        chosen = _choice(rubric, graded)
        # If the last attempt counts and is not graded yet, the grade is still open.
        if rubric.count == "last" and not counted[-1].report and not counted[-1].problem:
            chosen = Grade(student, info.id, "ungraded", None, possible)
    elif not attempts:
        chosen = Grade(student, info.id, "missing", None, possible)
    else:
        unread = all(attempt.problem for attempt in attempts)
        status: Status = "unreadable" if unread else "ungraded"
        chosen = Grade(student, info.id, status, None, possible, attempt=attempts[-1])
    guessed = is_guessed(rubric, attempts)
    chosen = replace(
        chosen,
        attempts=len(attempts),
        guessed=guessed,
        handed_in=tuple(attempts),
        tried=tuple(graded),
    )
    if override is not None and override.points is not None:
        return replace(chosen, status="graded", points=override.points, override=override)
    return chosen


def _of_attempt(
    rubric: Rubric, info: ExerciseInfo, student: str, attempt: Attempt, number: int, days: int
) -> Grade:
    functions = rubric.points(info, attempt.tallies)
    won = sum(functions.values())
    penalty = round(won * rubric.late.share_lost(days), 4)
    return Grade(
        student,
        info.id,
        "graded",
        round(won - penalty, 4),
        rubric.possible(info),
        round(won, 4),
        days,
        penalty,
        functions,
        attempt,
        number,
    )


def _days_late(rubric: Rubric, due: datetime | None, attempt: Attempt, *, extended: bool) -> int:
    """Return how many days an attempt is late, by its time in the LMS or else the LMS's late mark.

    A mark counts as one day; it is ignored for a student with an extension, because it refers to
    the due time of the class.
    """
    if due is not None and attempt.submitted_at is not None:
        return rubric.late.days(due, attempt.submitted_at)
    return 1 if attempt.late and not extended else 0


def _choice(rubric: Rubric, graded: Sequence[Grade]) -> Grade:
    if rubric.count == "first":
        return graded[0]
    if rubric.count == "last":
        return graded[-1]
    return max(graded, key=lambda grade: grade.points or 0.0)


def counts(grade: Grade, missing: MissingPolicy) -> bool:
    """Return whether a grade can count; excused work and missing work before its due time cannot.

    Other missing work counts only if the rubric counts it as 0.
    """
    if grade.status == "missing":
        return missing == "zero" and not grade.is_open
    return grade.status != "excused"


def mixed_scales(everyone: Sequence[StudentGrades]) -> tuple[str, ...]:
    """Return the exercises whose grades follow from reports of different scales.

    A scale says how cases become points (see `scale_of`). Such grades are not comparable until the
    older ones are graded again.
    """
    found: dict[str, set[int]] = {}
    for student in everyone:
        for id, grade in student.grades.items():
            if grade.attempt and grade.attempt.tallies and not grade.override:
                scales = found.setdefault(id, set())
                scales.add(scale_of(grade.attempt.tallies.values()))
    return tuple(id for id, scales in found.items() if len(scales) > 1)
