"""Compute class statistics per exercise: misconceptions, the hardest cases, attempts, time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa

from .connection import Gradebook
from .grades import NOT_STARTED, Grade, StudentGrades
from .item_statistics import ItemTally
from .people import heads_of
from .queries import report_documents
from .tables import reports, submissions


@dataclass(frozen=True)
class CaseCount:
    """A case, or all cases of one title, and how many of the students graded on it failed it."""

    function: str
    title: str
    public: bool
    failed: int
    of: int
    #: Correlation of passing it with the student's other work; see item_statistics.
    discrimination: float | None = None


@dataclass(frozen=True)
class CodeCount:
    """A misconception, and the students whose counted report proves it."""

    code: str
    students: Sequence[str]
    #: Correlation of not having it with the student's other work.
    discrimination: float | None = None


@dataclass(frozen=True)
class ExercisePicture:
    """The statistics of one exercise, from each student's counted report."""

    #: Number of students with a report; the same by the report's state; and the number of students
    #: without a report, by the grade's status.
    graded: int
    states: Mapping[str, int]
    without: Mapping[str, int]
    #: Share of the points of each student whose grade has points.
    shares: Sequence[float]
    #: Misconceptions, most frequent first.
    codes: Sequence[CodeCount]
    #: Number of students by the kind of statement in their report (`exact`, `partial`, `condition`,
    #: `library`, or `unexplained`), and by broken promise.
    statements: Mapping[str, int]
    promises: Mapping[str, int]
    #: Cases that at least one student failed, hardest first.
    cases: Sequence[CaseCount]
    #: Median number of attempts of those who handed in; None if there are none.
    attempts: float | None
    #: Median days from first to last attempt of those with attempts at different known times.
    days: float | None
    #: Number of students behind `days`.
    timed: int


def class_picture(
    gradebook: Gradebook, everyone: Sequence[StudentGrades]
) -> dict[str, ExercisePicture]:
    """Return the statistics of every exercise. Raises GradebookError."""
    ids = list(everyone[0].grades) if everyone else []
    rests = _rests(everyone)
    holders: dict[str, list[float | None]] = {}
    for student in everyone:
        for id, grade in student.grades.items():
            if grade.attempt and grade.attempt.report:
                holders.setdefault(grade.attempt.report, []).append(rests[student.id, id])
    cases, said = _documents(gradebook, holders)
    spans = _spans(gradebook)
    return {
        id: _picture(
            [student.grades[id] for student in everyone],
            cases.get(id, {}),
            spans.get(id, []),
            said.get(id, _Said()),
            rests,
        )
        for id in ids
    }


#: (Student, exercise) → mean share of the points in that student's other exercises.
_Rests = Mapping[tuple[str, str], float | None]


def _rests(everyone: Sequence[StudentGrades]) -> _Rests:
    found: dict[tuple[str, str], float | None] = {}
    for student in everyone:
        shares = {id: share_of(grade) for id, grade in student.grades.items()}
        known = {id: share for id, share in shares.items() if share is not None}
        whole = sum(known.values())
        for id in student.grades:
            others = len(known) - (id in known)
            found[student.id, id] = (whole - known.get(id, 0.0)) / others if others else None
    return found


def share_of(grade: Grade) -> float | None:
    """Return a grade's share of the points, at most 1; None without points."""
    if grade.points is None or not grade.possible:
        return None
    return min(grade.points / grade.possible, 1.0)


def _picture(
    grades: Sequence[Grade],
    cases: Mapping[tuple[str, str, bool], ItemTally],
    spans: Sequence[float],
    said: _Said,
    rests: _Rests,
) -> ExercisePicture:
    reported = [grade.attempt for grade in grades if grade.attempt and grade.attempt.report]
    attempts = [grade.attempts for grade in grades if grade.attempts]
    failed = [
        CaseCount(function, title, public, missed, item.of, item.discrimination)
        for (function, title, public), item in cases.items()
        if (missed := item.of - round(item.right))
    ]
    return ExercisePicture(
        graded=len(reported),
        states=Counter(attempt.state for attempt in reported),
        without=Counter(g.status for g in grades if not (g.attempt and g.attempt.report)),
        shares=[share for grade in grades if (share := share_of(grade)) is not None],
        codes=_codes(grades, rests),
        statements=said.statements,
        promises=said.promises,
        cases=sorted(failed, key=lambda c: (-c.failed / c.of, -c.failed, c.function, c.title)),
        attempts=median(attempts) if attempts else None,
        days=median(spans) if spans else None,
        timed=len(spans),
    )


