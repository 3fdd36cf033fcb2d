"""The score of each quiz that counts for each student."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from .exam_answers import last_sat
from .tables import quiz_scores


def quiz_marks(
    connection: sa.Connection, course: str, heads: Mapping[str, str]
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return student → quiz → (score, of).

    Of an exam taken under two merged ids the one that was handed in last counts, of another quiz
    the better one.
    """
    q = quiz_scores.c
    last = last_sat(connection, course, heads)
    rows = list(connection.execute(sa.select(quiz_scores).where(q.course == course)))
    taken = {(row.student, row.quiz) for row in rows}
    best: dict[str, dict[str, tuple[float, float]]] = {}
    for row in sorted(rows, key=lambda row: (row.student, row.quiz)):
        student = heads.get(row.student, row.student)
        under = last.get((student, row.quiz), row.student)
        if under != row.student and (under, row.quiz) in taken:
            continue
        scored = (row.score, row.max_score)
        of_student = best.setdefault(student, {})
        of_student[row.quiz] = max(
            of_student.get(row.quiz, scored), scored, key=lambda of: of[0] / of[1]
        )
    return best
