"""Check the values of a TOML file written by a person, and collect all problems."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ..errors import Message, Messages


class TomlChecks:
    """Reads values of a document; for a wrong value, notes a problem and returns a default."""

    def __init__(self) -> None:
        self.problems: list[Message] = []

    def table(self, document: Mapping[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
        """Return the table at a key; empty if there is none."""
        value = document.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem("table", place=f"{prefix}{key}")
        return {}

    def unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Note unknown keys, each with the most similar known key, or with all of them."""
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = Message("toml", "near", name=near[0]) if near else Messages(known)
                self.problem("unknown", place=f"{place}.{key}".lstrip("."), hint=hint)

    def number(self, key: str, value: Any, most: float | None = None) -> float:
        """Return a number from 0 to `most`; 0 if the value is not one."""
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and 0 <= value <= (most if most is not None else 1e9):
            return float(value)
        limit = Message("toml", "up_to", most=most) if most is not None else ""
        self.problem("number", place=key, limit=limit)
        return 0.0

    def whole(self, key: str, value: Any, least: int) -> int:
        """Return a whole number of at least `least`; `least` if the value is not one."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.problem("whole", place=key, least=least)
        return least

    def choice(self, place: str, value: Any, known: tuple[str, ...]) -> str:
        """Return one of the texts in `known`; the first if the value is not one."""
        if value in known:
            return str(value)
        self.problem("choice", place=place, known=Messages(known))
        return known[0]

    def text(self, place: str, value: Any) -> str:
        """Return a non-blank text; an empty one if the value is not one."""
        if isinstance(value, str) and value.strip():
            return value
        self.problem("text", place=place)
        return ""

    def texts(self, place: str, value: Any) -> tuple[str, ...]:
        """Return a list of texts as a tuple; empty if the value is not one."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.problem("texts", place=place)
        return ()

    def flag(self, place: str, value: Any) -> bool:
        """Return a boolean; False if the value is not one."""
        if not isinstance(value, bool):
            self.problem("flag", place=place)
        return value is True

    def problem(self, key: str, **values: object) -> None:
        """Note a problem by the key of its sentence in text/toml.toml."""
        self.note(Message("toml", key, **values))

    def note(self, message: Message) -> None:
        """Note a problem."""
        self.problems.append(message)

    @property
    def listed(self) -> Messages:
        """Return the problems, each on its own line."""
        return Messages(["", *self.problems], "\n  ")
