"""Modules and attributes in which numpy keeps the functions that an exercise may forbid.

A source scan cannot find a name that is composed at run time (`getattr(np, "corr" + "elate")`), so
a child replaces the functions themselves, under every name that numpy has for them.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from functools import cache
from types import BuiltinFunctionType, ModuleType
from typing import Any

#: Documented name → all functions that do its work, in any release of numpy. Functions written in
#: C come last, because the others call them.
_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "numpy.convolve": (
        "numpy.convolve",
        "numpy.correlate",
        "numpy._core.multiarray.correlate",
        "numpy._core.multiarray.correlate2",
        "numpy.core.multiarray.correlate",
        "numpy.core.multiarray.correlate2",
    ),
    "numpy.lib.stride_tricks.sliding_window_view": (
        "numpy.lib.stride_tricks.sliding_window_view",
    ),
    "numpy.lib.stride_tricks.as_strided": ("numpy.lib.stride_tricks.as_strided",),
    "numpy.pad": ("numpy.pad",),
}  # fmt: skip
NAMES = frozenset(_FUNCTIONS)
#: Documented name → indices of the functions that do its work in numpy's table for extension
#: modules (`PyArray_Correlate` and `PyArray_Correlate2`), which never change.
SLOTS: dict[str, tuple[int, ...]] = {"numpy.convolve": (172, 212)}
#: Modules that hold the table, in any release of numpy.
_TABLES = ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath")
_LISTINGS = ("numpy._core.overrides", "numpy.core.overrides")


@cache
def places() -> dict[str, list[tuple[ModuleType, str]]]:
    """Return, for each documented name, all pairs (module, attribute) in which numpy keeps it.

    The zygote looks for them: a child that did would copy most of numpy's memory.
    """
    found: dict[str, list[tuple[ModuleType, str]]] = {name: [] for name in NAMES}
    name_of = {id(function): name for name in NAMES for function in _originals(name)}
    modules = [m for n, m in sys.modules.items() if n.partition(".")[0] == "numpy" and m]
    for module in modules:
        for attribute, item in vars(module).items():
            if id(item) in name_of:
                found[name_of[id(item)]].append((module, attribute))
    return found


@cache
def slots(name: str) -> tuple[ctypes.c_void_p, ...]:
    """Return the pointers through which compiled code does a name's work.

    They are entries of numpy's table for extension modules, and those of its table of methods, from
    which Python would make the functions again if the module were loaded a second time.
    """
    return (*_of_table(name), *_of_methods(name))


def _of_methods(name: str) -> Iterator[ctypes.c_void_p]:
    """Yield `ml_meth` of the PyMethodDef of each function written in C (methodobject.h)."""
    size = ctypes.sizeof(ctypes.c_void_p)
    for function in _originals(name):
        if type(function) is not BuiltinFunctionType:
            continue
        definition = ctypes.c_void_p.from_address(id(function) + object.__basicsize__).value
        if (
            definition
            and ctypes.string_at(ctypes.c_void_p.from_address(definition).value or 0)
            == function.__name__.encode()
        ):
            yield ctypes.c_void_p.from_address(definition + size)


def _of_table(name: str) -> tuple[ctypes.c_void_p, ...]:
    """Return the entries of numpy's table for extension modules."""
    table = next((sys.modules[module] for module in _TABLES if module in sys.modules), None)
    if table is None or name not in SLOTS:
        return ()
    # A prototype of its own: the attributes of `ctypes.pythonapi` belong to everybody.
    prototype = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)
    get = prototype(("PyCapsule_GetPointer", ctypes.pythonapi))
    start, size = get(table._ARRAY_API, None), ctypes.sizeof(ctypes.c_void_p)
    return tuple(ctypes.c_void_p.from_address(start + index * size) for index in SLOTS[name])


@cache
def failure() -> int | None:
    """Return the address of a function that sets a TypeError and returns 0, a null pointer."""
    return ctypes.cast(ctypes.pythonapi.PyErr_BadArgument, ctypes.c_void_p).value


def listing() -> set[Any]:
    """Return numpy's own list of its functions, which has the originals."""
    for module in _LISTINGS:
        if module in sys.modules:
            found = vars(sys.modules[module]).get("ARRAY_FUNCTIONS", set())
            return found if isinstance(found, set) else set()
    return set()


def listed(name: str) -> list[Any]:
    """Return the functions of a name that are in numpy's list, unless they are replaced."""
    return [function for function in _originals(name) if function in listing()]


def _originals(name: str) -> list[object]:
    return [found for path in _FUNCTIONS[name] if (found := _loaded(path)) is not None]


def _loaded(path: str) -> object | None:
    """Return the object at a dotted path without importing, or None if there is none."""
    module, _, attribute = path.rpartition(".")
    return vars(sys.modules[module]).get(attribute) if module in sys.modules else None
