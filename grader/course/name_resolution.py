"""Resolve a name to an exercise: a name typed by a person, or that of a file or folder.

Browsers, systems, messengers and learning platforms add marks to the names of copies, in English
and Chinese: `ex01 (1).py`, `Copy of ex01.ipynb`, `副本 ex01.py`, `ex01.py.txt`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from .exercise_ids import exercise_id

if TYPE_CHECKING:
    from ..course.catalog import ExerciseInfo

    #: An exercise and the uncertainty of the match: 0 is the most certain.
    Named = tuple[ExerciseInfo, int]

# Patterns are strings: most commands need none of them, and `re` caches those it has compiled.

#: An exercise by its number.
NUMBERED = r"(?:exercise|ex|练习)[ _-]?0*(\d{1,3})(?!\d)"
#: Uncertainty of a match within a name, and of a match in the name of the folder.
WITHIN, BY_FOLDER = 3, 4
#: Maximum length of a name, in characters, because no file system has longer ones.
MAX_NAME = 255

_ID = NUMBERED
_NUMBER = r"0*(\d{1,3})(?!\d)"
#: The same as a word within a name: `2023001_王小明_ex01`.
_WITHIN = rf"(?<![a-z0-9]){NUMBERED}"
#: Names of test files: a test of an exercise is not a solution of it.
_TEST = r"(?:^|[ _-])tests?(?:[ _-]|$)"

#: The suffix of a file, and what is added after it: by editors and browsers that treat it as text,
#: by mail and messengers that rename untrusted files, by downloads whose name is already taken.
_KIND = (
    r"\.(py|ipynb)((?:\.(?:py|txt|json|download|rename|重命名|\d{1,2})|[ _]?\(\d{1,3}\))*)[. ]*$"
)
_COPY_WORD = r"(?:copy|副本|复件|拷贝|複製|拷貝)"
#: `Copy of `, `Copy (2) of `, `副本 `, `复件 (2) `, as often as it was copied.
_COPY_BEFORE = (
    r"(?:(?:a[ _])?copy[ _-]*(?:\(?\d{1,3}\)?[ _-]*)?of[ _-]+"
    r"|(?:副本|复件|拷贝|複製|拷貝)[ _-]*(?:\(\d{1,3}\))?[ _-]*)+"
)
#: ` - Copy`, `-Copy1`, ` copy 2`, `的副本`, ` 2`, `-1`: in the last `_MARK_LENGTH` characters.
_COPY_AFTER = rf"(?:的?{_COPY_WORD}[ _-]?\d{{0,3}}|-\d{{1,3}}| \d{{1,2}})$"
_MARK_LENGTH = 12
#: What a synchronised folder adds to the name of a file when two versions conflict.
_CLASH = ".sync-conflict-"
#: Quotation marks that a copy puts around the original name, and separators between marks.
_QUOTES, _BETWEEN = "\"'“”‘’「」『』", " _-."
#: A file suffix that has become part of a copy's name.
_INNER_SUFFIX = r"[._](?:py|ipynb)$"


def kind_of(name: str) -> str | None:
    """Return `.py` or `.ipynb` for a file that may be a submission, even if more text follows."""
    tail = name[-MAX_NAME:].lower()
    if tail.endswith((".py", ".ipynb")):
        return ".py" if tail.endswith(".py") else ".ipynb"
    found = re.search(_KIND, tail)
    return f".{found[1]}" if found else None


def without_kind(name: str) -> str:
    """Return a file's name without its suffix and what was added after it."""
    tail = name[-MAX_NAME:].lower()
    found = re.search(_KIND, tail)
    return name[: found.start() - len(tail)] if found else name


def without_copy_marks(stem: str) -> str:
    """Return a name in a normalised spelling, without the marks of a copy."""
    name = _spelled(stem)
    while True:
        before = re.match(_COPY_BEFORE, name)
        shorter = _without_mark(name[before.end() :] if before else name).strip(_QUOTES + _BETWEEN)
        shorter = re.sub(_INNER_SUFFIX, "", shorter)
        if shorter == name or not shorter:
            return name
        name = shorter


def _without_mark(name: str) -> str:
    """Return a name without the last mark of a copy after it."""
    if name.endswith(")"):  # (1), (copy), (another copy), (Ann's conflicted copy 2024-01-01)
        before, bracket, mark = name[:-1].rpartition("(")
        if bracket and (re.fullmatch(r"\d{1,3}", mark) or re.search(_COPY_WORD, mark)):
            return before
    if _CLASH in name:
        return name[: name.rindex(_CLASH)]
    found = re.search(_COPY_AFTER, name[-_MARK_LENGTH:])
    return name[: found.start() - len(name[-_MARK_LENGTH:])] if found else name


def without_copy_prefix(name: str) -> str:
    """Return a file's name without the `Copy of ` before it, its letters unchanged."""
    found = re.match(_COPY_BEFORE, name.lower()) if len(name) <= MAX_NAME else None
    return name[found.end() :] if found and found.end() < len(name) else name


class ExerciseNames:
    """The exercises of a catalog, indexed by all the names that a person or a file may use."""

    def __init__(self, exercises: Mapping[str, ExerciseInfo]) -> None:
        self._exercises = exercises

    def of_word(self, word: str) -> Named | None:
        """Find an exercise by folder, id, number, function, title, or an id within the name."""
        return self._of(_spelled(word)) if len(word) <= MAX_NAME else None

    def of_stem(self, stem: str) -> Named | None:
        """Find an exercise by a file's name without its suffix; the name may be that of a copy."""
        if len(stem) > MAX_NAME:
            return None
        return self._of(without_copy_marks(stem)) or self._of(_spelled(stem))

    def of_file(self, path: str) -> Named | None:
        """Find an exercise by a source file's name, else by its folder; None for other files."""
        folders, _, name = path.rpartition("/")
        if kind_of(name) is None:
            return None
        stem = without_kind(name)
        if re.search(_TEST, stem.casefold()):
            return None
        if found := self.of_stem(stem):
            return found
        above = self.of_word(folders.rpartition("/")[2])
        return (above[0], BY_FOLDER) if above and above[1] < 2 else None

    def words(self) -> list[str]:
        """Return all names except numbers, for suggestions of the nearest."""
        return [*self._words, *self._exercises]

    def _of(self, name: str) -> Named | None:
        if found := self._folders.get(name):
            return found, 0
        if match := re.match(_ID, name) or re.fullmatch(_NUMBER, name):
            info = self._exercises.get(exercise_id(int(match[1])))
            return (info, 1) if info else None
        if found := self._words.get(plain(name)):
            return found, 2
        numbers = {int(number) for number in re.findall(_WITHIN, name)}
        within = [self._exercises.get(exercise_id(number)) for number in numbers]
        return (within[0], WITHIN) if len(within) == 1 and within[0] else None

    @cached_property
    def _folders(self) -> Mapping[str, ExerciseInfo]:
        return {info.folder.casefold(): info for info in self._exercises.values()}

    @cached_property
    def _words(self) -> Mapping[str, ExerciseInfo]:
        """Return topics, titles and functions; a name belongs to the first exercise that has it."""
        words: dict[str, ExerciseInfo] = {}
        for info in self._exercises.values():
            topic = info.folder.partition("_")[2]
            for name in (topic, *info.title.values(), *info.functions):
                words.setdefault(plain(name), info)
        return words


def plain(name: str) -> str:
    """Return a name in lower case; each run of other characters becomes one underscore."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _spelled(name: str) -> str:
    """Return a name in lower case, with full-width characters converted to half-width."""
    return unicodedata.normalize("NFKC", name).casefold().strip()
