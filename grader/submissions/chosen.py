"""Choose which of a student's files count as handed in, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..course.name_resolution import WITHIN
from ..errors import Message
from .collection import Collection, Handed, Sealed
from .members import Problem
from .newcomers import settle
from .order import in_order

T = TypeVar("T", Handed, Sealed)
#: Maximum number of files accepted from one student for one exercise.
MAX_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, its container, and the uncertainty of its name: the lowest is the most certain."""

    container: int
    rank: tuple[int, int]
    handed: Handed


def choose(found: Sequence[FoundFile], result: Collection) -> None:
    """Add to `result` each student's files for an exercise that have the most certain names.

    They are in the order of students, exercises and attempts. Other files become problems.
    """
    groups: dict[tuple[str, str, int], list[FoundFile]] = {}
    heads: dict[str, str] = {}
    for each in _settled(found, result):
        key = (each.handed.student.id, each.handed.exercise.id, each.container)
        heads[key[0]] = result.head(each.handed.student)
        groups.setdefault(key, []).append(each)
    taken: dict[tuple[str, str], list[Handed]] = {}
    for (student, exercise, _), items in groups.items():
        best = min(item.rank for item in items)
        kept = [item.handed for item in items if item.rank == best]
        if best[0] == WITHIN and len(kept) > 1:
            for item in kept:
                several = Message("containers", "several", exercise=exercise)
                result.problems.append(Problem(item.origin, several))
            continue
        taken.setdefault((heads[student], exercise), []).extend(kept)
    for student, exercise in sorted(taken):
        attempts = _ordered(taken[student, exercise])
        if len(attempts) > MAX_ATTEMPTS:
            many = Message("containers", "too_many_attempts", limit=MAX_ATTEMPTS, exercise=exercise)
            result.problems.append(Problem(attempts[0].origin, many))
        result.handed += attempts[:MAX_ATTEMPTS]
    sealed: dict[str, list[Sealed]] = {}
    for answers in result.sealed:
        sealed.setdefault(result.head(answers.student), []).append(answers)
    result.sealed = [item for id in sorted(sealed) for item in _ordered(sealed[id])]


def _settled(found: Sequence[FoundFile], result: Collection) -> list[FoundFile]:
    """Merge newcomers whom several containers name differently into one student."""
    students = [each.handed.student for each in found]
    students += [item.student for item in result.sealed]
    settled = settle(students, result.roster)
    result.sealed = [replace(item, student=settled[item.student.id]) for item in result.sealed]
    for before, after in settled.items():
        if before != after.id and (names := result.called.pop(before, None)):
            result.called.setdefault(after.id, {}).update(names)
    return [
        replace(each, handed=replace(each.handed, student=settled[each.handed.student.id]))
        for each in found
    ]


def _ordered(items: Sequence[T]) -> list[T]:
    """Return a student's hand-ins, first to last."""
    return [items[at] for at in in_order([item.moment for item in items])]
