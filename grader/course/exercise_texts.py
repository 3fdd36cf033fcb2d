"""The texts of one exercise, from its text.toml, in the language in use."""

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
    """The texts of one exercise; a text that is missing is empty."""

    path: Path

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The file, read when the first text is asked for."""
        return load_toml(self.path)

    def stub(self, name: str) -> str:
        """The docstring of a function, or of the module."""
        return _in_language(self.document.get("stub", {}).get(name))

    @property
    def rules(self) -> tuple[str, ...]:
        """What the stub says is tested besides the numbers: keys of text/stub.toml [rule]."""
        return tuple(self.document.get("rules", ()))

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

    def todo(self, sentence: str) -> str:
        """Return what is to be done in a stub, which is English in the stub itself."""
        if language() == "en":
            return sentence
        translated: str = self.document.get("todo", {}).get(sentence, sentence)
        return translated

    def window(self, function: str) -> Mapping[str, str]:
        """Names of the arguments to draw a window of; empty if the function slides none."""
        names: Mapping[str, str] = self.document.get("window", {}).get(function, {})
        return names

    def worked(self, function: str) -> Mapping[str, str]:
        """What a function computes and its arguments' names, for drawings; empty if not given."""
        table: Mapping[str, str] = self.document.get("worked", {}).get(function, {})
        return {**self.window(function), **table} if table else {}

    def drawn(self, code: str) -> list[dict[str, str]]:
        """The ways in which a misconception may be drawn, each as keys and values of `replay/ways`.

        In the file a way is a text, `"stride swapped, padding swapped"`: quick to read, for every
        failed check reads it.
        """
        forms: Sequence[str] = self._misconceptions.get(code, {}).get("drawn", ())
        return [dict(_key_and_value(part) for part in form.split(", ")) for form in forms]

    def results(self, function: str) -> tuple[str, ...]:
        """Names of a function's results, where it has several; empty where none are given."""
        return tuple(self.document.get("results", {}).get(function, ()))

    @property
    def _misconceptions(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document.get("misconceptions", {})
        return found


def exercise_texts(info: ExerciseInfo) -> ExerciseTexts:
    """The texts of an exercise, read once and not before they are needed."""
    return _exercise_texts(info.path / "text.toml")


@cache
def _exercise_texts(path: Path) -> ExerciseTexts:
    return ExerciseTexts(path)


def _in_language(entry: Any) -> str:
    return str(entry.get(language(), "")).strip() if isinstance(entry, Mapping) else ""


def _key_and_value(words: str) -> tuple[str, str]:
    key, _, value = words.partition(" ")
    return key, value
