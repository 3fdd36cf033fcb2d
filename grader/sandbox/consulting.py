"""Notice whether a submission consults what differs from process to process.

A submission that is right in one process and wrong in the next decides by a clock, by entropy, by
the number of its process, or by an address or a hash. The grader then asks it again in processes
of their own. Advisory, like all that is done in the submission's own process: a sign that is kept
from the grader leaves the lot by which it asks some submissions again.

Everything is put in place in the zygote, once: a child pays nothing for it.
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

#: What was consulted since `begin`.
seen: set[str] = set()

_CLOCKS = (
    "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "process_time", "process_time_ns", "thread_time", "thread_time_ns", "clock_gettime",
    "clock_gettime_ns", "localtime", "gmtime", "ctime", "asctime", "strftime",
)  # fmt: skip
#: Functions that only a call from the student's own file makes suspicious, by kind: libraries use
#: them for purposes of their own.
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
    """Forget what was consulted; `filename` is the student's file from now on."""
    seen.clear()
    _file[0] = filename


def install() -> None:
    """Wrap what can be consulted. The worker's own modules have taken what they need before."""
    for name in _CLOCKS:
        if hasattr(time, name):
            _wrap(time, name, "clock")
    for module, name, kind in _OWN:
        _wrap_for_students(module, name, kind)
    for name in ("urandom", "getrandom"):
        if hasattr(os, name):
            _wrap(os, name, "entropy")
    # `secrets`, `SystemRandom` and numpy's unseeded generators draw from it.
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
    """`random.Random()` and `random.seed()` draw a seed by themselves, in C."""
    seed = random.Random.seed

    def noted(self: random.Random, a: Any = None, version: int = 2) -> None:
        if a is None:
            seen.add("entropy")
        seed(self, a, version)

    random.Random.seed = noted  # type: ignore[method-assign]
    random.seed = random._inst.seed


def _callable(noted: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Return an object that is called by `noted`, with no attribute that leads to `function`.

    An object, for it must not become a method where a class takes it (`now = time.time`), as a
    Python function would and one of C does not.
    """
    kind = type(function.__name__, (), {"__call__": noted, "__doc__": function.__doc__})
    return kind()
