"""An import hook that explains which packages a submission may use.

It refuses politely; the refusing that cannot be argued with is done by Landlock.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from types import ModuleType

from .libraries import WITHHELD


class Gate:
    """The first finder on `sys.meta_path`: names that are not allowed are not found."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(sys.stdlib_module_names) | frozenset(allowed)
        self.shown = ", ".join(sorted(set(allowed) & {"numpy", "torch"}))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """None (let the next finder look) or ModuleNotFoundError with the reason."""
        top = name.partition(".")[0]
        if path is None and top in WITHHELD:
            raise ModuleNotFoundError(
                f"No module named {name!r}: it cannot be imported here, for {WITHHELD[top]}",
                name=name,
            )
        # `_sysconfigdata_…` is the standard library's too, under a name of the platform.
        if path is None and top not in self.allowed and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(
                f"No module named {name!r}: only the standard library and {self.shown} "
                "can be imported here",
                name=name,
            )


def close(allowed: Iterable[str]) -> None:
    """Put the gate in front of every other finder."""
    sys.meta_path.insert(0, Gate(allowed))
