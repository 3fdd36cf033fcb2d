"""Read the questions of an exam from its instructor's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import Message
from ...i18n.toml_checks import TomlChecks
from ..items import bank

_KEYS = ("item", "one_of", "bank", "count", "points")


@dataclass(frozen=True)
class Question:
    """One question of an exam: the items it may be, and what it is worth."""

    items: tuple[str, ...]
    points: int = 1


class QuestionReader:
    """Reads `[[question]]` tables and notes problems in `checks`."""

    def __init__(self, known: Mapping[str, bank.BankSource], checks: TomlChecks) -> None:
        """Read tables of an exam that may ask the `known` items, which are given by id."""
        self._known = known
        self._checks = checks

    def read(self, tables: Any) -> list[Question]:
        """Return the questions of a list of tables, in order."""
        if not isinstance(tables, list) or not tables:
            self._checks.note(Message("exam", "no_questions"))
            return []
        places = (f"question[{number}]" for number in range(1, len(tables) + 1))
        return [
            q for place, table in zip(places, tables, strict=True) for q in self._one(place, table)
        ]

    def _one(self, place: str, table: Any) -> list[Question]:
        checks = self._checks
        if not isinstance(table, dict):
            checks.problem("table", place=place)
            return []
        checks.unknown(place, table, _KEYS)
        points = checks.whole(f"{place}.points", table.get("points", 1), 1)
        if len(table.keys() & {"item", "one_of", "bank"}) != 1:
            checks.note(Message("exam", "one_source", place=place))
            return []
        if "bank" in table:
            return self._of_bank(place, table, points)
        if "count" in table:
            checks.note(Message("exam", "count_of_bank", place=place))
        names: tuple[str, ...]
        if "item" in table:
            names = (checks.text(f"{place}.item", table["item"]),)
        else:
            names = checks.texts(f"{place}.one_of", table["one_of"])
            if not names:
                checks.note(Message("exam", "no_items", place=place))
        for name in names:
            self._check_item(place, name)
        return [Question(names, points)]

    def _of_bank(self, place: str, table: Mapping[str, Any], points: int) -> list[Question]:
        name = self._checks.text(f"{place}.bank", table["bank"])
        count = self._checks.whole(f"{place}.count", table.get("count", 1), 1)
        items = [bank.read(each) for each in self._known.values() if each.bank == name]
        graded = tuple(item.id for item in items if item.graded)
        if count > len(graded):
            short = Message("exam", "bank_short", place=place, bank=name, have=len(graded))
            self._checks.note(short)
            return []
        # Question n draws from every count-th item, so that no item is asked twice.
        return [Question(graded[n::count], points) for n in range(count)]

    def _check_item(self, place: str, name: str) -> None:
        if name and name not in self._known:
            self._checks.note(Message("exam", "no_item", place=place, item=name))
        elif name and not bank.read(self._known[name]).graded:
            self._checks.note(Message("exam", "not_graded", place=place, item=name))
