"""Find misconception codes: the exercise that each belongs to, and its sentence.

A code is defined by the exercise that diagnoses it (`[misconceptions.CODE]` in its text.toml).
Codes that only quizzes use are in exercises/quiz_codes.toml, with the exercise to go to next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...i18n.tomlio import load_toml
from .item import Texts

OWN_CODES = "quiz_codes.toml"

_HEADER = re.compile(r"^\[misconceptions\.([A-Z0-9-]+)\]", re.MULTILINE)


@dataclass(frozen=True)
class CodeHome:
    """The file that explains a code, and the exercise (or subject) to go to next."""

    code: str
    exercise: str
    file: Path


@cache
def code_index(root: Path = EXERCISES) -> Mapping[str, tuple[CodeHome, ...]]:
    """Return every known code with the files that explain it.

    Exercises come in order, quiz_codes.toml comes last.
    """
    found: dict[str, list[CodeHome]] = {}
    for path in sorted(root.glob("ex*/text.toml")):
        exercise = path.parent.name.partition("_")[0]
        for code in _HEADER.findall(path.read_text("utf-8")):
            found.setdefault(code, []).append(CodeHome(code, exercise, path))
    own = root / OWN_CODES
    for code, table in (load_toml(own) if own.exists() else {}).items():
        found.setdefault(code, []).append(CodeHome(code, table.get("exercise", ""), own))
    return {code: tuple(homes) for code, homes in found.items()}


def home_of(code: str, exercise: str = "", root: Path = EXERCISES) -> CodeHome | None:
    """Return the home of a code, preferably in `exercise`; None for an unknown code."""
    homes = code_index(root).get(code, ())
    return next((home for home in homes if home.exercise == exercise), next(iter(homes), None))


def sentence(home: CodeHome) -> Texts:
    """Return the sentence about a misconception, by language."""
    document: Any = load_toml(home.file)
    table = (
        document[home.code]
        if home.file.name == OWN_CODES
        else (document["misconceptions"][home.code])
    )
    return {language: table[language] for language in ("en", "zh")}
