"""Choose the exercises that count in a course.

One override, or one student's extra file, must not make an exercise due for the whole class. The
rubric's list has priority over the one stored in the course (`gradebook exercises`, or the first
`grade --exercises`). Without either, the exercises that part of the class handed in count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..course.catalog import load_catalog
from .rubric import Rubric
from .tables import courses

#: Minimum number of students who must hand in an unlisted exercise for it to count: as a share of
#: those who handed in the most popular one, and absolutely. If fewer than `_SMALL` handed in any
#: exercise, all that were handed in count.
SHARE = 0.1
LEAST = 2
_SMALL = 3


@dataclass(frozen=True)
class CourseExercises:
    """The exercises that were set for a course."""

    listed: tuple[str, ...] = ()
    #: Whether other exercises that the class hands in count too.
    open: bool = True


def read_exercises(connection: sa.Connection, course: str) -> CourseExercises:
    """Return the exercises stored for the course."""
    query = sa.select(courses.c.exercises, courses.c.exercises_open).where(courses.c.id == course)
    row = connection.execute(query).one_or_none()
    if row is None:
        return CourseExercises()
    return CourseExercises(tuple(filter(None, row.exercises.split(","))), row.exercises_open)


def write_exercises(connection: sa.Connection, course: str, ids: Iterable[str]) -> None:
    """Store the exercises that count; from then on no others do."""
    wanted = set(ids)
    ordered = ",".join(id for id in load_catalog().exercises if id in wanted)
    connection.execute(
        sa.update(courses)
        .where(courses.c.id == course)
        .values(exercises=ordered, exercises_open=False)
    )


def add_exercises(connection: sa.Connection, course: str, ids: Sequence[str]) -> list[str]:
    """Add exercises that an instructor named; return those that a closed list did not contain."""
    kept = read_exercises(connection, course)
    added = [id for id in ids if id not in kept.listed]
    if ids and (added or kept.open):
        write_exercises(connection, course, [*kept.listed, *ids])
    return [] if kept.open else added


def counted(
    kept: CourseExercises, rubric: Rubric, handed_in: Iterable[tuple[str, str]]
) -> set[str]:
    """Return the exercises that count, given each (student, exercise) that was handed in."""
    if rubric.exercises_listed:
        return set(rubric.exercises_listed)
    if not kept.open:
        return set(kept.listed)
    students = Counter(exercise for _, exercise in set(handed_in))
    most = max(students.values(), default=0)
    least = max(LEAST, SHARE * most) if most >= _SMALL else 1
    return set(kept.listed) | {id for id, count in students.items() if count >= least}
