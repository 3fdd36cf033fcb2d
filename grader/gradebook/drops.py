"""Apply the rules that drop exercises."""

from __future__ import annotations

from collections.abc import Mapping

from ..course.catalog import Catalog
from .grades import Grade, counts
from .rubric import Rubric


def dropped_of(rubric: Rubric, catalog: Catalog, grades: Mapping[str, Grade]) -> frozenset[str]:
    """Return the exercises to drop: those with the lowest share of their points.

    Only exercises that can count are dropped, and at least one is kept. If missing exercises count
    as 0, they are the weakest. If the rubric drops missing exercises, they use up the number that
    the rules drop, and are all left out even if there are more.
    """
    left = sorted(
        (id for id, grade in grades.items() if counts(grade, rubric.missing)),
        key=lambda id: (_share(grades[id]), id),
    )
    gone = [
        id
        for id, grade in grades.items()
        if rubric.missing == "dropped" and grade.status == "missing" and not grade.is_open
    ]
    dropped = set(gone)
    used = 0
    for unit, count in rubric.drop_units.items():
        of_unit = [id for id in left if catalog.exercises[id].unit == unit]
        gone_here = sum(catalog.exercises[id].unit == unit for id in gone)
        used += min(gone_here, count)
        dropped.update(of_unit[: min(max(0, count - gone_here), max(0, len(of_unit) - 1))])
    rest = [id for id in left if id not in dropped]
    lowest = max(0, rubric.drop_lowest - (len(gone) - used))
    dropped.update(rest[: min(lowest, max(0, len(rest) - 1))])
    return frozenset(dropped)


def _share(grade: Grade) -> float:
    if grade.points is None:
        return -1.0
    return grade.points / grade.possible if grade.possible else 1.0
