"""Refuse forbidden functions and operators while a submission runs.

A numpy function is replaced under all its names. In torch's dispatcher, each kernel of a forbidden
operator is replaced by one that records the call and raises, and so are torch's copies of it in
Python and the ways around the dispatcher. Everything else runs as fast as before. This is advisory:
code in the same process can get around it, so the hidden cases and the judge decide in the end.
"""

from __future__ import annotations

import ctypes
import importlib
import re
import sys
import warnings
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from types import FunctionType
from typing import Any

from . import compilers, copies, engine, numpy_functions
from .operators import AUTOGRAD, FAMILIES, LATE

#: Dispatch keys whose kernels compute nothing themselves: they find shapes, record, cast, resolve
#: views, or choose a device, and leave the work to a kernel of another key. All other keys are
#: replaced; each replacement takes 10 to 30 µs.
PASSING_ON = frozenset([
    "Meta", "SparseMeta", "SparseCsrMeta", "NestedTensorMeta", "QuantizedMeta",
    "Functionalize", "ADInplaceOrView", "BackendSelect", "Conjugate", "Negative",
    "ZeroTensor", "Python", "PythonTLSSnapshot", "PreDispatch", "PythonDispatcher",
    "FuncTorchDynamicLayerFrontMode", "FuncTorchDynamicLayerBackMode", "Tracer", "Undefined",
])  # fmt: skip
#: Starts of the names of more such keys.
_PASSING_ON = ("Autograd", "Autocast")
#: Autograd keys with kernels of their own.
_COMPUTING = frozenset({"AutogradNestedTensor"})


class OpWatch:
    """Refuses forbidden functions and operators, and records the names that were used."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._forbidden: tuple[str, ...] = ()
        #: Calls that restore everything that was replaced.
        self._undo: list[Callable[[], None]] = []
        self._kept = False

    def forbid(self, names: tuple[str, ...]) -> None:
        """Refuse `names`, and allow all others again unless they are kept."""
        if names == self._forbidden or self._kept:
            return
        while self._undo:
            self._undo.pop()()
        self._forbidden = names
        for name in names:
            if name in numpy_functions.NAMES:
                self._replace_function(name)
        families = [name for name in names if name in FAMILIES]
        if "torch" not in sys.modules:
            return
        for name in names:
            if name not in FAMILIES:
                self._replace_code(name, copies.of_classes(name))
        if not families:
            return
        torch = sys.modules["torch"]
        self._replace({name: kernels(name) for name in families})
        for name in families:
            self._replace_code(name, copies.functions(name))
        for owner, attribute, replacement in list(compilers.replacements(torch)):
            self._put(owner, attribute, replacement)
        if AUTOGRAD in names:
            self._replace_engine(torch)

    def keep(self) -> None:
        """Make the replacements permanent by dropping all references to the originals.

        A child does so before a student's code runs, because that could find this object.
        """
        self._undo.clear()
        self._kept = True

    def taken(self) -> tuple[str, ...]:
        """Return the names recorded since the last call, each once, and forget them."""
        names = tuple(dict.fromkeys(self.seen))
        self.seen.clear()
        return names

    def _replace_function(self, name: str) -> None:
        refuse = self._refusal(name)
        for slot in numpy_functions.slots(name):
            self._undo.append(partial(setattr, slot, "value", slot.value))
            slot.value = numpy_functions.failure()
        for original in numpy_functions.listed(name):
            self._undo.append(partial(numpy_functions.listing().add, original))
            numpy_functions.listing().discard(original)
        for module, attribute in numpy_functions.places()[name]:
            self._undo.append(partial(setattr, module, attribute, getattr(module, attribute)))
            setattr(module, attribute, refuse)

    def _replace_code(self, name: str, functions: Sequence[FunctionType]) -> None:
        if not functions:
            return
        refuse = self._refusal(name)
        # Held by address: a child that drops the originals need not free them, page by page.
        addresses = array("Q", [_lasting(function.__code__) for function in functions])
        self._undo.append(partial(_restore, functions, addresses))
        for function in functions:
            function.__code__ = copies.refusing(function, refuse)

    def _replace(self, by_name: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        libraries: dict[str, Any] = {}
        done: set[tuple[str, str]] = set()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns about each replaced kernel
            for name, found in by_name.items():
                refuse = self._refusal(name)
                # If several documented names share an operator, the first one is reported.
                for kernel in found:
                    if kernel not in done:
                        self._library(libraries, kernel[0]).impl(*kernel, refuse)
                        done.add(kernel)

    def _library(self, libraries: dict[str, Any], operator: str) -> Any:
        namespace = operator.partition("::")[0]
        if namespace not in libraries:
            libraries[namespace] = _lasting_library(namespace)
            self._undo.append(partial(_remove, id(libraries[namespace])))
        return libraries[namespace]

    def _replace_engine(self, torch: Any) -> None:
        """Switch off autograd's recording, and refuse every step of a backward pass.

        The method of the engine's class is replaced, so that new engines refuse too, and so are
        the calls of a graph's nodes.
        """
        core, refuse = torch._C, self._refusal(AUTOGRAD)
        self._undo.append(partial(torch.set_grad_enabled, True))
        torch.set_grad_enabled(False)
        for name in engine.SWITCHES:
            self._put(core, name, engine.switch(refuse))
        self._put(getattr(core, engine.INFERENCE), "__init__", refuse)
        self._put(core, engine.INFERENCE, engine.inference(refuse))
        run = core._ImperativeEngine.run_backward
        self._undo.append(partial(engine.set_method, core._ImperativeEngine, "run_backward", run))
        engine.set_method(core._ImperativeEngine, "run_backward", refuse)
        engine.withhold_nodes(torch)
        self._undo.append(engine.on_node.clear)
        engine.on_node.append(refuse)

    def _put(self, owner: Any, name: str, replacement: Any) -> None:
        if hasattr(owner, name):
            self._undo.append(partial(setattr, owner, name, getattr(owner, name)))
            setattr(owner, name, replacement)

    def _refusal(self, name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            self.seen.append(name)
            raise RuntimeError(f"{name} is not to be used in this exercise")

        return refuse


def _lasting_library(namespace: str) -> Any:
    """Return a library for kernels that is never freed although nothing refers to it.

    A `torch.library.Library` could be found among all objects, and its removal would remove its
    kernels.
    """
    library = sys.modules["torch"]._C._dispatch_library("IMPL", namespace, "", __file__, 0)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
    return library


def _lasting(item: object) -> int:
    """Return the address of an object, which is not freed from now on."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(item))
    return id(item)


