"""Write a Markdown table of where each statement of the curriculum is taught and asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..course import catalog
from ..course.lesson_catalog import load_lessons
from ..i18n.tomlio import load_toml
from ..quiz.items.bank import load_bank

BEGIN, END = "<!-- statements: begin -->", "<!-- statements: end -->"
_HEAD = ("statement", "", "lesson", "exercise", "quiz items")


class Coverage(NamedTuple):
    """Ids of the lessons that teach a statement, and of the exercises and items that ask it."""

    lessons: list[str]
    exercises: list[str]
    items: list[str]


def declared() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of each statement by language; empty if statements.toml is missing."""
    path = catalog.EXERCISES / "statements.toml"
    return load_toml(path) if path.exists() else {}


def coverage() -> dict[str, Coverage]:
    """Return where each statement is taught and asked, for declared and undeclared ids."""
    found: dict[str, Coverage] = {}

    def of(id: str) -> Coverage:
        return found.setdefault(id, Coverage([], [], []))

    for id in declared():
        of(id)
    for lesson in load_lessons().values():
        for id in lesson.teaches:
            of(id).lessons.append(lesson.id)
    for info in catalog.load_catalog().exercises.values():
        texts = load_toml(info.path / "text.toml")
        for id in texts.get("teaches", []):
            of(id).lessons.append(info.id)
        for id in texts.get("asks", []):
            of(id).exercises.append(info.id)
    for item in load_bank(root=catalog.EXERCISES):
        for id in item.asks:
            of(id).items.append(item.id)
    return found


def statement_problems() -> Iterator[str]:
    """Yield statements that are never taught or never asked, and ids that are not declared."""
    known = declared()
    for id, where in sorted(coverage().items()) if known else ():
        if id not in known:
            yield f"{id} is not in statements.toml ({', '.join(_all(where))})"
            continue
        if not where.lessons:
            yield f"{id} is taught in no lesson"
        if not where.exercises and not where.items:
            yield f"{id} is asked in no exercise and no quiz item"


def _all(where: Coverage) -> list[str]:
    return [*where.lessons, *where.exercises, *where.items]


def statement_table() -> str:
    """Return a Markdown table with a row for each declared statement, by id."""
    known = declared()
    rows: list[tuple[str, ...]] = [_HEAD, ("---",) * len(_HEAD)]
    for id, where in sorted(coverage().items()):
        if id in known:
            cells = (", ".join(ids) for ids in where)
            rows.append((id, known[id]["en"], *cells))
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)
