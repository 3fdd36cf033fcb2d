"""Refuse forbidden torch operators while a submission runs, by kernels of torch's dispatcher.

A kernel that notes the call and raises takes the place of the forbidden operator's own in this
process; every other operator runs as fast as ever. Advisory: code in the same process can look
around it, so hidden cases and the judge decide in the end.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from .operators import DISPATCHED

#: Where operators have kernels of their own. Each replacement costs a child 30 µs.
_KEYS = ("CPU", "MkldnnCPU", "CUDA", "CompositeExplicitAutograd")


class OpWatch:
    """Collects the forbidden names seen since the last `taken`."""

    def __init__(self, forbidden: tuple[str, ...]) -> None:
        self.seen: list[str] = []
        #: The first documented name wins where several share an operator.
        by_operator: dict[str, str] = {}
        for name in forbidden:
            for operator in DISPATCHED.get(name, ()):
                by_operator.setdefault(operator, name)
        if by_operator and "torch" in sys.modules:
            #: Its kernels last as long as it does.
            self._library = self._replaced(by_operator)

    def taken(self) -> tuple[str, ...]:
        """The names seen, each once; forgets them."""
        names = tuple(dict.fromkeys(self.seen))
        self.seen.clear()
        return names

    def _replaced(self, by_operator: dict[str, str]) -> object:
        library = sys.modules["torch"].library.Library("aten", "IMPL")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a kernel is replaced, which is the point
            for operator, name in by_operator.items():
                for overload, key in kernels(operator):
                    library.impl(overload, self._refusal(name), key)
        return library

    def _refusal(self, name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            self.seen.append(name)
            raise RuntimeError(f"{name} is not to be used in this exercise")

        return refuse


@cache
def kernels(operator: str) -> tuple[tuple[str, str], ...]:
    """The kernels of an operator: overload and dispatch key."""
    return tuple(_kernels(operator))


def _kernels(operator: str) -> Iterator[tuple[str, str]]:
    torch = sys.modules["torch"]
    packet = getattr(torch.ops.aten, operator, None)
    for overload in packet.overloads() if packet else ():
        name = operator if overload == "default" else f"{operator}.{overload}"
        for key in _KEYS:
            if torch._C._dispatch_has_kernel_for_dispatch_key(f"aten::{name}", key):
                yield name, key
