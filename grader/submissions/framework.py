"""Determine which array library a source uses."""

from __future__ import annotations

import re

from ..sandbox.source.scan import code_lines

#: An import statement in a line without strings, and the module that it names.
_IMPORT = re.compile(r"(?:^|[;:])[ \t\f]*(?:from[ \t\f]+([\w.]+)|import[ \t\f]([^;]*))")
_TORCH = re.compile(r"[ \t\f(]*torch(?!\w)")


def framework_of(source: str) -> str:
    """Return "torch" if a statement of `source` imports torch, else "numpy".

    Takes time linear in the source's length; strings and comments are ignored.
    """
    if "torch" not in source:
        return "numpy"
    return "torch" if any(map(_imports_torch, code_lines(source))) else "numpy"


def _imports_torch(code: str) -> bool:
    """Return whether a line imports torch or a part of it; `code` has no strings."""
    if "torch" not in code:
        return False
    for module, names in _IMPORT.findall(code):
        if _TORCH.match(module) or any(map(_TORCH.match, names.split(","))):
            return True
    return False
