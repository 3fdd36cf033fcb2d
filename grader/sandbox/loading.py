"""Create a module from a submission's text, without a file."""

from __future__ import annotations

import linecache
import os
import sys
from types import CodeType, ModuleType
from typing import Any

from .protocol.messages import NAME_LENGTH, NAMES
from .source.absent import Absent
from .source.stand_ins import Shown

DRIVER_FILE = "<driver>"


def compiled(source: str, filename: str) -> CodeType:
    """Return the code of a source. Raises what the compiler raises."""
    register(source, filename)
    return compile(source, filename, "exec", dont_inherit=True)


def register(source: str, filename: str) -> None:
    """Register the lines of a source, so that a traceback shows the student's own text."""
    lines = source.splitlines(keepends=True)
    # Without a modification time, linecache never looks for the file.
    linecache.cache[filename] = (len(source), None, lines, filename)


def module(name: str, filename: str) -> ModuleType:
    """Return an empty module, registered so that dataclasses, pickle and inspect find it."""
    created = ModuleType(name)
    created.__file__ = filename
    sys.modules[name] = created
    return created


def module_name(filename: str) -> str:
    """Return the file's stem, or another name if the stem would hide a module (`json.py`)."""
    stem = os.path.splitext(os.path.basename(filename))[0] or "submission"
    taken = stem in sys.modules or stem in sys.stdlib_module_names or stem == "__main__"
    return f"submission_{stem}" if taken else stem


def callables(created: ModuleType) -> tuple[str, ...]:
    """Return the names of callables in the module, its own definitions first, at most 64."""
    own: list[str] = []
    others: list[str] = []
    for name, item in list(vars(created).items()):
        if type(name) is not str or name.startswith("_"):
            continue
        if len(name.encode("utf-8", "replace")) > NAME_LENGTH:
            continue
        if not callable(item) or isinstance(item, (Absent, Shown)):
            continue
        try:
            here = item.__module__ == created.__name__
        except Exception:  # an object whose attribute access raises
            here = False
        (own if here else others).append(name)
    return tuple((own + others)[:NAMES])


def driver(source: str) -> dict[str, Any]:
    """Run the exercise's driver, which is trusted, and return its namespace."""
    if not source:
        return {}
    created = module("learncnn_driver", DRIVER_FILE)
    exec(compiled(source, DRIVER_FILE), vars(created))
    return vars(created)
