"""Compute the difficulty and discrimination of items: a case, a mistake, a question of an exam.

Difficulty is the share of students who got the item right. Discrimination is the correlation
between getting it right and the rest of the same student's work (the corrected item–total
correlation of classical test theory). Near 0, strong and weak students do equally well; below 0,
strong students get it wrong more often.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Minimum number of students for a meaningful correlation.
LEAST = 10
#: Discrimination below which an item should be reviewed.
WEAK = 0.15


@dataclass
class ItemTally:
    """Sums of scores on one item (0 to 1), and of each student's share on the other work."""

    of: int = 0
    right: float = 0.0
    #: Over students with other work: their number, and sums of x, y, x², y², xy, where x is the
    #: score and y the share on the rest.
    _known: int = 0
    _x: float = 0.0
    _y: float = 0.0
    _xx: float = 0.0
    _yy: float = 0.0
    _xy: float = 0.0

    def add(self, score: float, rest: float | None) -> None:
        """Count a student; `rest` is None if there is no other work."""
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
        """Return the mean score: the share of students who got it right."""
        return self.right / self.of if self.of else 0.0

    @property
    def discrimination(self) -> float | None:
        """Return the correlation; None with fewer than LEAST students, or if all values agree."""
        n = self._known
        if n < LEAST:
            return None
        spread_x = n * self._xx - self._x * self._x
        spread_y = n * self._yy - self._y * self._y
        if spread_x <= 1e-9 * n or spread_y <= 1e-9 * n:
            return None
        return (n * self._xy - self._x * self._y) / math.sqrt(spread_x * spread_y)
