"""Read the texts of an exercise from its text.toml, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..i18n.texts import language
from ..i18n.tomlio import load_toml
from .catalog import ExerciseInfo


@dataclass(frozen=True)
class ExerciseTexts:
    """The texts of one exercise; a missing text is empty."""

    path: Path

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """Return the parsed file, read on the first request for a text."""
        return load_toml(self.path)

    def stub(self, name: str) -> str:
        """Return the docstring of a function, or of the module."""
        return _in_language(self.document.get("stub", {}).get(name))

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that the stub states on form: keys of text/stub.toml [rule]."""
        return tuple(self.document.get("rules", ()))

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the hints, from a nudge to nearly the code."""
        return tuple(_in_language(hint) for hint in self.document.get("hints", ()))

    def misconception(self, code: str) -> str:
        """Return the description of what a student with this misconception did."""
        return _in_language(self._misconceptions.get(code))

    def hint_for(self, code: str) -> str:
        """Return the hint on what to change to correct this misconception."""
        return _in_language(self._misconceptions.get(code, {}).get("hint"))

    def case_title(self, title: str) -> str:
        """Return a case's title in the language in use; the exercise's source has it in English."""
        if language() == "en":
            return title
        translated: str = self.document.get("cases", {}).get(title, title)
        return translated

    def todo(self, sentence: str) -> str:
        """Return a stub's TODO sentence in the language in use; the stub has it in English."""
        if language() == "en":
            return sentence
        translated: str = self.document.get("todo", {}).get(sentence, sentence)
        return translated

    def window(self, function: str) -> Mapping[str, str]:
        """Return the names of the arguments to draw a sliding window of; empty if there is none."""
        names: Mapping[str, str] = self.document.get("window", {}).get(function, {})
        return names

    def worked(self, function: str) -> Mapping[str, str]:
        """Return a function's formula and argument names, for drawings; empty if not given."""
        table: Mapping[str, str] = self.document.get("worked", {}).get(function, {})
        return {**self.window(function), **table} if table else {}

    def drawn(self, code: str) -> list[dict[str, str]]:
        """Return the ways to draw a misconception, each as keys and values of `replay/ways`.

        The file stores a way as one string, `"stride swapped, padding swapped"`, because every
        failed check reads it and a string is quick to read.
        """
        forms: Sequence[str] = self._misconceptions.get(code, {}).get("drawn", ())
        return [dict(_key_and_value(part) for part in form.split(", ")) for form in forms]

    def results(self, function: str) -> tuple[str, ...]:
        """Return the names of a function's results if it has several; empty if none are given."""
        return tuple(self.document.get("results", {}).get(function, ()))

    @property
    def _misconceptions(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document.get("misconceptions", {})
        return found


def exercise_texts(info: ExerciseInfo) -> ExerciseTexts:
    """Return the texts of an exercise; the file is read once, when a text is first needed."""
    return _exercise_texts(info.path / "text.toml")


@cache
def _exercise_texts(path: Path) -> ExerciseTexts:
    return ExerciseTexts(path)


def _in_language(entry: Any) -> str:
    return str(entry.get(language(), "")).strip() if isinstance(entry, Mapping) else ""


def _key_and_value(words: str) -> tuple[str, str]:
    key, _, value = words.partition(" ")
    return key, value
