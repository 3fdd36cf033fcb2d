"""Difficulty and discrimination of items: a case, a mistake, a question of an exam.

Difficulty is the share who got it right. Discrimination is the correlation between getting it right
and the rest of the same student's work (the corrected item–total correlation of classical test
theory): near 0 strong and weak students do alike, below 0 the strong get it wrong more often.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Minimum number of students of whom a correlation says anything.
LEAST = 10
#: Discrimination below which an item is worth a look.
WEAK = 0.15


@dataclass
class ItemTally:
    """Scores on one item, each between 0 and 1, beside the share of the rest of that work."""

    of: int = 0
    right: float = 0.0
    #: Sums over those whose rest is known: how many, x, y, x², y², xy.
    _known: int = 0
    _x: float = 0.0
    _y: float = 0.0
    _xx: float = 0.0
    _yy: float = 0.0
    _xy: float = 0.0

    def add(self, score: float, rest: float | None) -> None:
        """Count a student; `rest` is None where there is no other work."""
        self.of += 1
        self.right += score
        if rest is None:
            return
        self._known += 1
        self._x += score
        self._y += rest
        self._xx += score * score
        self._yy += rest * rest
        self._xy += score * rest

    @property
    def difficulty(self) -> float:
        """Return the share who got it right."""
        return self.right / self.of if self.of else 0.0

    @property
    def discrimination(self) -> float | None:
        """Return the correlation; None with few students, or where all are alike."""
        n = self._known
        if n < LEAST:
            return None
        spread_x = n * self._xx - self._x * self._x
        spread_y = n * self._yy - self._y * self._y
        if spread_x <= 1e-9 * n or spread_y <= 1e-9 * n:
            return None
        return (n * self._xy - self._x * self._y) / math.sqrt(spread_x * spread_y)
