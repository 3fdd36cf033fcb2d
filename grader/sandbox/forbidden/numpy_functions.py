"""Modules and attributes in which numpy keeps the functions that an exercise may forbid.

A source scan cannot find a name that is composed at run time (`getattr(np, "corr" + "elate")`), so
a child replaces the functions themselves, under every name that numpy has for them.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

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


@cache
def places(name: str) -> tuple[tuple[ModuleType, str], ...]:
    """Return every pair (module, attribute) in which numpy keeps a documented function."""
    functions = [found for path in _FUNCTIONS[name] if (found := _loaded(path)) is not None]
    modules = [m for n, m in sys.modules.items() if n.partition(".")[0] == "numpy" and m]
    return tuple(
        (module, attribute)
        for module in modules
        for attribute, item in list(vars(module).items())
        if any(item is function for function in functions)
    )


def _loaded(path: str) -> object | None:
    """Return the object at a dotted path without importing, or None if there is none."""
    module, _, attribute = path.rpartition(".")
    return vars(sys.modules[module]).get(attribute) if module in sys.modules else None
