"""An import hook that explains which packages a submission may use.

It only gives helpful messages; Landlock is what enforces the restriction.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from types import ModuleType

from .libraries import WITHHELD


class Gate:
    """Finder that comes first on `sys.meta_path` and raises for packages that are not allowed."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(sys.stdlib_module_names) | frozenset(allowed)
        self.shown = ", ".join(sorted(set(allowed) & {"numpy", "torch"}))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """Return None, so that the next finder looks; raise ModuleNotFoundError with a reason."""
        top = name.partition(".")[0]
        if path is None and top in WITHHELD:
            raise ModuleNotFoundError(
                f"No module named {name!r}: it cannot be imported here, for {WITHHELD[top]}",
                name=name,
            )
        # `_sysconfigdata_…` belongs to the standard library; its name depends on the platform.
        if path is None and top not in self.allowed and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(
                f"No module named {name!r}: only the standard library and {self.shown} "
                "can be imported here",
                name=name,
            )


def close(allowed: Iterable[str]) -> None:
    """Insert the gate in front of all other finders."""
    sys.meta_path.insert(0, Gate(allowed))
