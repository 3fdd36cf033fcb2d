"""Mark an exam's sealed answers."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...errors import LearncnnError, SubmissionError
from ...i18n.texts import say
from ..answers.judge import Judgement
from ..items.variants import Variant
from ..play.asking import judged
from .exam import Drawn, Exam, draw_questions, mac_of, seal_of


@dataclass(frozen=True)
class Mark:
    """One marked answer; `judgement` is None if no answer could be read."""

    number: int
    variant: Variant
    points: int
    total: int
    typed: str
    judgement: Judgement | None = None
    problem: str = ""


@dataclass(frozen=True)
class ExamMark:
    """One student's marked exam."""

    exam: str
    student: str
    marks: tuple[Mark, ...]

    @property
    def points(self) -> int:
        """Return the points earned."""
        return sum(mark.points for mark in self.marks)

    @property
    def total(self) -> int:
        """Return the maximum points."""
        return sum(mark.total for mark in self.marks)


def mark_exam(
    exam: Exam,
    document: Mapping[str, Any],
    student: str | None = None,
    root: Path = EXERCISES,
) -> ExamMark:
    """Mark sealed answers. `student` is the one who handed them in, if known.

    Raises SubmissionError if the seal is broken or the paper is not this student's, and
    LearncnnError if a bank has changed since.
    """
    try:
        paper, answers = document["paper"], document["answers"]
        name = paper["student"]
        if not hmac.compare_digest(seal_of(document), document["seal"]):
            raise SubmissionError("exam", "broken_seal")
        if not hmac.compare_digest(mac_of(exam.seed, paper), paper["mac"]):
            raise SubmissionError("exam", "other_paper", student=student or name)
        if student not in (None, name) or paper["exam"] != exam.id:
            raise SubmissionError("exam", "other_paper", student=student)
        typed = {int(number): str(entry["typed"]) for number, entry in answers.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SubmissionError("exam", "not_sealed") from error
    drawn = draw_questions(exam, name, root)
    _same_bank(paper, drawn)
    marks = [_mark(n, each, typed.get(n)) for n, each in enumerate(drawn, 1)]
    return ExamMark(exam.id, name, tuple(marks))


def _same_bank(paper: Mapping[str, Any], drawn: list[Drawn]) -> None:
    """Raise LearncnnError if a bank has changed, and with it the questions of the paper."""
    asked = [(question["id"], question["digest"]) for question in paper["questions"]]
    here = [(each.variant.item.id, each.digest) for each in drawn]
    for before, now in zip(asked, here, strict=False):
        if before != now:
            raise LearncnnError("exam", "changed_bank", id=before[0])
    if len(asked) != len(here):
        raise LearncnnError("exam", "changed_bank", id=paper["exam"])


def _mark(number: int, drawn: Drawn, typed: str | None) -> Mark:
    if typed is None:
        return Mark(number, drawn.variant, 0, drawn.points, "", problem=say("exam", "unanswered"))
    judgement = judged(drawn.variant, typed)
    if not isinstance(judgement, Judgement):
        problem = say("exam", "unreadable", reason=judgement.message())
        return Mark(number, drawn.variant, 0, drawn.points, typed, problem=problem)
    points = drawn.points if judgement.right else 0
    return Mark(number, drawn.variant, points, drawn.points, typed, judgement)
