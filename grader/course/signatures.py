"""Read the signatures of a stub's functions: which parameters have defaults, and which."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .catalog import ExerciseInfo


class Signature(NamedTuple):
    """The parameters of a function in a stub."""

    #: Number of parameters without a default, which come first.
    required: int
    #: The other parameters, in order, with their defaults: plain values that JSON can hold.
    optional: Mapping[str, object]


def signatures(info: ExerciseInfo) -> Mapping[str, Signature]:
    """Return the signatures of an exercise's functions that have optional parameters."""
    return _signatures(info.path / "stub.py")


@cache  # read once, not once for each submission
def _signatures(stub: Path) -> Mapping[str, Signature]:
    functions = [
        node
        for node in ast.parse(stub.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    return {node.name: _signature(node.args) for node in functions if node.args.defaults}


def _signature(parameters: ast.arguments) -> Signature:
    required = len(parameters.args) - len(parameters.defaults)
    names = [parameter.arg for parameter in parameters.args[required:]]
    defaults = map(ast.literal_eval, parameters.defaults)
    return Signature(required, dict(zip(names, defaults, strict=True)))
