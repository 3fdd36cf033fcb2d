"""Read a course's hand-ins from the gradebook as a collection, as if from a download."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..course.catalog import load_catalog
from ..submissions.collection import Collection, Handed
from ..submissions.members import Member
from .connection import Gradebook
from .people import read_people, with_ids_of_all
from .queries import grades_of
from .tables import contents, submissions


def stored_hand_ins(gradebook: Gradebook, exercises: Sequence[str] = ()) -> Collection:
    """Return the attempt that counts, or else the last one, of each student and exercise.

    Unreadable files are left out. Contents are read only on demand. Raises GradebookError.
    """
    catalog = load_catalog()
    with gradebook.reading() as connection:
        known = with_ids_of_all(read_people(connection, gradebook.course))
        ids = sorted(_handed_in(connection, gradebook.course))
    wanted = [catalog.resolve(name).id for name in exercises] or ids
    handed = []
    for student in grades_of(gradebook, exercises=wanted):
        for id, grade in student.grades.items():
            attempt = grade.attempt
            if attempt is None or attempt.problem or student.id not in known:
                continue
            member = Member(attempt.filename, 0, None, _Reader(gradebook), attempt.submission)
            handed.append(
                Handed(
                    known[student.id],
                    True,
                    catalog.exercises[id],
                    attempt.filename,
                    student.id,
                    member,
                    attempt.submitted_at,
                    attempt.late,
                    0,
                )
            )
    return Collection(handed)


def _handed_in(connection: sa.Connection, course: str) -> set[str]:
    query = sa.select(submissions.c.exercise).where(submissions.c.course == course).distinct()
    return set(connection.execute(query).scalars())


class _Reader:
    """Reads the bytes of a hand-in by its id."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._book = gradebook

    def __call__(self, submission: str, limit: int) -> bytes:
        query = (
            sa.select(contents.c.content)
            .select_from(submissions.join(contents))
            .where(submissions.c.id == submission)
        )
        with self._book.reading() as connection:
            return bytes(connection.execute(query).scalar_one())[: limit + 1]
