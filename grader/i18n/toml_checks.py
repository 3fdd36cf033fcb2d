"""Check the values of a TOML file written by a person, and collect all problems."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from ..errors import Message, Messages


class TomlChecks:
    """Reads values of a document; what is wrong with one becomes a problem, and a default."""

    def __init__(self) -> None:
        self.problems: list[Message] = []

    def table(self, document: Mapping[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
        """Return the table at a key; an empty one without it."""
        value = document.get(key, {})
        if isinstance(value, dict):
            return value
        self.problem("table", place=f"{prefix}{key}")
        return {}

    def unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Note keys that mean nothing, each with the one that it is near to."""
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                listed = ", ".join(known)
                hint = Message("toml", "near", name=near[0]) if near else listed
                self.problem("unknown", place=f"{place}.{key}".lstrip("."), hint=hint)

    def number(self, key: str, value: Any, most: float | None = None) -> float:
        """Return a number from 0 to `most`."""
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and 0 <= value <= (most if most is not None else 1e9):
            return float(value)
        limit = Message("toml", "up_to", most=most) if most is not None else ""
        self.problem("number", place=key, limit=limit)
        return 0.0

    def whole(self, key: str, value: Any, least: int) -> int:
        """Return a whole number of at least `least`."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.problem("whole", place=key, least=least)
        return least

    def choice(self, place: str, value: Any, known: tuple[str, ...]) -> str:
        """Return one of the texts that are known."""
        if value in known:
            return str(value)
        self.problem("choice", place=place, known=", ".join(known))
        return known[0]

    def text(self, place: str, value: Any) -> str:
        """Return a text that is not empty."""
        if isinstance(value, str) and value.strip():
            return value
        self.problem("text", place=place)
        return ""

    def texts(self, place: str, value: Any) -> tuple[str, ...]:
        """Return a list of texts."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.problem("texts", place=place)
        return ()

    def flag(self, place: str, value: Any) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.problem("flag", place=place)
        return value is True

    def problem(self, key: str, **values: object) -> None:
        """Note what is wrong, by a sentence of text/toml.toml."""
        self.note(Message("toml", key, **values))

    def note(self, message: Message) -> None:
        """Note what is wrong."""
        self.problems.append(message)

    @property
    def listed(self) -> Messages:
        """Every problem on a line of its own."""
        return Messages(["", *self.problems], "\n  ")
