"""Note which forbidden torch operators a call used, by torch's own dispatch mode.

Advisory: code in the same process can switch the mode off. It costs some 20 µs an operator,
so it is on only for exercises that forbid something.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from .operators import DISPATCHED


class OpWatch:
    """Collects the forbidden names seen since the last `taken`."""

    def __init__(self, forbidden: tuple[str, ...]) -> None:
        self.seen: list[str] = []
        self._mode: AbstractContextManager[Any] | None = None
        #: The first documented name wins where several share an operator.
        self.by_operator: dict[str, str] = {}
        for name in forbidden:
            for operator in DISPATCHED.get(name, ()):
                self.by_operator.setdefault(operator, name)

    def over(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, watched; the function itself if there is nothing to note."""
        if not self.by_operator or "torch" not in sys.modules:
            return function

        mode = self._mode = self._mode or _mode(self)

        def watched(*args: Any, **options: Any) -> Any:
            with mode:
                return function(*args, **options)

        return watched

    def taken(self) -> tuple[str, ...]:
        """The names seen, each once; forgets them."""
        names = tuple(dict.fromkeys(self.seen))
        self.seen.clear()
        return names


def _mode(watch: OpWatch) -> AbstractContextManager[Any]:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Mode(TorchDispatchMode):  # type: ignore[misc,no-untyped-call,unused-ignore]
        def __torch_dispatch__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            operator = function._schema.name.partition("::")[2]
            if name := watch.by_operator.get(operator):
                watch.seen.append(name)
            return function(*args, **(kwargs or {}))

    mode: AbstractContextManager[Any] = Mode()  # type: ignore[no-untyped-call,unused-ignore]
    return mode