def _codes(grades: Sequence[Grade], rests: _Rests) -> list[CodeCount]:
    reported = [(g, set(g.attempt.codes)) for g in grades if g.attempt and g.attempt.report]
    found = []
    for code in sorted({code for _, codes in reported for code in codes}):
        item = ItemTally()
        for grade, codes in reported:
            item.add(float(code not in codes), rests[grade.student, grade.exercise])
        students = [grade.student for grade, codes in reported if code in codes]
        found.append(CodeCount(code, students, item.discrimination))
    return sorted(found, key=lambda each: (-len(each.students), each.code))


@dataclass
class _Said:
    """The number of students by statement and by broken promise in an exercise's reports."""

    statements: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)

    def count(self, document: Mapping[str, Any], students: int) -> None:
        """Count the report of `students`; a report of the first scale has no promises."""
        kinds = {diagnosis.get("kind", "exact") for diagnosis in document["diagnoses"]}
        kinds |= {finding["kind"] for finding in document.get("findings", ())}
        shown = {"exact", "partial", "condition", "library"} & kinds
        wrong = document["state"] == "failed" and any(map(_missed, document["verdicts"]))
        for name in shown or ({"unexplained"} if wrong else set()):
            self.statements[name] += students
        for promise in {broken["promise"] for broken in document.get("promises", ())}:
            self.promises[promise] += students


_Cases = dict[str, dict[tuple[str, str, bool], ItemTally]]


def _documents(
    gradebook: Gradebook, holders: Mapping[str, Sequence[float | None]]
) -> tuple[_Cases, dict[str, _Said]]:
    """Return exercise → (function, title, public) → scores, and exercise → statements.

    `holders` maps each report to the share on the other work of every student who has it.
    """
    found: _Cases = {}
    said: dict[str, _Said] = {}
    for id, document in report_documents(gradebook, sorted(holders)):
        said.setdefault(document["exercise"], _Said()).count(document, len(holders[id]))
        missed: dict[tuple[str, str, bool], bool] = {}
        for verdict in document["verdicts"]:
            case = (verdict["function"], verdict["title"], verdict["public"])
            missed[case] = missed.get(case, False) or _missed(verdict)
        of_exercise = found.setdefault(document["exercise"], {})
        for case, wrong in missed.items():
            item = of_exercise.setdefault(case, ItemTally())
            for rest in holders[id]:
                item.add(float(not wrong), rest)
    return found, said


def _missed(verdict: Mapping[str, Any]) -> bool:
    """Return whether a case failed: its values, or the promise that it tests."""
    right: bool = verdict.get("right", False) or verdict["status"] == "passed"
    return not right


def _spans(gradebook: Gradebook) -> dict[str, list[float]]:
    """Return exercise → days between each student's first and last attempt at known times.

    Students with a single known time are left out.
    """
    table = submissions.c
    query = (
        sa.select(
            table.exercise,
            table.student,
            sa.func.min(table.submitted_at),
            sa.func.max(table.submitted_at),
        )
        .select_from(submissions.outerjoin(reports, table.report == reports.c.id))
        .where(table.course == gradebook.course, table.submitted_at.is_not(None))
        .where(sa.func.coalesce(reports.c.state, "") != NOT_STARTED)
        .group_by(table.exercise, table.student)
    )
    times: dict[tuple[str, str], list[str]] = {}
    with gradebook.reading() as connection:
        heads = heads_of(connection, gradebook.course)
        for exercise, student, first, last in connection.execute(query):
            times.setdefault((exercise, heads.get(student, student)), []).extend((first, last))
    found: dict[str, list[float]] = {}
    for (exercise, _), points in sorted(times.items()):
        if min(points) < max(points):
            span = datetime.fromisoformat(max(points)) - datetime.fromisoformat(min(points))
            found.setdefault(exercise, []).append(span.total_seconds() / 86400)
    return found
