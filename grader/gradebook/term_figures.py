"""Compute figures of a class over a term: work by week, sections, and students who need help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from statistics import mean, quantiles
from typing import Literal

from ..errors import Messages
from .grades import Attempt, Grade, StudentGrades
from .statistics import share_of

#: Minimum number of missing exercises at the end after which a student counts as having stopped.
STOPPED = 3
#: Minimum share, and minimum number, of missing exercises for which a student needs help.
MISSING, LEAST_MISSING = 0.25, 2
#: Share of the points below which a student needs help, and minimum loss of share towards the end.
LOW, FALLING = 0.5, 0.25
#: Minimum number of graded exercises for comparing the end with the beginning.
LONG = 6
#: Minimum number of attempts at an exercise that is not passed for a student to count as stuck.
STUCK = 4

Reason = Literal["stopped", "missing", "low", "falling", "stuck", "repeated"]


@dataclass(frozen=True)
class Week:
    """The counted work handed in during one week (UTC)."""

    monday: date
    #: Number of students with counted work from this week.
    students: int
    #: Mean share of the points of that work; None if none of it is graded.
    share: float | None
    late: int


@dataclass(frozen=True)
class SectionFigures:
    """The course grades of one section."""

    name: str
    students: int
    mean: float | None
    #: Minimum, quartiles and maximum; empty if nothing is graded.
    quarters: Sequence[float]
    #: Share of the exercises that were handed in.
    handed_in: float
    help: int


@dataclass(frozen=True)
class NeedsHelp:
    """A student who needs help, and why: (reason, values for its sentence), most serious first."""

    student: str
    reasons: Sequence[tuple[Reason, Mapping[str, object]]]


def weeks_of(everyone: Sequence[StudentGrades]) -> list[Week]:
    """Return the weeks from the first to the last hand-in that counts."""
    handed: dict[date, list[Grade]] = {}
    for student in everyone:
        for grade in student.grades.values():
            if grade.attempt and (at := time_of(grade.attempt)):
                day = at.astimezone(timezone.utc).date()
                handed.setdefault(day - timedelta(days=day.weekday()), []).append(grade)
    if not handed:
        return []
    count = (max(handed) - min(handed)).days // 7 + 1
    return [_week(at, handed.get(at, [])) for at in _mondays(min(handed), count)]


def has_times(everyone: Sequence[StudentGrades]) -> bool:
    """Return whether any hand-in has a time other than that of the run that first saw it."""
    return any(
        grade.attempt.submitted_at or (grade.attempt.moment and grade.attempt.moment.dated)
        for student in everyone
        for grade in student.grades.values()
        if grade.attempt
    )


def time_of(attempt: Attempt) -> datetime | None:
    """Return when an attempt was handed in, or when it was first seen if that is unknown."""
    if attempt.submitted_at:
        return attempt.submitted_at
    moment = attempt.moment
    if moment is None:
        return None
    at = moment.dated or moment.seen_at
    return datetime.fromtimestamp(at, timezone.utc) if at else None


def _mondays(first: date, count: int) -> list[date]:
    return [first + timedelta(weeks=number) for number in range(count)]


def _week(monday: date, grades: Sequence[Grade]) -> Week:
    shares = [share for grade in grades if (share := share_of(grade)) is not None]
    students = len({grade.student for grade in grades})
    late = sum(grade.days_late > 0 for grade in grades)
    return Week(monday, students, mean(shares) if shares else None, late)


def sections_of(
    everyone: Sequence[StudentGrades], weight: float, helped: Sequence[NeedsHelp]
) -> list[SectionFigures]:
    """Return the figures of each section, by name; empty with fewer than two sections."""
    names = sorted({student.section for student in everyone})
    if len(names) < 2:
        return []
    needing = {each.student for each in helped}
    return [
        _section(name, [s for s in everyone if s.section == name], weight, needing)
        for name in names
    ]


def _section(
    name: str, students: Sequence[StudentGrades], weight: float, needing: set[str]
) -> SectionFigures:
    shares = sorted(s for student in students if (s := student.share(weight)) is not None)
    if len(shares) > 1:
        quarters = [shares[0], *quantiles(shares, method="inclusive"), shares[-1]]
    else:
        quarters = shares * 5
    grades = [g for student in students for g in student.grades.values() if not g.is_open]
    done = sum(grade.status != "missing" for grade in grades)
    return SectionFigures(
        name,
        len(students),
        mean(shares) if shares else None,
        quarters,
        done / len(grades) if grades else 0.0,
        sum(student.id in needing for student in students),
    )


def needing_help(everyone: Sequence[StudentGrades], weight: float) -> list[NeedsHelp]:
    """Return the students who need help, those with most reasons and then the weakest first."""
    found = []
    for student in everyone:
        reasons = _reasons(student, weight)
        if reasons:
            grade = student.share(weight)
            found.append((-len(reasons), -1.0 if grade is None else grade, student.id, reasons))
    return [NeedsHelp(id, reasons) for _, _, id, reasons in sorted(found, key=lambda f: f[:3])]


def _reasons(student: StudentGrades, weight: float) -> list[tuple[Reason, Mapping[str, object]]]:
    reasons: list[tuple[Reason, Mapping[str, object]]] = []
    expected = [g for g in student.grades.values() if g.status != "excused" and not g.is_open]
    missing = [grade.exercise for grade in expected if grade.status == "missing"]
    trailing = _trailing(expected)
    if trailing >= STOPPED:
        before = len(expected) - trailing
        last = expected[before - 1].exercise if before else ""
        reasons.append(("stopped", {"count": trailing, "last": last}))
    if len(missing) - trailing * (trailing >= STOPPED) >= max(
        LEAST_MISSING, MISSING * len(expected)
    ):
        reasons.append(("missing", {"count": len(missing), "of": len(expected)}))
    share = student.share(weight)
    if share is not None and share < LOW:
        reasons.append(("low", {"share": f"{share:.0%}"}))
    graded = [share for grade in expected if (share := share_of(grade)) is not None]
    if len(graded) >= LONG:
        cut = len(graded) - len(graded) // 3
        early, late = mean(graded[:cut]), mean(graded[cut:])
        if early - late >= FALLING:
            reasons.append(("falling", {"before": f"{early:.0%}", "after": f"{late:.0%}"}))
    stuck = [grade.exercise for grade in expected if _is_stuck(grade)]
    if stuck:
        reasons.append(("stuck", {"exercises": Messages(stuck)}))
    if repeated := _repeated(expected):
        reasons.append(("repeated", {"codes": Messages(repeated)}))
    return reasons


def _trailing(grades: Sequence[Grade]) -> int:
    """Count the exercises at the end for which nothing was handed in."""
    count = 0
    for grade in reversed(grades):
        if grade.status != "missing":
            break
        count += 1
    return count


def _is_stuck(grade: Grade) -> bool:
    passed = grade.attempt is not None and grade.attempt.state == "passed"
    return grade.attempts >= STUCK and not passed and grade.override is None


def _repeated(grades: Sequence[Grade]) -> list[str]:
    """Return the codes of the misconceptions that are proved in three exercises or more."""
    counts: dict[str, int] = {}
    for grade in grades:
        for code in set(grade.attempt.codes) if grade.attempt else ():
            counts[code] = counts.get(code, 0) + 1
    return sorted(code for code, count in counts.items() if count >= 3)
