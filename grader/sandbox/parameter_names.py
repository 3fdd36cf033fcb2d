"""Call a function by its own names for the stub's optional parameters.

Names tell nothing about what a function computes, so a student may write `pad` for `padding`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import NamedTuple

from .source.notes import LoadNote


class ParameterNames(NamedTuple):
    """How a function's parameters differ from the stub's."""

    #: The stub's name of an optional parameter → the student's.
    names: Mapping[str, str] = {}
    #: The student's names of parameters without a default → the stub's defaults.
    defaults: Mapping[str, object] = {}


AS_IN_STUB = ParameterNames()


def parameters_of(
    function: object, required: int, optional: Mapping[str, object]
) -> ParameterNames:
    """Return how a function's parameters stand for a stub's.

    The first `required` ones are passed by position, so their names do not matter. A function that
    takes any keyword, or whose parameters cannot be told, is called as the stub is.
    """
    if type(function) is not FunctionType or function.__code__.co_flags & inspect.CO_VARKEYWORDS:
        return AS_IN_STUB
    code = function.__code__
    by_position = code.co_varnames[: code.co_argcount]
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    own = (*by_position, *by_name)[required:]
    if code.co_posonlyargcount > required:
        return AS_IN_STUB
    lacking = [name for name in optional if name not in own]
    names = _paired(lacking, [name for name in own if name not in optional])
    have = {*by_position[len(by_position) - len(function.__defaults__ or ()) :]}
    have |= {*(function.__kwdefaults__ or ())}
    defaults = {
        own_name: optional[name]
        for name in optional
        if (own_name := names.get(name, name)) in own and own_name not in have
    }
    return ParameterNames(names, defaults)


def _paired(lacking: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Pair the stub's names with those that stand for them.

    Names pair if no others begin with their letter; those that remain pair in order, if their
    numbers agree.
    """
    pairs = {}
    for name in lacking:
        alike = [other for other in own if _initial(other) == _initial(name)]
        if len(alike) == 1 and sum(_initial(other) == _initial(name) for other in lacking) == 1:
            pairs[name] = alike[0]
    lacking = [name for name in lacking if name not in pairs]
    own = [name for name in own if name not in pairs.values()]
    return pairs | dict(zip(lacking, own, strict=True)) if len(lacking) == len(own) else pairs


def _initial(name: str) -> str:
    return name[:1].lower()


def notes_on(name: str, function: object, parameters: ParameterNames) -> list[LoadNote]:
    """Return what a person should know about a function that is called by names of its own."""
    line = (function.__code__.co_firstlineno,) if type(function) is FunctionType else ()
    texts = {
        "renamed": ", ".join(f"{theirs} = {own}" for theirs, own in parameters.names.items()),
        "no_default": ", ".join(parameters.defaults),
    }
    return [LoadNote(kind, name, line, text).clipped() for kind, text in texts.items() if text]
