"""Refuse forbidden functions and operators while a submission runs.

A numpy function is replaced under all its names. In torch's dispatcher, each kernel of a forbidden
operator is replaced by one that records the call and raises. Everything else runs as fast as
before. This is advisory: code in the same process can get around it, so the hidden cases and the
judge decide in the end.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Any

from . import numpy_functions
from .operators import AUTOGRAD, FAMILIES

#: Dispatch keys of operators with kernels of their own. Each replacement takes 10 to 30 µs.
_KEYS = (
    "CPU", "MkldnnCPU", "QuantizedCPU", "SparseCPU", "SparseCsrCPU", "NestedTensorCPU", "CUDA",
    "QuantizedCUDA", "SparseCUDA", "CompositeExplicitAutograd",
    "CompositeExplicitAutogradNonFunctional",
)  # fmt: skip
#: Dispatch key of operators that torch composes from other operators.
_COMPOSITE = "CompositeImplicitAutograd"
#: Functions and methods of `torch._C` that compile or look up operators without going through
#: Python, and so could reach the autograd engine; a dot separates a class from its method.
_COMPILERS = (
    "_jit_get_operation", "_jit_interpret_graph", "_jit_script_compile",
    "_jit_script_compile_overload", "_jit_script_class_compile", "_jit_script_interface_compile",
    "_create_function_from_graph", "_create_function_from_trace",
    "_create_function_from_trace_with_dict", "_load_for_lite_interpreter",
    "_load_for_lite_interpreter_from_buffer", "import_ir_module", "import_ir_module_from_buffer",
    "CompilationUnit.__init__", "CompilationUnit.define", "CompilationUnit.create_function",
    "ScriptModule._define",
)  # fmt: skip


class OpWatch:
    """Refuses forbidden functions and operators, and records the names that were used."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._forbidden: tuple[str, ...] = ()
        #: Calls that restore everything that was replaced.
        self._undo: list[Callable[[], None]] = []

    def forbid(self, names: tuple[str, ...]) -> None:
        """Refuse `names`, and allow all others again."""
        if names == self._forbidden:
            return
        while self._undo:
            self._undo.pop()()
        self._forbidden = names
        for name in names:
            if name in numpy_functions.NAMES:
                self._replace_function(name)
        if "torch" not in sys.modules:
            return
        self._replace({name: kernels(name) for name in names if name in FAMILIES})
        if AUTOGRAD in names:
            self._replace_engine(sys.modules["torch"])

    def keep(self) -> None:
        """Make the replacements permanent by dropping all references to the originals."""
        self._undo.clear()

    def taken(self) -> tuple[str, ...]:
        """Return the names recorded since the last call, each once, and forget them."""
        names = tuple(dict.fromkeys(self.seen))
        self.seen.clear()
        return names

    def _replace_function(self, name: str) -> None:
        refuse = self._refusal(name)
        for module, attribute in numpy_functions.places(name):
            self._undo.append(partial(setattr, module, attribute, getattr(module, attribute)))
            setattr(module, attribute, refuse)

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
        """Switch off autograd's recording, and refuse every backward pass.

        The method of the engine's class is replaced, so that new engines refuse too.
        """
        engine = torch._C._ImperativeEngine
        self._undo += [
            partial(torch.set_grad_enabled, True),
            partial(_set_method, engine, "run_backward", engine.run_backward),
        ]
        torch.set_grad_enabled(False)
        _set_method(engine, "run_backward", self._refusal(AUTOGRAD))
        for path in _COMPILERS:
            owner, _, name = f"torch._C.{path}".rpartition(".")
            self._put(reduce(getattr, owner.split(".")[1:], torch), name)

    def _put(self, owner: Any, name: str) -> None:
        if hasattr(owner, name):
            self._undo.append(partial(setattr, owner, name, getattr(owner, name)))
            setattr(owner, name, _no_compiler)

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


def _remove(address: int) -> None:
    """Remove the lasting library at `address`, and its kernels with it."""
    reference = ctypes.cast(ctypes.c_void_p(address), ctypes.py_object)
    reference.value.reset()
    ctypes.pythonapi.Py_DecRef(reference)


def _no_compiler(*_: Any, **__: Any) -> Any:
    raise RuntimeError("torch.jit is not available in this exercise")


def _set_method(owner: type, name: str, method: Any) -> None:
    """Set an attribute of a class written in C, for which `setattr` raises."""
    (attributes,) = gc.get_referents(owner.__dict__)
    attributes[name] = method
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))


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

    A composite operator is included only if it has no other kernel. The operators are queried
    once per key, because a query per operator takes fifty times as long.
    """
    torch = sys.modules["torch"]
    found: dict[str, list[str]] = {}
    for key in _KEYS:
        for operator in torch._C._dispatch_get_registrations_for_dispatch_key(key):
            found.setdefault(operator, []).append(key)
    # torch generates these `out` variants around the operator itself.
    for operator in [name for name in found if name.endswith("out")]:
        if found[operator] == ["CompositeExplicitAutograd"]:
            del found[operator]
    for operator in torch._C._dispatch_get_registrations_for_dispatch_key(_COMPOSITE):
        found.setdefault(operator, [_COMPOSITE])
    return {operator: tuple(keys) for operator, keys in found.items()}
