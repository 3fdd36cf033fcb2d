"""Look up sections and points in a gradebook for students whose work is similar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..gradebook.connection import Gradebook
from ..gradebook.queries import grades_of
from ..i18n.texts import say
from ..terminal.layout import clean
from .fingerprints import ComparedSource
from .pairs import Pair


@dataclass(frozen=True)
class Known:
    """Sections by student id, and points by (student id, exercise); empty without a gradebook."""

    sections: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[tuple[str, str], float] = field(default_factory=dict)


def known_of(gradebook: Gradebook, pairs: Sequence[Pair]) -> Known:
    """Return the sections and points of the students in some pairs. Raises GradebookError."""
    ids = sorted({pair.exercise.id for pair in pairs})
    everyone = grades_of(gradebook, exercises=ids) if ids else []
    return Known(
        {student.id: student.section for student in everyone if student.section},
        {
            (student.id, id): grade.points
            for student in everyone
            for id, grade in student.grades.items()
            if grade.points is not None
        },
    )


def label_of(source: ComparedSource, known: Known | None = None, exercise: str = "") -> str:
    """Return a student's id, name if it differs, section and points, or a mark of another term."""
    student = source.handed.student
    parts = [student.id]
    if student.name and student.name != student.id:
        parts.append(student.name)
    if source.earlier:
        parts.append(say("similar", "earlier"))
    elif known is not None:
        parts.append(known.sections.get(student.id, ""))
        points = known.points.get((student.id, exercise))
        parts.append("" if points is None else say("similar", "points", points=f"{points:g}"))
    return clean(" · ".join(filter(None, parts)))
