"""Detect whether a submission consults values that differ between processes.

A submission can be right in one process and wrong in the next if it consults a clock, entropy, its
process id, an address or a hash. The grader then runs it again in new processes. Like everything in
the submission's own process, this is advisory: a submission that hides the signs may still be run
again, because the grader repeats some submissions at random.

In the sandbox most other ways to such values are closed: the system calls for random numbers and
resources are refused, and the clocks stand still for code that does not use Python's functions (see
`clocks`), so OpenSSL, SQLite or numpy's `datetime64("now")` tell nothing. Random numbers come from
a pool that a child draws before it is locked.

All wrappers are installed once, in the zygote, so they cost a child nothing.
"""

from __future__ import annotations

import builtins
import os
import random
import sys
import time
from collections.abc import Callable
from types import BuiltinFunctionType, ModuleType
from typing import Any

from .layers import clocks

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
    (os, "fstat", "process"),
)
#: Functions whose values are kept, because the system calls return 0 in a locked child. `getppid`
#: is none: all children of a zygote have the same parent, so only other zygotes would reveal luck.
_KEPT = ("getpid", "getuid", "geteuid", "getgid", "getegid")
#: Functions of `os` about this process, the machine or files. Any caller counts, because `os.path`
#: and other modules call them for the student.
_OF_OS = (
    "stat", "lstat", "scandir", "readlink", "access", "getlogin", "getloadavg", "sysconf", "times",
    "sched_getaffinity", "get_terminal_size", "ttyname",
)  # fmt: skip
_urandom = os.urandom
_kept_functions = {name: getattr(os, name) for name in _KEPT if hasattr(os, name)}
_kept: dict[str, int] = {}
_file = [""]
_SEED_BYTES = 32
#: The seed of this process's random numbers, or the generator once it is used.
_pool: list[Any] = []


def keep() -> None:
    """Draw the pool of random numbers, and note who this process is, before a child is locked.

    Its number is drawn, because the processes in which a submission is asked have almost the same.
    """
    _pool[:] = [_urandom(_SEED_BYTES)]
    for name, function in _kept_functions.items():
        _kept[name] = function()
    _kept["getpid"] = 2 + int.from_bytes(_urandom(2), "little") % 32766


def begin(filename: str) -> None:
    """Reset what was consulted, and set `filename` as the student's file."""
    if not _pool:  # in the rehearsal, and without a sandbox
        _pool[:] = [_urandom(_SEED_BYTES)]
    seen.clear()
    _file[0] = filename


def install() -> None:
    """Wrap the functions to watch. The worker's own modules imported the originals before."""
    replaced: dict[int, Any] = {}
    for name in _CLOCKS:
        if hasattr(time, name):
            original = getattr(time, name)
            replaced[id(original)] = _wrap(time, name, "clock", clocks.READERS.get(name))
    setattr(time, "sleep", clocks.sleep)  # noqa: B010  (its type is another)
    for module, name, kind in _OWN:
        _wrap_for_students(module, name, kind)
    for name in _OF_OS:
        if hasattr(os, name):
            _wrap(os, name, "process")
    for name in _kept_functions:
        _wrap(os, name, "process", _keeping(name))
    for name in ("urandom", "getrandom"):
        if hasattr(os, name):
            original = getattr(os, name)
            replaced[id(original)] = _wrap(os, name, "entropy", _from_pool)
    _rebind(replaced)
    # `secrets`, `SystemRandom` and numpy's unseeded generators use it.
    random._urandom = os.urandom  # type: ignore[attr-defined]
    _wrap_seed()
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        _wrap(torch, "seed", "entropy")
        _wrap(torch.random, "seed", "entropy")


def _from_pool(size: int, flags: int = 0) -> bytes:
    """Return random bytes, in place of `os.urandom` and `os.getrandom`."""
    if type(_pool[0]) is bytes:
        _pool[0] = random.Random(_pool[0])
    drawn: bytes = _pool[0].randbytes(size)
    return drawn


def _keeping(name: str) -> Callable[[], int]:
    return lambda: _kept[name] if _kept else _kept_functions[name]()


def _rebind(replaced: dict[int, Any]) -> None:
    """Replace functions in modules that imported them by name, such as `queue`, but not in ours."""
    ours = __name__.partition(".")[0]
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == ours or not isinstance(module, ModuleType):
            continue
        if module_name in ("time", "posix", "nt"):
            continue
        for name, item in list(vars(module).items()):
            if type(item) is BuiltinFunctionType and id(item) in replaced:
                setattr(module, name, replaced[id(item)])


def _wrap(module: Any, name: str, kind: str, function: Any = None) -> Any:
    """Wrap a function, or what goes in its place, and return the wrapper."""
    original = getattr(module, name)
    function = function or original

    def noted(_: object, *arguments: Any, **named: Any) -> Any:
        seen.add(kind)
        return function(*arguments, **named)

    wrapper = _callable(noted, original)
    setattr(module, name, wrapper)
    return wrapper


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
            a = int.from_bytes(_from_pool(_SEED_BYTES), "little")
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
