"""List a student's points line by line, from the functions to the counted total.

Every line shows what it subtracts from the points above it, or what replaces them, so that a reader
can check the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..gradebook.grades import Grade, StudentGrades, counts
from ..gradebook.rubric import Rubric
from ..gradebook.term_figures import time_of
from ..i18n.texts import say, worded
from ..render.pages.points_view import percent_text, points_text

#: `sum` is a subtotal, `loss` a deduction, `hand` a person's decision, `total` what counts.
Kind = Literal["sum", "loss", "hand", "total"]


@dataclass(frozen=True)
class LedgerRow:
    """One line: its kind, its label, its number, and an explanation."""

    kind: Kind
    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class TriedRow:
    """One attempt: its time, its state, and its points after lateness."""

    number: int
    time: str
    state: str
    said: str
    points: str
    #: Whether it is the one that counts, and a remark, for example why it cannot count.
    counts: bool
    remark: str = ""


def ledger_of(grade: Grade, rubric: Rubric) -> list[LedgerRow]:
    """Return the lines of one exercise; none without graded work or a decision."""
    rows: list[LedgerRow] = []
    possible = points_text(grade.possible)
    if grade.won is not None:
        rows.append(LedgerRow("sum", say("feedback", "functions"), points_text(grade.won)))
        if grade.days_late:
            rows.append(_late(grade, rubric))
        if grade.override and grade.days_late:
            graded = points_text(grade.won - grade.penalty)
            rows.append(LedgerRow("sum", say("feedback", "as_graded"), graded))
    if grade.override:
        rows.append(_decision(grade))
    if rows and grade.points is not None:
        value = f"{points_text(grade.points)} / {possible}"
        rows.append(LedgerRow("total", say("feedback", "counts"), value))
    return rows


def _late(grade: Grade, rubric: Rubric) -> LedgerRow:
    late = rubric.late
    share = late.share_lost(grade.days_late)
    detail = [lateness_text(grade, rubric)]
    if late.refuse_after_days is not None and grade.days_late > late.refuse_after_days:
        detail.append(say("feedback", "late_refused", days=f"{late.refuse_after_days:g}"))
    else:
        each, most = percent_text(late.per_day), percent_text(late.most)
        key = "late_capped" if late.most < 1 else "late_each"
        detail.append(say("feedback", key, days=grade.days_late, each=each, most=most))
    detail.append(
        say("feedback", "lost", share=percent_text(share), won=points_text(grade.won or 0))
    )
    label = say("feedback", "late", days=grade.days_late)
    return LedgerRow(
        "loss", label, f"−{points_text(grade.penalty)}", " ".join(filter(None, detail))
    )


def lateness_text(grade: Grade, rubric: Rubric) -> str:
    """Return a sentence with the student's due time and the time of the hand-in.

    Empty if either is unknown.
    """
    attempt = grade.attempt
    if grade.due is None or attempt is None or attempt.submitted_at is None:
        return ""
    due, came = rubric.time_shown(grade.due), rubric.time_shown(attempt.submitted_at)
    return say("feedback", "due_and_came", due=due, came=came)


def _decision(grade: Grade) -> LedgerRow:
    override = grade.override
    assert override is not None
    key = "decision" if grade.won is None else "decision_above"
    detail = say(
        "feedback", key, reason=override.reason, author=override.author,
        date=override.made_at[:10].replace("-", "\N{NON-BREAKING HYPHEN}"),
    )  # fmt: skip
    if override.excused or override.points is None:
        return LedgerRow("hand", say("feedback", "excused"), say("feedback", "not_counted"), detail)
    label = say("feedback", "by_hand")
    return LedgerRow("hand", label, points_text(override.points), detail)


def tried_rows(grade: Grade, rubric: Rubric) -> list[TriedRow]:
    """Return every attempt, first to last; none if there is only one."""
    if len(grade.handed_in) < 2:
        return []
    graded = {each.number: each for each in grade.tried}
    rows = []
    for number, attempt in enumerate(grade.handed_in, 1):
        at = time_of(attempt)
        found = graded.get(number)
        known = attempt.submitted_at or (attempt.moment and attempt.moment.dated)
        state = attempt.state if attempt.report else "ungraded"
        said = say("check", f"state.{state}") if attempt.report else say("show", "status.ungraded")
        remark = ""
        if rubric.limit is not None and number > rubric.limit:
            remark = say("feedback", "over_limit", limit=rubric.limit)
        elif found and found.days_late:
            lost = points_text(found.penalty)
            remark = say("show", "late", days=found.days_late, lost=lost)
        elif not attempt.report:
            remark = worded(attempt.problem)
        rows.append(
            TriedRow(
                number,
                rubric.time_shown(at) if at and known else "",
                state,
                said,
                "–" if found is None or found.points is None else points_text(found.points),
                found is not None and number == grade.number,
                remark,
            )
        )
    return rows


def tried_rule(rubric: Rubric) -> str:
    """Return the sentence that says which attempt counts under a rubric."""
    rule = say("feedback", f"rule.{rubric.count}")
    if rubric.limit is None:
        return rule
    return f"{rule} {say('feedback', 'rule.limit', limit=rubric.limit)}"


def course_ledger(student: StudentGrades, rubric: Rubric) -> list[LedgerRow]:
    """Return the lines from the points of exercises and quizzes to the course grade."""
    return list(_course(student, rubric))


def _course(student: StudentGrades, rubric: Rubric) -> Iterator[LedgerRow]:
    value = f"{points_text(student.points)} / {points_text(student.possible)}"
    done = student.points / student.possible if student.possible else None
    detail = "" if done is None else f"= {percent_text(done)}"
    yield LedgerRow("sum", say("feedback", "together"), value, detail)
    for quiz, (score, most) in student.quizzes.items():
        yield LedgerRow(
            "sum",
            say("feedback", "one_quiz", name=quiz),
            f"{points_text(score)} / {points_text(most)}",
            f"= {percent_text(score / most)}" if most else "",
        )
    if len(student.quizzes) > 1 and student.quiz is not None:
        score, most = (sum(part) for part in zip(*student.quizzes.values(), strict=True))
        value = f"{points_text(score)} / {points_text(most)}"
        detail = f"= {percent_text(student.quiz)}"
        yield LedgerRow("sum", say("feedback", "all_quizzes"), value, detail)
    share = student.share(rubric.quiz_weight)
    if share is not None:
        yield LedgerRow(
            "total", say("feedback", "share"), percent_text(share), _mix(student, rubric)
        )


def _mix(student: StudentGrades, rubric: Rubric) -> str:
    """Return how exercises and quizzes add up to the course grade; empty if one counts alone."""
    if not rubric.quiz_weight or student.quiz is None or not student.possible:
        return ""
    done = percent_text(student.points / student.possible)
    weight = rubric.quiz_weight
    return (
        f"{percent_text(1 - weight)} × {done} + {percent_text(weight)} × "
        f"{percent_text(student.quiz)}"
    )


def uncounted(student: StudentGrades, grade: Grade) -> str:
    """Return why a grade does not count, or counts as 0; empty if it counts normally."""
    if grade.exercise in student.dropped:
        return say("feedback", "dropped")
    if grade.status == "missing":
        if grade.is_open:
            return say("feedback", "open")
        return say("feedback", "zero" if counts(grade, student.missing) else "not_counted")
    if grade.status == "excused":
        return say("feedback", "not_counted")
    return ""
