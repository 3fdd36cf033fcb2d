"""The ways to a gradient other than the autograd engine: recording, and the nodes of a graph.

A node computes its own step of a backward pass if it is called (`y.grad_fn(g)`), without the
engine.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

#: Offset of `tp_call` in a type object: behind the head of a variable-sized object (a `tuple`
#: without its items) and 13 pointers.
_CALL = tuple.__basicsize__ + 13 * ctypes.sizeof(ctypes.c_void_p)
#: Functions of `torch._C` that switch recording on if they are called with True.
SWITCHES = ("_set_grad_enabled", "_set_fwd_grad_enabled")
#: Class of `torch._C` that switches recording on if it is created with False.
INFERENCE = "_InferenceMode"
#: Nodes that compute nothing; `torch.autograd.gradcheck` calls some of them.
_HARMLESS = frozenset({"UndefinedGrad", "DelayedError", "Error", "NotImplemented"})


class _Callable:
    def __call__(self) -> None:
        """Have a slot that looks up `__call__`."""


def switch(refuse: Callable[..., Any]) -> Callable[..., None]:
    """Return a stand-in for one of `SWITCHES`; recording is off, so only True is refused."""

    def set_enabled(enabled: object = True, /) -> None:
        if enabled:
            refuse()

    return set_enabled


def inference(refuse: Callable[..., Any]) -> type:
    """Return a stand-in for the context manager `torch._C._InferenceMode`."""

    class InferenceMode:
        def __init__(self, enabled: object = True) -> None:
            if not enabled:
                refuse()

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

    return InferenceMode


@cache
def nodes(torch: ModuleType) -> tuple[type, ...]:
    """Return the classes of all nodes that compute a gradient."""
    core: Any = torch._C
    found = vars(core._functions).items()
    named = [item for name, item in found if isinstance(item, type) and name not in _HARMLESS]
    unnamed = [item for item in object.__subclasses__() if item.__name__ == "CppFunction"]
    return tuple(item for item in (*named, *unnamed) if _slot(item).value)


@cache
def withhold_nodes(torch: ModuleType) -> None:
    """Refuse calls of nodes in this process and its children from now on.

    torch calls nodes without Python, and no exercise needs to. The classes are written in C: what
    is called is the function in their slot, whatever their attributes are. So the slot gets the
    function of Python's own classes, which looks up `__call__`.
    """
    for owner in nodes(torch):
        set_method(owner, "__call__", _refuse_node)
        _slot(owner).value = _slot(_Callable).value


#: Called before a node's call is refused.
on_node: list[Callable[[], Any]] = []


def _refuse_node(*_: Any, **__: Any) -> Any:
    for note in on_node:
        note()
    raise RuntimeError("the nodes of a graph are not to be called here")


def set_method(owner: type, name: str, method: Any) -> None:
    """Set an attribute of a class written in C, for which `setattr` raises."""
    (attributes,) = gc.get_referents(owner.__dict__)
    attributes[name] = method
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))


def _slot(owner: type) -> ctypes.c_void_p:
    return ctypes.c_void_p.from_address(id(owner) + _CALL)
