"""The grades: what follows from attempts, overrides and the rubric. Nothing is read here.

A missing or unfinished result is a status of its own: never 0 points and never a success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from ..course.catalog import Catalog, ExerciseInfo
from ..errors import NO_MESSAGE, Message
from ..grading.points import CONTRACT
from ..submissions.order import Moment, is_guess
from .records import Tallies
from .rubric import Rubric

#: State of the report on a stub that was not begun; it was not handed in.
NOT_STARTED = "not_started"

Status = Literal["graded", "missing", "ungraded", "unreadable", "excused"]


@dataclass(frozen=True)
class Attempt:
    """One submission of a student for an exercise, as far as its grade needs it."""

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
    #: Why there is no report.
    problem: Message = NO_MESSAGE
    fault: Message = NO_MESSAGE
    #: Names what was handed in, and what is known about when.
    content: str = ""
    moment: Moment | None = None

    @property
    def is_stub(self) -> bool:
        """Whether it is a stub that was not begun, so that nothing was handed in.

        What an earlier version counted keeps counting.
        """
        kept = self.moment is not None and self.moment.kept is not None
        return self.state == NOT_STARTED and not kept


@dataclass(frozen=True)
class Override:
    """What a person put in place of the graded points, and why."""

    points: float | None
    excused: bool
    reason: str
    author: str
    made_at: str


@dataclass(frozen=True)
class Grade:
    """A student's grade for one exercise, with all that it follows from."""

    student: str
    exercise: str
    status: Status
    #: What counts; None where there is no number yet.
    points: float | None
    possible: float
    #: Before lateness, and what lateness cost.
    won: float | None = None
    days_late: int = 0
    penalty: float = 0.0
    #: Points by function, before lateness.
    functions: Mapping[str, float] = field(default_factory=dict)
    attempt: Attempt | None = None
    #: Which attempt counted (1-based) of how many.
    number: int = 0
    attempts: int = 0
    override: Override | None = None
    #: Which attempt counts follows from an order that is a guess.
    guessed: bool = False


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
    #: A fraction of 1; None without any.
    quiz: float | None = None
    #: Each quiz that was taken: (score, of).
    quizzes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    #: Further (kind, value) pairs by which other systems know the student.
    also: tuple[tuple[str, str], ...] = ()

    @property
    def points(self) -> float:
        """The sum over what counts."""
        return sum(g.points or 0.0 for g in self._counting())

    @property
    def possible(self) -> float:
        """The points that could be had in what counts."""
        return sum(g.possible for g in self._counting())

    def _counting(self) -> list[Grade]:
        return [
            grade
            for id, grade in self.grades.items()
            if id not in self.dropped and grade.status != "excused"
        ]

    def share(self, quiz_weight: float) -> float | None:
        """The course grade between 0 and 1; None if nothing has been graded, or not all that was
        handed in: that would count our delay as the student's loss.
        """
        found = {grade.status for grade in self._counting()}
        known = "graded" in found and "ungraded" not in found
        done = self.points / self.possible if known and self.possible else None
        if not quiz_weight:
            return done
        if done is None or self.quiz is None:
            return None
        return done * (1 - quiz_weight) + self.quiz * quiz_weight


def grade_of(
    rubric: Rubric,
    info: ExerciseInfo,
    student: str,
    attempts: Sequence[Attempt],
    override: Override | None = None,
) -> Grade:
    """One grade from its attempts, first to last."""
    possible = rubric.possible(info)
    if override is not None and override.excused:
        return Grade(
            student, info.id, "excused", None, possible, attempts=len(attempts), override=override
        )
    counted = list(attempts if rubric.limit is None else attempts[: rubric.limit])
    graded = [
        _of_attempt(rubric, info, student, attempt, number)
        for number, attempt in enumerate(counted, 1)
        if attempt.report
    ]
    if graded:
        chosen = _choice(rubric, graded)
        # A later attempt that is not graded yet leaves the grade open where the last one counts.
        if rubric.count == "last" and not counted[-1].report and not counted[-1].problem:
            chosen = Grade(student, info.id, "ungraded", None, possible)
    elif not attempts:
        chosen = Grade(student, info.id, "missing", None, possible)
    else:
        unread = all(attempt.problem for attempt in attempts)
        status: Status = "unreadable" if unread else "ungraded"
        chosen = Grade(student, info.id, status, None, possible, attempt=attempts[-1])
    guessed = _is_guessed(rubric, attempts)
    chosen = replace(chosen, attempts=len(attempts), guessed=guessed)
    if override is not None and override.points is not None:
        return replace(chosen, status="graded", points=override.points, override=override)
    return chosen


