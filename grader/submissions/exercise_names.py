"""Determine the exercise of a file from its name only."""

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
#: Archives that are not read; they are reported instead of ignored.
OTHER_ARCHIVES = (".7z", ".rar", ".tar.bz2", ".tar.xz", ".gz", ".bz2", ".xz")
_TWO_NUMBERS = re.compile(r"\d+[- ]\d+")


@dataclass(frozen=True)
class Exercises:
    """The exercises that are graded."""

    catalog: Catalog
    chosen: Sequence[ExerciseInfo]

    def of(self, path: str) -> tuple[ExerciseInfo, int] | None:
        """Return a file's exercise and the uncertainty of its name: 0 is the most certain."""
        if kind_of(path.rpartition("/")[2]) is None:
            return None
        if found := self._names.of_file(path):
            return found if found[0] in self.chosen else None
        return (self.chosen[0], BY_FOLDER) if len(self.chosen) == 1 else None

    def knows(self, path: str) -> bool:
        """Return whether a file's own name names an exercise, graded or not."""
        return self._names.of_file(path.rpartition("/")[2]) is not None

    def unnamed(self, path: str) -> bool:
        """Return whether it is a source file whose path names no exercise."""
        is_source = kind_of(path.rpartition("/")[2]) is not None
        return is_source and self._names.of_file(path) is None

    def named(self, stem: str) -> tuple[ExerciseInfo, int] | None:
        """Return the exercise that a word names: by folder, id, function, or an id within it."""
        return self._names.of_word(stem)

    def named_file(self, name: str) -> tuple[ExerciseInfo, int] | None:
        """Return the exercise that the name of a file or archive contains, even of a copy."""
        stem = stem_of(name)
        # `12-3` is more likely a student number than a copy of `12`.
        return None if _TWO_NUMBERS.fullmatch(stem) else self._names.of_stem(stem)

    @cached_property
    def _names(self) -> ExerciseNames:
        return ExerciseNames(self.catalog.exercises)


def stem_of(name: str) -> str:
    """Return a file's name without known suffixes."""
    lower = name.lower()
    for suffix in sorted((*ARCHIVES, *OTHER_ARCHIVES), key=len, reverse=True):
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return without_kind(name)


def is_archive(name: str) -> bool:
    """Return whether a name is that of an archive, supported or not."""
    return name.lower().endswith((*ARCHIVES, *OTHER_ARCHIVES))


def interesting(path: str) -> bool:
    """Return whether a file may be, or contain, a submission."""
    name = path.rpartition("/")[2]
    return kind_of(name) is not None or name.lower().endswith(SEALED) or is_archive(name)
