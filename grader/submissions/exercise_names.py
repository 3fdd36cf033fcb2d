"""Which exercise a file is of, by its name alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..course.catalog import Catalog, ExerciseInfo
from ..course.name_resolution import BY_FOLDER, ExerciseNames, kind_of, without_kind

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
#: Sealed answers of an exam, as `submit` hands them in.
SEALED = ".sealed.json"
#: Archives that are not read; they are named, not passed over.
OTHER_ARCHIVES = (".7z", ".rar", ".tar.bz2", ".tar.xz", ".gz", ".bz2", ".xz")
_TWO_NUMBERS = re.compile(r"\d+[- ]\d+")


@dataclass(frozen=True)
class Exercises:
    """The exercises that are graded."""

    catalog: Catalog
    chosen: Sequence[ExerciseInfo]

    def of(self, path: str) -> tuple[ExerciseInfo, int] | None:
        """The exercise of a file and how sure its name is of it: 0 is surest."""
        if kind_of(path.rpartition("/")[2]) is None:
            return None
        if found := self._names.of_file(path):
            return found if found[0] in self.chosen else None
        return (self.chosen[0], BY_FOLDER) if len(self.chosen) == 1 else None

    def knows(self, path: str) -> bool:
        """Whether a file is of some exercise by its own name, one that is graded or another."""
        return self._names.of_file(path.rpartition("/")[2]) is not None

    def unnamed(self, path: str) -> bool:
        """Return whether it is a source file in whose path no exercise is named."""
        is_source = kind_of(path.rpartition("/")[2]) is not None
        return is_source and self._names.of_file(path) is None

    def named(self, stem: str) -> tuple[ExerciseInfo, int] | None:
        """The exercise a word names: its folder, its id, a function of it, or an id within it."""
        return self._names.of_word(stem)

    def named_file(self, name: str) -> tuple[ExerciseInfo, int] | None:
        """Return the exercise a file's or an archive's name says, though it be a copy's."""
        stem = stem_of(name)
        # `12-3` is rather a student's number than a copy of `12`.
        return None if _TWO_NUMBERS.fullmatch(stem) else self._names.of_stem(stem)

    @cached_property
    def _names(self) -> ExerciseNames:
        return ExerciseNames(self.catalog.exercises)


def stem_of(name: str) -> str:
    """A file's name without the suffixes that are known here."""
    lower = name.lower()
    for suffix in sorted((*ARCHIVES, *OTHER_ARCHIVES), key=len, reverse=True):
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return without_kind(name)


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive, read here or not."""
    return name.lower().endswith((*ARCHIVES, *OTHER_ARCHIVES))


def interesting(path: str) -> bool:
    """Whether a file may be, or hold, a submission."""
    name = path.rpartition("/")[2]
    return kind_of(name) is not None or name.lower().endswith(SEALED) or is_archive(name)
