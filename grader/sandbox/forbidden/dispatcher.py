"""Refuse forbidden torch operators while a submission runs, by kernels of torch's dispatcher.

A kernel that notes the call and raises takes the place of the forbidden operator's own in this
process; every other operator runs as fast as ever. Advisory: code in the same process can look
around it, so hidden cases and the judge decide in the end.
"""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

from .operators import AUTOGRAD, DISPATCHED

#: Where operators have kernels of their own. Each replacement costs a child 10 to 30 µs.
_KEYS = ("CPU", "MkldnnCPU", "CUDA", "CompositeExplicitAutograd")
#: Where those are that torch puts together from others.
_COMPOSITE = "CompositeImplicitAutograd"


class OpWatch:
    """Refuses what is forbidden, and collects the names seen since the last `taken`."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._forbidden: tuple[str, ...] = ()
        #: What puts back all that was replaced.
        self._undo: list[Callable[[], None]] = []

    def forbid(self, names: tuple[str, ...]) -> None:
        """Refuse `names`, and no others any more."""
        if names == self._forbidden:
            return
        while self._undo:
            self._undo.pop()()
        self._forbidden = names
        #: The first documented name wins where several share an operator.
        by_operator: dict[str, str] = {}
        for name in names:
            for operator in DISPATCHED.get(name, ()):
                by_operator.setdefault(operator, name)
        if "torch" not in sys.modules:
            return
        if by_operator:
            self._replace(by_operator)
        if AUTOGRAD in names:
            self._replace_engine(sys.modules["torch"])

    def keep(self) -> None:
        """From now on nothing here leads to what was replaced."""
        self._undo.clear()

    def taken(self) -> tuple[str, ...]:
        """The names seen, each once; forgets them."""
        names = tuple(dict.fromkeys(self.seen))
        self.seen.clear()
        return names

    def _replace(self, by_operator: dict[str, str]) -> None:
        libraries: dict[str, Any] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a kernel is replaced, which is the point
            for operator, name in by_operator.items():
                for overload, key in kernels(operator):
                    namespace, _, overload = overload.partition("::")
                    if namespace not in libraries:
                        libraries[namespace] = _lasting_library(namespace)
                        self._undo.append(partial(_remove, id(libraries[namespace])))
                    libraries[namespace].impl(overload, key, self._refusal(name))

    def _replace_engine(self, torch: Any) -> None:
        """Nothing is recorded any more, and who asks for a gradient all the same is noted."""
        variable = torch.autograd.Variable
        self._undo += [
            partial(torch.set_grad_enabled, True),
            partial(setattr, variable, "_execution_engine", variable._execution_engine),
        ]
        torch.set_grad_enabled(False)
        engine = type("Engine", (), {"run_backward": self._refusal(AUTOGRAD)})
        variable._execution_engine = engine

    def _refusal(self, name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            self.seen.append(name)
            raise RuntimeError(f"{name} is not to be used in this exercise")

        return refuse


def _lasting_library(namespace: str) -> Any:
    """Where kernels are put. One that nothing refers to any more and that is never freed: those
    of `torch.library` can be found among all objects, and with them their kernels go.
    """
    library = sys.modules["torch"]._C._dispatch_library("IMPL", namespace, "", __file__, 0)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
    return library


def _remove(address: int) -> None:
    """Take away a lasting library, and with it its kernels."""
    reference = ctypes.cast(ctypes.c_void_p(address), ctypes.py_object)
    reference.value.reset()
    ctypes.pythonapi.Py_DecRef(reference)


@cache
def kernels(operator: str) -> tuple[tuple[str, str], ...]:
    """The kernels of an operator: overload with its namespace, and dispatch key."""
    return tuple(_kernels(operator, _KEYS)) or tuple(_kernels(operator, [_COMPOSITE]))


def _kernels(operator: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    torch = sys.modules["torch"]
    namespace, _, name = (operator if "::" in operator else f"aten::{operator}").partition("::")
    packet = getattr(getattr(torch.ops, namespace), name, None)
    for overload in packet.overloads() if packet else ():
        full = f"{namespace}::{name}" + ("" if overload == "default" else f".{overload}")
        found = [k for k in keys if torch._C._dispatch_has_kernel_for_dispatch_key(full, k)]
        if found == ["CompositeExplicitAutograd"] and overload.endswith("out"):
            continue  # made by torch around the operator itself
        yield from ((full, key) for key in found)
