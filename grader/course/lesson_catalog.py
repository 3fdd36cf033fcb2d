"""Load the lessons without an exercise: `les01`, `les02` … Each precedes an exercise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LearncnnError
from ..i18n.tomlio import load_toml
from . import catalog

#: Prefix of the id of a lesson.
LESSON = "les"
#: An id as people write it: `les01`, `les 1`, `lesson 1`, `课 1`.
_WRITTEN = r"(?:les(?:son)?|课)[ _-]?0*(\d{1,2})"


class LessonInfo(NamedTuple):
    """One lesson of lessons.toml."""

    id: str
    folder: str
    #: The exercise that it precedes, in lists and in `next`.
    before: str
    #: By language.
    title: Mapping[str, str]
    #: The quiz banks that ask about it: its own and those of its subject.
    banks: tuple[str, ...]
    #: Statements of the curriculum that it teaches.
    teaches: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Return the lesson's folder: its text in both languages, its quiz."""
        return catalog.EXERCISES / self.folder

    @property
    def unit(self) -> str:
        """Return the unit of the exercise that the lesson precedes."""
        return catalog.load_catalog().exercises[self.before].unit


def load_lessons() -> Mapping[str, LessonInfo]:
    """Return the installed lessons in order. Raises LearncnnError if their file is damaged."""
    return _lessons_of(catalog.EXERCISES)


@cache
def _lessons_of(folder: Path) -> Mapping[str, LessonInfo]:
    path = folder / "lessons.toml"
    if not path.exists():
        return {}
    return {id: _read(id, table) for id, table in load_toml(path).items()}


def _read(id: str, table: dict[str, Any]) -> LessonInfo:
    try:
        return LessonInfo(
            id,
            table["folder"],
            table["before"],
            table["title"],
            tuple(table["banks"]),
            tuple(table.get("teaches", ())),
        )
    except KeyError as error:
        raise LearncnnError("catalog", "incomplete", id=id, lacking=error.args[0]) from error


def lesson_named(name: str) -> LessonInfo | None:
    """Return the lesson meant by `les01`, `les 1`, its folder or its title, or None."""
    plain = name.strip().casefold()
    lessons = load_lessons()
    if found := re.fullmatch(_WRITTEN, plain):
        return lessons.get(f"{LESSON}{int(found[1]):02d}")
    for info in lessons.values():
        topic = info.folder.partition("_")[2]
        names = (info.folder, topic, *(title.casefold() for title in info.title.values()))
        if plain in names:
            return info
    return None


def lessons_before(exercise: str) -> list[LessonInfo]:
    """Return the lessons that precede an exercise."""
    return [info for info in load_lessons().values() if info.before == exercise]
