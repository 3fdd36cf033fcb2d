"""Every sentence a person reads, in English and Chinese, from TOML.

`say("check", "attempt", number=4)` reads grader/text/check.toml: one small file for each family
of commands, parsed when it is first needed. Texts of an exercise come from its own text.toml.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .catalog import ExerciseInfo
from .tomlio import load_toml

LANGUAGES = ("en", "zh")
TEXT = Path(__file__).resolve().parent / "text"

_language = ["en"]


def use_language(language: str) -> None:
    """Choose the language of everything said from now on."""
    _language[0] = language


def language() -> str:
    """The language in use: `en` or `zh`."""
    return _language[0]


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the locale: Chinese for zh_*, English for all others."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(family: str, key: str, **values: object) -> str:
    """The sentence `key` (dotted) of a family, in the language in use, with values filled in."""
    entry: Any = family_texts(family)
    for part in key.split("."):
        entry = entry[part]
    sentence: str = entry[language()]
    return sentence.format(**values) if values else sentence


@cache
def family_texts(family: str) -> dict[str, Any]:
    """All sentences of one family, by key and language."""
    return load_toml(TEXT / f"{family}.toml")


@dataclass(frozen=True)
class ExerciseTexts:
    """The texts of one exercise; a text that is missing is empty."""

    document: Mapping[str, Any]

    def stub(self, name: str) -> str:
        """The docstring of a function, or of the module."""
        return _in_language(self.document.get("stub", {}).get(name))

    @property
    def hints(self) -> tuple[str, ...]:
        """From a nudge to nearly the code."""
        return tuple(_in_language(hint) for hint in self.document.get("hints", ()))

    def misconception(self, code: str) -> str:
        """What someone with this misconception did."""
        return _in_language(self._misconceptions.get(code))

    def hint_for(self, code: str) -> str:
        """What to change against this misconception."""
        return _in_language(self._misconceptions.get(code, {}).get("hint"))

    def case_title(self, title: str) -> str:
        """A case's title, which is English in the exercise's source."""
        if language() == "en":
            return title
        translated: str = self.document.get("cases", {}).get(title, title)
        return translated

    def window(self, function: str) -> Mapping[str, str]:
        """Names of the arguments to draw a window of; empty if the function slides none."""
        names: Mapping[str, str] = self.document.get("window", {}).get(function, {})
        return names

    @property
    def _misconceptions(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document.get("misconceptions", {})
        return found


def exercise_texts(info: ExerciseInfo) -> ExerciseTexts:
    """The texts of an exercise, read once."""
    return _exercise_texts(info.path / "text.toml")


@cache
def _exercise_texts(path: Path) -> ExerciseTexts:
    return ExerciseTexts(load_toml(path))


def title_of(info: ExerciseInfo) -> str:
    """The exercise's title in the language in use."""
    return info.title[language()]


def _in_language(entry: Any) -> str:
    return str(entry.get(language(), "")).strip() if isinstance(entry, Mapping) else ""
