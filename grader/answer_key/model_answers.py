"""Read the model answers: code written for people, which a student may see after passing.

They are stored beside the references, in one folder per exercise:

    plain.py        loops or slices, every function of the exercise
    vectorised.py   the same without loops over elements, where that is faster
    why.toml        for each function, the reason why the vectorised form follows from the plain one

They are written for numpy and translated to torch's names for a torch workspace.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..course.catalog import ExerciseInfo
from ..errors import KeyUnavailable, Messages, UsageError
from ..i18n.texts import language
from ..i18n.tomlio import load_toml
from .find import load_exercise, solutions_installed

PLAIN, VECTORISED, WHY = "plain.py", "vectorised.py", "why.toml"

#: Replacements that translate numpy code to torch, in this order. `like=X` marks a new array that
#: must be on X's device.
_IN_TORCH = (
    (r"^import numpy as np$", "import torch"),
    (r"\bnp\.zeros\((.+), dtype=(\w+)\.dtype\)", r"\2.new_zeros(\1)"),
    (r"\bnp\.array\((.+), dtype=(\w+)\.dtype\)", r"\2.new_tensor(\1)"),
    (r"\blike=(\w+)", r"device=\1.device"),
    (r"\bnp\.transpose\b", "torch.permute"),
    (r"\bnp\.", "torch."),
    (r"\.astype\(", ".to("),
    (r"\.copy\(\)", ".clone()"),
)
_IN_NUMPY = ((r", like=\w+", ""),)


@dataclass(frozen=True)
class FunctionAnswer:
    """The model answer of one function or question."""

    plain: str
    #: The form without loops over elements, after its own helpers; empty if there is none.
    vectorised: str
    #: Names of other functions that either form calls.
    calls: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class ModelAnswers:
    """The model answers of one exercise for one framework."""

    info: ExerciseInfo
    folder: Path
    framework: str

    @cached_property
    def plain(self) -> str:
        """Return the plain form of every function, as a file that can be handed in."""
        return self._read(PLAIN)

    @cached_property
    def vectorised(self) -> str:
        """Return the vectorised forms, which replace some plain ones; may be empty."""
        return self._read(VECTORISED) if (self.folder / VECTORISED).exists() else ""

    @property
    def both(self) -> str:
        """Return a file that can be handed in, with the vectorised forms where they exist."""
        return f"{self.plain}\n\n{self.vectorised}" if self.vectorised else self.plain

    def of(self, function: str) -> FunctionAnswer:
        """Return the answer of one function. Raises UsageError if the exercise lacks it."""
        if function not in self.info.functions:
            names = Messages(self.info.functions)
            raise UsageError("guidance", "no_function", id=self.info.id, name=function, names=names)
        plain, vectorised = definitions_of(self.plain), definitions_of(self.vectorised)
        fast = vectorised.get(function, "")
        own = [name for name in _names(fast) if name in vectorised and name not in plain]
        shown = [*(vectorised[name] for name in own), fast] if fast else []
        called = [name for part in (plain[function], *shown) for name in _names(part)]
        calls = tuple(n for n in dict.fromkeys(called) if n in plain and n != function)
        return FunctionAnswer(plain[function], "\n\n\n".join(shown), calls, self.why(function))

    def why(self, function: str) -> str:
        """Return the reason in the language in use; empty if there is none."""
        reasons = load_toml(self.folder / WHY) if (self.folder / WHY).exists() else {}
        return str(reasons.get(function, {}).get(language(), "")).strip()

    def _read(self, name: str) -> str:
        source = (self.folder / name).read_text("utf-8")
        rules = _IN_TORCH if self.framework == "torch" else _IN_NUMPY
        for pattern, replacement in rules:
            source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
        return source


def model_answers(info: ExerciseInfo, framework: str) -> ModelAnswers:
    """Return the model answers of an exercise.

    Raises KeyUnavailable if the solutions, or the library that they need, are not installed,
    or if the solutions have no model answer for this exercise.
    """
    try:
        exercise = load_exercise(info)
    except KeyUnavailable as error:
        if solutions_installed():
            raise
        raise KeyUnavailable("guidance", "no_solutions") from error
    folder = exercise.answers
    if folder is None or not (folder / PLAIN).exists():
        raise KeyUnavailable("guidance", "no_answers", id=info.id)
    return ModelAnswers(info, folder, info.framework(framework))


def definitions_of(source: str) -> dict[str, str]:
    """Return the functions, classes and assigned names of a source, each with its text."""
    lines, found = source.split("\n"), {}
    for node in ast.parse(source).body:
        text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = text
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = text
    return found


def _names(source: str) -> list[str]:
    """Return the names that a piece of code uses but does not define, each once."""
    nodes = list(ast.walk(ast.parse(source)))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return [id for id in dict.fromkeys(name.id for name in names) if id not in own]
