"""Compute when work is due, for the class and for one student, and the cost of lateness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Key for every exercise that has no extension of its own.
EVERY = "all"


@dataclass(frozen=True)
class Late:
    """The cost of lateness, as fractions of the points earned."""

    grace_minutes: float = 0.0
    per_day: float = 0.0
    most: float = 1.0
    refuse_after_days: float | None = None

    def days(self, due: datetime, submitted: datetime) -> int:
        """Return the number of days late, counting begun days; 0 within the grace period."""
        late = (submitted - due).total_seconds()
        if late <= self.grace_minutes * 60:
            return 0
        return int(-(-late // 86400))

    def share_lost(self, days: int) -> float:
        """Return the fraction of the points that `days` cost."""
        if self.refuse_after_days is not None and days > self.refuse_after_days:
            return 1.0
        return min(self.per_day * days, self.most)


@dataclass(frozen=True)
class Extension:
    """A student's own due time: a point in time, or a number of days after that of the class."""

    exercise: str
    due_at: datetime | None = None
    days: float | None = None
    reason: str = ""
    #: Who decided it and when; empty for an extension in the rubric.
    author: str = ""
    made_at: str = ""

    @property
    def is_revoked(self) -> bool:
        """Return whether this decision revokes an earlier extension."""
        return self.due_at is None and self.days is None

    def due(self, of_class: datetime | None) -> datetime | None:
        """Return the student's due time, given that of the class."""
        if self.due_at is not None:
            return self.due_at
        if of_class is None or self.days is None:
            return of_class
        return of_class + timedelta(days=self.days)


def extension_for(exercise: str, found: Mapping[str, Extension]) -> Extension | None:
    """Return a student's extension for an exercise: its own, else that for all."""
    return found.get(exercise) or found.get(EVERY)
