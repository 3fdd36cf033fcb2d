"""Entry points of torch that run operators without the dispatcher.

Compiled graphs (TorchScript's executors, the static runtime, the tensor-expression compiler, oneDNN
Graph) call native kernels directly, or the autograd engine without going through Python. They are
matched by pattern rather than listed, because each release of torch adds some. No exercise needs
any of them.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

#: Matches the functions of `torch._C` that build, change, compile, load or run a graph.
_FUNCTIONS = re.compile(
    r"^_jit_|^_create_(function|module|object|graph)|^parse_ir$|^_?import_ir_module|^_load_"
    r"|_mobile|static_module|^_generate_upgraders|decomposition"
    r"|fusion|^_set_graph_exec|^_parse_source_def$|^_compile_"
)
#: Functions that match but run nothing, which torch itself calls from ordinary code.
ALLOWED = frozenset([
    "_jit_get_operation", "_jit_get_all_schemas", "_jit_get_custom_class_schemas",
    "_jit_get_emit_hooks", "_jit_get_inline_everything_mode", "_jit_get_schemas_for_operator",
    "_jit_get_tracer_state_warn", "_jit_has_cpp_tests", "_jit_init", "_jit_is_script_object",
    "_jit_assert_is_instance", "_jit_flatten", "_jit_unflatten", "_jit_try_infer_type",
    "_jit_resolve_packet", "_jit_clear_class_registry",
    "_is_default_mobile_cpu_allocator_set",
])  # fmt: skip
#: Matches the classes of `torch._C` that hold code which can be run.
_CLASSES = re.compile(
    r"^(CompilationUnit|(Lite)?ScriptModule\w*|Script(Function|Method|Class\w*)|StaticModule"
    r"|StaticRuntime|GraphExecutor\w*|ExecutionPlan|Graph|Code)$"
)
#: Functions of `torch._C` that look up an operator by name, including those of TorchScript that the
#: dispatcher does not know (`aten::grad`, `prim::mkldnn_convolution`).
LOOKUPS = ("_jit_get_operation", "_get_operation_overload")
#: Matches the operators of TorchScript, unknown to the dispatcher, that compute or run a graph.
_UNSAFE = re.compile(
    r"mkldnn|onednn|fus|graph|tensorexpr|bailout|pythonop|grad|backward|profile|rpc", re.I
)
#: Submodules of `torch._C` with compilers of their own.
SUBMODULES = ("_te", "_lazy", "_lazy_ts_backend", "_aoti", "_nativert", "_onnx")


@cache
def entries(torch: ModuleType) -> tuple[tuple[Any, str], ...]:
    """Return pairs (owner, attribute) of all entry points, methods of classes included."""
    core: Any = torch._C
    found: list[tuple[Any, str]] = []
    for name, item in list(vars(core).items()):
        if isinstance(item, type):
            if _CLASSES.search(name):
                found += _methods(item)
        elif callable(item) and _FUNCTIONS.search(name) and name not in ALLOWED:
            found.append((core, name))
    for name in SUBMODULES:
        submodule = getattr(core, name, None)
        for attribute, item in list(vars(submodule).items()) if submodule is not None else ():
            if isinstance(item, type):
                found += _methods(item)
            elif callable(item):
                found.append((submodule, attribute))
    return tuple(found)


def _methods(owner: type) -> Iterator[tuple[Any, str]]:
    """Yield what creates an instance, and what defines or runs code in one."""
    for name in ("__init__", "__call__", "define", "create_function", "_define", "run", "execute"):
        if name in vars(owner):
            yield owner, name


@cache
def withheld(torch: ModuleType) -> frozenset[str]:
    """Return the names of TorchScript's own operators that compute or run a graph."""
    return frozenset(filter(_UNSAFE.search, unknown_to_the_dispatcher(torch)))


def unknown_to_the_dispatcher(torch: ModuleType) -> frozenset[str]:
    """Return the names of TorchScript's own operators, without overloads."""
    core: Any = torch._C
    known = {name.partition(".")[0] for name in core._dispatch_get_all_op_names()}
    return frozenset(schema.name for schema in core._jit_get_all_schemas()) - known


def lookup(original: Callable[..., Any], names: frozenset[str]) -> Callable[..., Any]:
    """Return a stand-in for one of `LOOKUPS` that does not find the operators `names`.

    It knows only the address of the original, which is therefore never freed.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(original))
    address = ctypes.c_void_p(id(original))

    def look_up(name: str, *overload: str) -> Any:
        if name in names:
            refuse()
        return ctypes.cast(address, ctypes.py_object).value(name, *overload)

    return look_up


def replacements(torch: ModuleType) -> Iterator[tuple[Any, str, Any]]:
    """Yield triples (owner, attribute, replacement) of what is not replaced yet."""
    core: Any = torch._C
    for owner, name in entries(torch):
        if getattr(owner, name) is not refuse:
            yield owner, name, refuse
    for name in LOOKUPS:
        original = getattr(core, name, None)
        if original is not None and not isinstance(original, FunctionType):
            yield core, name, lookup(original, withheld(torch))


def install(torch: ModuleType) -> None:
    """Replace the entry points in this process and all its children, which then need not do it."""
    for owner, name, replacement in replacements(torch):
        setattr(owner, name, replacement)


def refuse(*_: Any, **__: Any) -> Any:
    """Stand in for an entry point."""
    raise RuntimeError("torch.jit is not available here")
