"""Detect whether a guessed order of attempts decides which of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..submissions.order import is_guess

if TYPE_CHECKING:
    from .grades import Attempt
    from .rubric import Rubric


def is_guessed(rubric: Rubric, attempts: Sequence[Attempt]) -> bool:
    """Return whether an equally likely order would make another attempt count."""
    count = len(attempts)
    limit = count if rubric.limit is None else min(rubric.limit, count)
    pairs = {(i, j) for i in range(limit) for j in range(limit, count)}
    if rubric.count == "first":
        pairs |= {(0, j) for j in range(1, limit)}
    if rubric.count == "last":
        pairs |= {(i, limit - 1) for i in range(limit - 1)}
        if limit and _came_back(attempts[: limit - 1], attempts[limit - 1]):
            return True
    return any(_guess(attempts[i], attempts[j]) for i, j in pairs)


def _came_back(before: Sequence[Attempt], attempt: Attempt) -> bool:
    """Return whether an attempt repeats earlier work without a time, as an old download may."""
    moment = attempt.moment
    timeless = moment is not None and moment.time is None and not moment.certain
    return timeless and any(each.content == attempt.content for each in before)


def _guess(before: Attempt, after: Attempt) -> bool:
    if before.moment is None or after.moment is None or before.content == after.content:
        return False
    return is_guess(before.moment, after.moment)
