"""Load the catalog: the exercises in order, and the names by which a person may refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import LearncnnError, Message, Messages, UsageError
from ..i18n.texts import language
from ..i18n.tomlio import load_toml

if TYPE_CHECKING:
    from .lesson_catalog import LessonInfo

EXERCISES = Path(__file__).resolve().parents[2] / "exercises"
#: Default driver, for exercises without a driver.py in their folder.
DRIVER = EXERCISES / "driver.py"


class ExerciseInfo(NamedTuple):
    """One exercise of the catalog."""

    id: str
    folder: str
    unit: str
    prerequisites: tuple[str, ...]
    #: By language.
    title: Mapping[str, str]
    #: What a student can do after passing, by language.
    can: Mapping[str, str]
    #: The array libraries a student may choose from.
    libraries: tuple[str, ...]
    #: Points of each function that the student writes.
    functions: Mapping[str, int]
    #: Ready-made operators that would defeat the exercise.
    forbidden: tuple[str, ...] = ()
    #: Factor by which the usual time limit of a case is multiplied.
    patience: float = 1.0
    #: Narrower exercises that a fast-track exercise covers too.
    covers: tuple[str, ...] = ()
    #: The function whose time is compared with a plain loop's, if any.
    timed: str = ""
    #: Whether `see` shows what a correct solution does to a picture.
    picture: bool = False

    @property
    def path(self) -> Path:
        """Return the exercise's folder: stub, lesson, texts, quiz, practice keys."""
        return EXERCISES / self.folder

    def framework(self, wanted: str) -> str:
        """Return the framework to use for a student who prefers `wanted`."""
        return wanted if wanted in self.libraries else self.libraries[0]

    @property
    def driver_source(self) -> str:
        """Return the source of the driver, which calls a submission's functions indirectly."""
        return _driver_source(EXERCISES, self.folder)


@cache  # read once, not once for each submission
def _driver_source(exercises: Path, folder: str) -> str:
    own = exercises / folder / "driver.py"
    return (own if own.exists() else DRIVER).read_text("utf-8")


def title_of(info: ExerciseInfo | LessonInfo) -> str:
    """Return the title of an exercise or a lesson in the language in use."""
    return info.title[language()]


class Catalog(NamedTuple):
    """All exercises by id, in order, and the names of the units."""

    exercises: Mapping[str, ExerciseInfo]
    units: Mapping[str, Mapping[str, str]]

    def resolve(self, name: str) -> ExerciseInfo:
        """Return the exercise meant by `3`, `ex3`, `ex03`, a folder, a file or a function's name.

        Raises UsageError, which suggests the nearest names, if there is none.
        """
        if name in self.exercises:
            return self.exercises[name]
        from .name_resolution import WITHIN, ExerciseNames, kind_of, plain

        names, wanted = ExerciseNames(self.exercises), Path(name).name
        found = names.of_file(wanted) if kind_of(wanted) else names.of_word(wanted)
        if found and (found[1] < WITHIN or kind_of(wanted)):
            return found[0]
        from .lesson_catalog import lesson_named

        if (lesson := lesson_named(name)) is not None:
            raise UsageError("catalog", "lesson", id=lesson.id)
        import difflib

        near = difflib.get_close_matches(plain(wanted[:80]), names.words(), n=3)
        hint = Message("catalog", "list")
        if near:
            hint = Message("catalog", "near", names=Messages(near, Message("catalog", "or")))
        raise UsageError("catalog", "unknown", name=name[:80], hint=hint)


@cache
def load_catalog() -> Catalog:
    """Return the catalog installed with this package. Raises LearncnnError if it is damaged."""
    document = load_toml(EXERCISES / "catalog.toml")
    units = document.pop("units")
    return Catalog({id: _read(id, table) for id, table in document.items()}, units)


def _read(id: str, table: dict[str, Any]) -> ExerciseInfo:
    try:
        return ExerciseInfo(
            id=id,
            folder=table["folder"],
            unit=table["unit"],
            prerequisites=tuple(table["prerequisites"]),
            title=table["title"],
            can=table["can"],
            libraries=tuple(table["libraries"]),
            functions=table["functions"],
            forbidden=tuple(table.get("forbidden", ())),
            patience=float(table.get("patience", 1)),
            covers=tuple(table.get("covers", ())),
            timed=table.get("timed", ""),
            picture=table.get("picture", False),
        )
    except KeyError as error:
        raise LearncnnError("catalog", "incomplete", id=id, lacking=error.args[0]) from error