def _restore(functions: Sequence[FunctionType], addresses: Sequence[int]) -> None:
    """Give functions their lasting code back."""
    for function, address in zip(functions, addresses, strict=True):
        function.__code__ = ctypes.cast(ctypes.c_void_p(address), ctypes.py_object).value
        ctypes.pythonapi.Py_DecRef(ctypes.py_object(function.__code__))


def _remove(address: int) -> None:
    """Remove the lasting library at `address`, and its kernels with it."""
    reference = ctypes.cast(ctypes.c_void_p(address), ctypes.py_object)
    reference.value.reset()
    ctypes.pythonapi.Py_DecRef(reference)


@cache
def kernels(name: str) -> tuple[tuple[str, str], ...]:
    """Return pairs (operator with overload, dispatch key) of all kernels in a name's family."""
    return tuple(
        (operator, key)
        for operator, keys in _registered().items()
        if FAMILIES[name].has(base_name(operator))
        for key in keys
    )


def base_name(operator: str) -> str:
    """Return an operator's name without its namespace and its overload."""
    return operator.partition("::")[2].partition(".")[0]


@cache
def _registered() -> dict[str, tuple[str, ...]]:
    """Return, for each operator, the dispatch keys of the kernels that would be replaced.

    The operators are queried once per key, because a query per operator takes fifty times as long.
    """
    for module in LATE:
        with suppress(ImportError):
            importlib.import_module(module)
    torch = sys.modules["torch"]
    found: dict[str, list[str]] = {}
    for key in computing_keys():
        for operator in torch._C._dispatch_get_registrations_for_dispatch_key(key):
            found.setdefault(operator, []).append(key)
    # torch generates these `out` variants around the operator itself.
    for operator in [name for name in found if name.endswith("out")]:
        if found[operator] == ["CompositeExplicitAutograd"]:
            del found[operator]
    return {operator: tuple(keys) for operator, keys in found.items()}


@cache
def computing_keys() -> tuple[str, ...]:
    """Return the dispatch keys of this torch whose kernels may compute something themselves.

    Neither the enumeration nor the set of all keys is complete: one lacks `MkldnnCPU`, the other
    the composite ones.
    """
    core: Any = sys.modules["torch"]._C
    names = re.findall(r"\w+", str(core._dispatch_keyset_full()))
    keys = dict.fromkeys([*core.DispatchKey.__members__, *names])
    return tuple(key for key in keys if computes(key) and _known(key))


def computes(key: str) -> bool:
    return key in _COMPUTING or not (key in PASSING_ON or key.startswith(_PASSING_ON))


def _known(key: str) -> bool:
    """Return whether kernels can be registered for a key; the enumeration has more names."""
    core: Any = sys.modules["torch"]._C
    try:
        core._dispatch_get_registrations_for_dispatch_key(key)
    except RuntimeError:
        return False
    return True
