"""Format and recognise the ids of exercises: `ex01`, `ex02` …

No other module depends on the format, so another course may number its exercises differently.
"""

from __future__ import annotations

import re

_ID = re.compile(r"ex(\d\d)")
#: An id as people write it: `ex 3`, `EX-03`.
_WRITTEN = re.compile(r"\bex[ _-]?0*(\d{1,3})\b", re.IGNORECASE)
#: A number, alone or after `ex`: `3`, `ex3`.
_TYPED = re.compile(r"(?:ex)?0*(\d{1,2})")


def exercise_id(number: int) -> str:
    """Return the id of the exercise with a number (1-based)."""
    return f"ex{number:02d}"


def number_of(id: str) -> int | None:
    """Return the number in an id, or None if `id` is not an id."""
    found = _ID.fullmatch(id)
    return int(found[1]) if found else None


def id_typed(text: str) -> str | None:
    """Return the id that a person typed as `3`, `ex3` or `ex03`, or None."""
    found = _TYPED.fullmatch(text)
    return exercise_id(int(found[1])) if found else None


def id_within(text: str) -> str | None:
    """Return the first id that occurs as a word in a text, or None."""
    found = _WRITTEN.search(text)
    return exercise_id(int(found[1])) if found else None
