"""Write notes on a table of grades: why some are less comparable or less certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..gradebook.grades import Grade, StudentGrades, mixed_scales
from ..i18n.texts import listed, say


def grade_notes(everyone: Sequence[StudentGrades]) -> list[str]:
    """Return notes on grades from different scales and on grades without sandbox layers, if any."""
    notes = []
    if ids := mixed_scales(everyone):
        notes.append(say("show", "mixed", ids=listed(ids), first=ids[0]))
    grades = (grade for student in everyone for grade in student.grades.values())
    found = Counter(layers for grade in grades if (layers := without(grade)))
    for layers, count in sorted(found.items()):
        notes.append(say("show", "without_layers", count=count, layers=layers))
    return notes


def without(grade: Grade) -> str:
    """Return the sandbox layers that were missing for a grade's report; empty for an override."""
    if grade.attempt is None or grade.override is not None:
        return ""
    return listed(grade.attempt.missing_layers)
