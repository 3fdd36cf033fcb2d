"""Choose the score of each quiz that counts for each student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from .exam_answers import last_sat
from .tables import quiz_scores

#: Student → quiz → (score, maximum score).
QuizMarks = dict[str, dict[str, tuple[float, float]]]


def quiz_marks(connection: sa.Connection, course: str, heads: Mapping[str, str]) -> QuizMarks:
    """Return the scores that count: student → quiz → (score, maximum score).

    If two merged ids have a score for the same exam, the answers handed in last count; for another
    quiz, the better score counts.
    """
    q = quiz_scores.c
    last = last_sat(connection, course, heads)
    rows = list(connection.execute(sa.select(quiz_scores).where(q.course == course)))
    taken = {(row.student, row.quiz) for row in rows}
    best: QuizMarks = {}
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


def with_zeros(marks: QuizMarks, students: Sequence[str]) -> QuizMarks:
    """Return the marks with 0 points for each quiz that a student has no score for."""
    most: dict[str, float] = {}
    for of_student in marks.values():
        for quiz, (_, of) in of_student.items():
            most[quiz] = max(of, most.get(quiz, 0.0))
    nothing = {quiz: (0.0, of) for quiz, of in most.items()}
    return {student: nothing | marks.get(student, {}) for student in students}


def share_of_all(quizzes: Mapping[str, tuple[float, float]]) -> float | None:
    """Return the share of the points of all quizzes together; None without quizzes."""
    of = sum(most for _, most in quizzes.values())
    return sum(score for score, _ in quizzes.values()) / of if of else None
