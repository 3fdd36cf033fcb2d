"""Detect whether a submission consults values that differ between processes.

A submission can be right in one process and wrong in the next if it consults a clock, entropy, its
process id, an address or a hash. The grader then runs it again in new processes. Like everything in
the submission's own process, this is advisory: a submission that hides the signs may still be run
again, because the grader repeats some submissions at random.

All wrappers are installed once, in the zygote, so they cost a child nothing.
"""

from __future__ import annotations

import builtins
import os
import random
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

#: Kinds of values consulted since `begin`.
seen: set[str] = set()

_CLOCKS = (
    "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "process_time", "process_time_ns", "thread_time", "thread_time_ns", "clock_gettime",
    "clock_gettime_ns", "localtime", "gmtime", "ctime", "asctime", "strftime",
)  # fmt: skip
#: Functions, with their kind, that count only when the student's file calls them, because libraries
#: use them too.
_OWN: tuple[tuple[ModuleType, str, str], ...] = (
    (builtins, "id", "address"),
    (builtins, "hash", "hash"),
    (os, "stat", "process"),
    (os, "fstat", "process"),
    (os, "getpid", "process"),
    (os, "times", "clock"),
)
_file = [""]


def begin(filename: str) -> None:
    """Reset what was consulted, and set `filename` as the student's file."""
    seen.clear()
    _file[0] = filename


def install() -> None:
    """Wrap the functions to watch. The worker's own modules imported the originals before."""
    for name in _CLOCKS:
        if hasattr(time, name):
            _wrap(time, name, "clock")
    for module, name, kind in _OWN:
        _wrap_for_students(module, name, kind)
    for name in ("urandom", "getrandom"):
        if hasattr(os, name):
            _wrap(os, name, "entropy")
    # `secrets`, `SystemRandom` and numpy's unseeded generators use it.
    random._urandom = os.urandom  # type: ignore[attr-defined]
    _wrap_seed()
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        _wrap(torch, "seed", "entropy")
        _wrap(torch.random, "seed", "entropy")


def _wrap(module: Any, name: str, kind: str) -> None:
    function = getattr(module, name)

    def noted(_: object, *arguments: Any, **named: Any) -> Any:
        seen.add(kind)
        return function(*arguments, **named)

    setattr(module, name, _callable(noted, function))


def _wrap_for_students(module: Any, name: str, kind: str) -> None:
    function, frame_of = getattr(module, name), sys._getframe

    def noted(_: object, *arguments: Any, **named: Any) -> Any:
        if frame_of(1).f_code.co_filename == _file[0]:
            seen.add(kind)
        return function(*arguments, **named)

    setattr(module, name, _callable(noted, function))


def _wrap_seed() -> None:
    """Wrap `random.Random()` and `random.seed()`, which draw a seed in C."""
    seed = random.Random.seed

    def noted(self: random.Random, a: Any = None, version: int = 2) -> None:
        if a is None:
            seen.add("entropy")
        seed(self, a, version)

    random.Random.seed = noted  # type: ignore[method-assign]
    random.seed = random._inst.seed


def _callable(noted: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Return an object whose call runs `noted`, with no attribute that leads to `function`.

    It is an object because a Python function would become a method as a class attribute
    (`now = time.time`), which a C function does not.
    """
    kind = type(function.__name__, (), {"__call__": noted, "__doc__": function.__doc__})
    return kind()
