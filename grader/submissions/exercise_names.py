"""Which exercise a file is of, by its name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..course.catalog import Catalog, ExerciseInfo

SUFFIXES = (".py", ".ipynb")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
#: Sealed answers of an exam, as `submit` hands them in.
SEALED = ".sealed.json"
#: Archives that are not read; they are named, not passed over.
OTHER_ARCHIVES = (".7z", ".rar", ".tar.bz2", ".tar.xz", ".gz", ".bz2", ".xz")
#: An exercise by its number.
NUMBERED = r"(?:exercise|ex|练习)[ _-]?0*(\d{1,3})(?!\d)"
_ID = re.compile(NUMBERED, re.IGNORECASE)
#: The same as a word within a name: `2023001_王小明_ex01`.
_WITHIN = re.compile(rf"(?<![a-z0-9]){NUMBERED}", re.IGNORECASE)
#: A test of an exercise is no work on it.
_TEST = re.compile(r"(?:^|[ _-])tests?(?:[ _-]|$)", re.IGNORECASE)
#: How sure a name is that has the exercise within it.
WITHIN = 3
_NUMBER = re.compile(r"0*(\d{1,3})(?!\d)")
#: What browsers and LMSs add to the name of a second copy, read from its end: `ex01 - Copy (2)`.
_COPY_REVERSED = re.compile(r"(?:\)\d+\([ _-]*|\d+-|ypoc (?:- )?|本副\s+)*", re.IGNORECASE)


@dataclass(frozen=True)
class Exercises:
    """The exercises that are graded."""

    catalog: Catalog
    chosen: Sequence[ExerciseInfo]

    def of(self, path: str) -> tuple[ExerciseInfo, int] | None:
        """The exercise of a file and how sure its name is of it: 0 is surest."""
        folders, _, name = path.rpartition("/")
        if not name.lower().endswith(SUFFIXES):
            return None
        if found := self._of_name(name):
            return found if found[0] in self.chosen else None
        parent = folders.rpartition("/")[2]
        if (beside := self.named(parent)) and beside[1] < 2:
            return (beside[0], 4) if beside[0] in self.chosen else None
        return (self.chosen[0], 4) if len(self.chosen) == 1 else None

    def knows(self, path: str) -> bool:
        """Whether a file is of some exercise, one that is graded or another."""
        name = path.rpartition("/")[2]
        return name.lower().endswith(SUFFIXES) and self._of_name(name) is not None

    def _of_name(self, name: str) -> tuple[ExerciseInfo, int] | None:
        """By a file's name, without what marks a copy (`ex01-1.py`) where that leaves a name."""
        stem = stem_of(name)
        if _TEST.search(stem):
            return None
        return self.named(_without_copy(stem).strip()) or self.named(stem)

    def named(self, stem: str) -> tuple[ExerciseInfo, int] | None:
        """The exercise a word names: its folder, its id, a function of it, or an id within it."""
        wanted = stem.casefold()
        if found := self._folders.get(wanted):
            return found, 0
        if match := _ID.match(wanted) or _NUMBER.fullmatch(wanted):
            info = self.catalog.exercises.get(f"ex{int(match[1]):02d}")
            return (info, 1) if info else None
        slug = re.sub(r"[\s-]+", "_", wanted)
        if slug in self._words:
            return self._words[slug], 2
        numbers = {int(number) for number in _WITHIN.findall(wanted)}
        within = [self.catalog.exercises.get(f"ex{number:02d}") for number in numbers]
        return (within[0], WITHIN) if len(within) == 1 and within[0] else None

    @cached_property
    def _folders(self) -> Mapping[str, ExerciseInfo]:
        return {info.folder.casefold(): info for info in self.catalog.exercises.values()}

    @cached_property
    def _words(self) -> Mapping[str, ExerciseInfo]:
        words: dict[str, ExerciseInfo] = {}
        for info in self.catalog.exercises.values():
            for name in (info.folder.partition("_")[2], *info.functions):
                words.setdefault(name.casefold(), info)
        return words


def stem_of(name: str) -> str:
    """A file's name without the suffixes that are known here."""
    lower = name.lower()
    for suffix in (*SUFFIXES, *sorted((*ARCHIVES, *OTHER_ARCHIVES), key=len, reverse=True)):
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name


def _without_copy(stem: str) -> str:
    """Return a stem without the marks of a copy at its end."""
    marks = _COPY_REVERSED.match(stem[::-1])
    return stem[: len(stem) - marks.end()] if marks else stem


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive, read here or not."""
    return name.lower().endswith((*ARCHIVES, *OTHER_ARCHIVES))


def interesting(path: str) -> bool:
    """Whether a file may be, or hold, a submission."""
    return path.lower().endswith((*SUFFIXES, SEALED)) or is_archive(path)
