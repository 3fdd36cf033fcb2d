"""Operators that torch implements a second time, in Python.

`torch._refs` and `torch._decomp` compose operators from simpler ones, which the dispatcher allows.
So the code of these functions is replaced. Replacing their names would not do, because many tables
and closures refer to the functions themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from .operators import COPIES, FAMILIES, SPELLINGS

#: The constant of `_template` that `refusing` exchanges.
_PLACE = "a callable is put here"
#: Methods through which a layer or an optimizer is made and used.
_WORKING = ("__init__", "forward", "step")


@cache
def functions(name: str) -> tuple[FunctionType, ...]:
    """Return the functions that do the work of a documented name, each once."""
    found: dict[int, FunctionType] = {}
    for known_as, function in _named():
        if FAMILIES[name].has(known_as) or FAMILIES[name].has(function.__name__):
            _follow(function, found)
    return tuple(found.values())


@cache
def of_classes(name: str) -> tuple[FunctionType, ...]:
    """Return the functions of a documented class that is no operator, under all its names.

    They make an object of it, or do its work; a source scan does not find a composed name.
    """
    found: dict[int, FunctionType] = {}
    for path in (name, *SPELLINGS.get(name, ())):
        module, _, attribute = path.rpartition(".")
        item = vars(sys.modules[module]).get(attribute) if module in sys.modules else None
        parts = [vars(item).get(part) for part in _WORKING] if isinstance(item, type) else [item]
        for part in parts:
            if isinstance(part, FunctionType):
                _follow(part, found)
    return tuple(found.values())


@cache
def _named() -> tuple[tuple[str, FunctionType], ...]:
    """Return pairs (name, function) of all functions of the modules and of their tables."""
    return tuple(
        (known_as, function)
        for known_as, item in [*_of_modules(), *_of_tables()]
        if isinstance(function := getattr(item, "__func__", item), FunctionType)
        and (function.__module__ or "").startswith(COPIES)
    )


def _of_modules() -> Iterator[tuple[str, Any]]:
    for module_name, module in list(sys.modules.items()):
        if any(f"{module_name}.".startswith(f"{copies}.") for copies in COPIES) and module:
            yield from list(vars(module).items())


def _of_tables() -> Iterator[tuple[str, Any]]:
    """Yield the functions of the decomposition tables under the names of their operators."""
    decompositions: Any = sys.modules.get("torch._decomp")
    for table in vars(decompositions).get("global_decomposition_table", {}).values():
        for operator, item in table.items():
            yield operator.name().partition("::")[2].partition(".")[0], item


def _follow(function: FunctionType, found: dict[int, FunctionType]) -> None:
    """Add the function, and the functions that it was made of by decorators."""
    if id(function) in found:
        return
    found[id(function)] = function
    inner = [vars(function).get("__wrapped__")]
    for cell in function.__closure__ or ():
        try:
            inner.append(cell.cell_contents)
        except ValueError:  # an empty cell
            continue
    for item in inner:
        if isinstance(item, FunctionType) and (
            item.__name__ == function.__name__ or item is inner[0]
        ):
            _follow(item, found)


def refusing(function: FunctionType, refuse: Callable[..., Any]) -> CodeType:
    """Return code for `function` that calls `refuse`.

    The callable is a constant of the code, because the function's globals are those of torch. Code
    can be exchanged only for code with as many free variables.
    """
    code = _template.__code__
    constants = tuple(refuse if item == _PLACE else item for item in code.co_consts)
    return code.replace(co_consts=constants, co_freevars=function.__code__.co_freevars)


def _template(*args: Any, **options: Any) -> Any:
    call: Any = "a callable is put here"
    return call(*args, **options)
