"""Provide a stand-in for torch's compiler, which the sandbox does not use.

`Optimizer.step` imports `torch._dynamo` to exclude code from compilation. That import takes a
second and 60 MB, and fails in a locked child because it needs a folder for temporary files.
Eager code needs none of its features, and `torch.compile` promises the same results as
uncompiled code, so here it returns its argument.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"
#: Module that compiles formulas for the forward mode of a few backward passes. torch imports it
#: when a gradient is checked, in half a second, and cannot without TorchScript.
_FORMULAS = "torch._decomp.decompositions_for_jvp"


class NoCompiler(ModuleType):
    """Provides what eager code uses; any other attribute raises an explanation."""

    def graph_break(self, *args: Any, **options: Any) -> None:
        """Do nothing, because nothing is traced."""

    def is_compiling(self) -> bool:
        return False

    def disable(self, function: Any = None, *args: Any, **options: Any) -> Any:
        """Return the function itself, or a decorator if none is given."""
        return function if function is not None else lambda decorated: decorated

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"torch's compiler is not available here ({_NAME}.{name})")


def unchanged(model: Any = None, **options: Any) -> Any:
    """Return the function or module itself, in place of `torch.compile`."""
    return model if model is not None else lambda decorated: decorated


def install(torch: ModuleType) -> None:
    """Install the stand-in where torch looks for its compiler, unless that is already loaded."""
    if _NAME not in sys.modules:
        sys.modules[_NAME] = NoCompiler(_NAME)
        torch._dynamo = sys.modules[_NAME]  # type: ignore[attr-defined,unused-ignore]
        torch.compile = unchanged  # type: ignore[attr-defined,unused-ignore]
    if _FORMULAS not in sys.modules:
        sys.modules[_FORMULAS] = ModuleType(_FORMULAS)
