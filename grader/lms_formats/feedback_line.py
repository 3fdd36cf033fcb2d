"""Summarise a grade for its student in one line, without hidden cases, seeds or code."""

from __future__ import annotations

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..gradebook.grades import Grade
from ..i18n.texts import say


def feedback_line(info: ExerciseInfo, grade: Grade) -> str:
    """Return the state, proved misconceptions, lateness, the reason of an override, and comments.

    Without points, only the status and the comments.
    """
    said = [" ".join(comment.text.split()) for comment in grade.comments]
    if grade.points is None:
        return " · ".join([say("show", f"status.{grade.status}"), *said])
    parts = []
    if grade.attempt and grade.attempt.state:
        parts.append(say("grade", f"state.{grade.attempt.state}"))
        texts = exercise_texts(info)
        parts += [
            f"{code}: {' '.join(texts.misconception(code).split())}".rstrip(": ")
            for code in grade.attempt.codes
        ]
    if grade.days_late:
        parts.append(say("show", "late", days=grade.days_late, lost=f"{grade.penalty:g}"))
    if grade.override:
        parts.append(say("exchange", "by_hand", reason=grade.override.reason))
    return " · ".join([*parts, *said])