def _is_guessed(rubric: Rubric, attempts: Sequence[Attempt]) -> bool:
    """Return whether another order that is just as likely would let another attempt count."""
    count = len(attempts)
    limit = count if rubric.limit is None else min(rubric.limit, count)
    pairs = {(i, j) for i in range(limit) for j in range(limit, count)}
    if rubric.count == "first":
        pairs |= {(0, j) for j in range(1, limit)}
    if rubric.count == "last":
        pairs |= {(i, limit - 1) for i in range(limit - 1)}
        if limit and _came_back(attempts[: limit - 1], attempts[limit - 1]):
            return True
    return any(_guess(attempts[i], attempts[j]) for i, j in pairs)


def _came_back(before: Sequence[Attempt], attempt: Attempt) -> bool:
    """Return whether it is earlier work again without a time: it may be an old download."""
    moment = attempt.moment
    timeless = moment is not None and moment.time is None and not moment.certain
    return timeless and any(each.content == attempt.content for each in before)


def _guess(before: Attempt, after: Attempt) -> bool:
    if before.moment is None or after.moment is None or before.content == after.content:
        return False
    return is_guess(before.moment, after.moment)


def _of_attempt(
    rubric: Rubric, info: ExerciseInfo, student: str, attempt: Attempt, number: int
) -> Grade:
    functions = rubric.points(info, attempt.tallies)
    won = sum(functions.values())
    days = _days_late(rubric, info.id, attempt)
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


def _days_late(rubric: Rubric, exercise: str, attempt: Attempt) -> int:
    """On the LMS's word: its time against the due one, else its mark, which is one day."""
    due = rubric.due.get(exercise)
    if due is not None and attempt.submitted_at is not None:
        return rubric.late.days(due, attempt.submitted_at)
    return 1 if attempt.late else 0


def _choice(rubric: Rubric, graded: Sequence[Grade]) -> Grade:
    if rubric.count == "first":
        return graded[0]
    if rubric.count == "last":
        return graded[-1]
    return max(graded, key=lambda grade: grade.points or 0.0)


def dropped_of(rubric: Rubric, catalog: Catalog, grades: Mapping[str, Grade]) -> frozenset[str]:
    """The weakest exercises by share of their points; what is missing is weakest of all."""
    left = sorted(
        (id for id, grade in grades.items() if grade.status != "excused"),
        key=lambda id: (_share(grades[id]), id),
    )
    dropped: set[str] = set()
    for unit, count in rubric.drop_units.items():
        of_unit = [id for id in left if catalog.exercises[id].unit == unit]
        dropped.update(of_unit[: min(count, max(0, len(of_unit) - 1))])
    rest = [id for id in left if id not in dropped]
    dropped.update(rest[: min(rubric.drop_lowest, max(0, len(rest) - 1))])
    return frozenset(dropped)


def mixed_scales(everyone: Sequence[StudentGrades]) -> tuple[str, ...]:
    """Exercises of which some grades follow from cases passed, as before values and promises were
    paid apart, and some from the two: they are not comparable until they are graded again.
    """
    found: dict[str, set[bool]] = {}
    for student in everyone:
        for id, grade in student.grades.items():
            if grade.attempt and grade.attempt.tallies and not grade.override:
                scales = found.setdefault(id, set())
                scales.add(any(CONTRACT in groups for groups in grade.attempt.tallies.values()))
    return tuple(id for id, scales in found.items() if len(scales) > 1)


def _share(grade: Grade) -> float:
    if grade.points is None:
        return -1.0
    return grade.points / grade.possible if grade.possible else 1.0
