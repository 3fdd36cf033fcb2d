"""Say where grades of two scales stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from ..gradebook.grades import StudentGrades, mixed_scales
from ..i18n.texts import say


def mixed_notes(everyone: Sequence[StudentGrades]) -> list[str]:
    """Return a note that names the exercises whose grades follow from two scales, if any."""
    if not (ids := mixed_scales(everyone)):
        return []
    return [say("show", "mixed", ids=", ".join(ids), first=ids[0])]
