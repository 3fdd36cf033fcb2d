"""A stand-in for torch's compiler, which nothing here compiles with.

`Optimizer.step` imports `torch._dynamo` to tell the compiler where not to look. That import
takes a second and 60 MB, and cannot be done in a locked child, for it wants a folder for
temporary files. What eager code asks of it is nothing at all, and `torch.compile` promises
the same results as not compiling: here it returns its argument.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"


class NoCompiler(ModuleType):
    """Answers what eager code asks, and says what it is when asked for more."""

    def graph_break(self, *args: Any, **options: Any) -> None:
        """Nothing is traced, so there is nothing to break."""

    def is_compiling(self) -> bool:
        return False

    def disable(self, function: Any = None, *args: Any, **options: Any) -> Any:
        """The function itself; a decorator without one."""
        return function if function is not None else lambda decorated: decorated

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"torch's compiler is not available here ({_NAME}.{name})")


def unchanged(model: Any = None, **options: Any) -> Any:
    """`torch.compile` without a compiler: the function or module itself."""
    return model if model is not None else lambda decorated: decorated


def install(torch: ModuleType) -> None:
    """Put the stand-in where torch looks, unless the compiler is loaded already."""
    if _NAME not in sys.modules:
        sys.modules[_NAME] = NoCompiler(_NAME)
        torch._dynamo = sys.modules[_NAME]  # type: ignore[attr-defined,unused-ignore]
        torch.compile = unchanged  # type: ignore[attr-defined,unused-ignore]
