"""What a class did with each exercise: misconceptions, the hardest cases, attempts, time."""

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
from .people import heads_of
from .queries import report_documents
from .tables import reports, submissions


@dataclass(frozen=True)
class CaseCount:
    """A case, or those of one title, and how many students failed it of those it was asked."""

    function: str
    title: str
    public: bool
    failed: int
    of: int


@dataclass(frozen=True)
class ExercisePicture:
    """What the class did with one exercise, by the report of each student that counts."""

    #: Students with a report; by the report's state; by the grade's status where there is none.
    graded: int
    states: Mapping[str, int]
    without: Mapping[str, int]
    #: Shares of the points, of those who have any number.
    shares: Sequence[float]
    #: Misconceptions with the number of students, most frequent first.
    codes: Sequence[tuple[str, int]]
    #: Statements with the number of students of whom they are made: `exact`, `partial`,
    #: `condition`, `library`, and `unexplained` values; and broken promises, likewise.
    statements: Mapping[str, int]
    promises: Mapping[str, int]
    #: Cases that somebody failed, hardest first.
    cases: Sequence[CaseCount]
    #: Of those who handed in; None if nobody did.
    attempts: float | None
    #: Days from first to last attempt of those who tried more than once at known times.
    days: float | None
    #: How many those are.
    timed: int


def class_picture(
    gradebook: Gradebook, everyone: Sequence[StudentGrades]
) -> dict[str, ExercisePicture]:
    """The picture of every exercise. Raises GradebookError."""
    ids = list(everyone[0].grades) if everyone else []
    grades = {id: [student.grades[id] for student in everyone] for id in ids}
    counts: Counter[str] = Counter(
        grade.attempt.report
        for of_exercise in grades.values()
        for grade in of_exercise
        if grade.attempt and grade.attempt.report
    )
    cases, said = _documents(gradebook, counts)
    spans = _spans(gradebook)
    return {
        id: _picture(of_exercise, cases.get(id, {}), spans.get(id, []), said.get(id, _Said()))
        for id, of_exercise in grades.items()
    }


def _picture(
    grades: Sequence[Grade],
    cases: Mapping[tuple[str, str, bool], tuple[int, int]],
    spans: Sequence[float],
    said: _Said,
) -> ExercisePicture:
    reported = [grade.attempt for grade in grades if grade.attempt and grade.attempt.report]
    codes = Counter(code for attempt in reported for code in dict.fromkeys(attempt.codes))
    attempts = [grade.attempts for grade in grades if grade.attempts]
    failed = [
        CaseCount(function, title, public, missed, of)
        for (function, title, public), (missed, of) in cases.items()
        if missed
    ]
    return ExercisePicture(
        graded=len(reported),
        states=Counter(attempt.state for attempt in reported),
        without=Counter(g.status for g in grades if not (g.attempt and g.attempt.report)),
        shares=[
            min(grade.points / grade.possible, 1.0)
            for grade in grades
            if grade.points is not None and grade.possible
        ],
        codes=sorted(codes.items(), key=lambda item: (-item[1], item[0])),
        statements=said.statements,
        promises=said.promises,
        cases=sorted(failed, key=lambda c: (-c.failed / c.of, -c.failed, c.function, c.title)),
        attempts=median(attempts) if attempts else None,
        days=median(spans) if spans else None,
        timed=len(spans),
    )


@dataclass
class _Said:
    """How often each statement and each broken promise stands in an exercise's reports."""

    statements: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)

    def count(self, document: Mapping[str, Any], students: int) -> None:
        """Add a report; one of the first scale has no promises."""
        kinds = {diagnosis.get("kind", "exact") for diagnosis in document["diagnoses"]}
        kinds |= {finding["kind"] for finding in document.get("findings", ())}
        shown = {"exact", "partial", "condition", "library"} & kinds
        wrong = document["state"] == "failed" and any(map(_missed, document["verdicts"]))
        for name in shown or ({"unexplained"} if wrong else set()):
            self.statements[name] += students
        for promise in {broken["promise"] for broken in document.get("promises", ())}:
            self.promises[promise] += students


_Cases = dict[str, dict[tuple[str, str, bool], tuple[int, int]]]


def _documents(gradebook: Gradebook, counts: Mapping[str, int]) -> tuple[_Cases, dict[str, _Said]]:
    """Exercise → (function, title, public) → how many students failed it, of how many; and what
    was said of them.
    """
    found: _Cases = {}
    said: dict[str, _Said] = {}
    for id, document in report_documents(gradebook, sorted(counts)):
        said.setdefault(document["exercise"], _Said()).count(document, counts[id])
        missed: dict[tuple[str, str, bool], bool] = {}
        for verdict in document["verdicts"]:
            case = (verdict["function"], verdict["title"], verdict["public"])
            missed[case] = missed.get(case, False) or _missed(verdict)
        of_exercise = found.setdefault(document["exercise"], {})
        for case, wrong in missed.items():
            failed, of = of_exercise.get(case, (0, 0))
            of_exercise[case] = (failed + wrong * counts[id], of + counts[id])
    return found, said


def _missed(verdict: Mapping[str, Any]) -> bool:
    """Whether a case was failed: its values, or the promise that it is there to test."""
    right: bool = verdict.get("right", False) or verdict["status"] == "passed"
    return not right


def _spans(gradebook: Gradebook) -> dict[str, list[float]]:
    """Exercise → days between each student's first and last attempt at known times."""
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
