"""Lock a child down, layer by layer, and record which layers are in force.

The order matters: descriptors first, the user before what a change of user resets (parent-death
signal, dumpable), no_new_privs before Landlock and seccomp, seccomp last.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import consulting
from ..protocol.settings import WorkerSettings
from . import clocks, fds, landlock, libc, limits, mounts, privileges, seccomp
from .held import Held
from .readable import reachable

#: Listed among the layers in force, so that every report shows whether a GPU was used.
GPU_PROFILE = "gpu-profile"
NO_SECCOMP = "not with a GPU: its driver needs system calls that the list does not have"
NO_FDS = "not with a GPU: its driver's descriptors stay open"


@dataclass
class Prepared:
    """What every child needs and is made only once, before the first one."""

    ruleset: int = -1
    no_landlock: str = ""
    landlock_name: str = ""
    filter: seccomp.Filter | None = None
    no_seccomp: str = ""
    #: Whether this process has its own, read-only view of the file system.
    mounts: bool = False
    #: Resource limits of a child, as `limits.planned` returns them.
    limits: tuple[tuple[int, tuple[int, int]], ...] = ()
    readable: bool = True


def prepare(settings: WorkerSettings, rules: Sequence[tuple[str, int]]) -> Prepared:
    """Build the Landlock ruleset and the seccomp filter; a failure is recorded as a reason.

    The environment is cleared here, after the libraries have read their variables.
    """
    prepared = Prepared()
    if "environ" in settings.layers:
        os.environ.clear()
    if "landlock" in settings.layers:
        try:
            prepared.landlock_name = f"landlock{landlock.abi()}"
            prepared.ruleset = landlock.build(rules)
        except OSError as error:
            prepared.no_landlock = f"the kernel has no Landlock: {error.strerror}"
    if settings.gpu:
        prepared.no_seccomp = NO_SECCOMP
    else:
        try:
            machine = _machine()
            key = _clocks_key() if "seccomp" in settings.layers else 0
            prepared.filter = seccomp.Filter(machine, trace=settings.trace, key=key)
            if settings.trace:
                from . import syscall_trace

                syscall_trace.listen(machine)
        except OSError as error:
            prepared.no_seccomp = str(error)
    memory = limits.used(data=settings.gpu) + (settings.memory_mb << 20)
    prepared.limits = limits.planned(
        memory, settings.stdout_bytes, settings.cpu_seconds, gpu=settings.gpu
    )
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        prepared.readable = reachable(settings.path)
    if "mounts" in settings.layers and not settings.gpu:
        try:
            mounts.enter()
        except OSError:  # `doctor` gives the reason; not a missing layer, see security.md
            return prepared
        prepared.mounts = True
    return prepared


def _clocks_key() -> int:
    """Stop the clocks of children; return the key to read them, 0 if they go on."""
    try:
        return clocks.stop()
    except OSError:
        return 0


def lock(settings: WorkerSettings, prepared: Prepared, given: fds.Given, parent: int) -> Held:
    """Apply every layer of `settings`; end the process if its parent has already died."""
    held = Held()
    on = frozenset(settings.layers)
    ruleset = _arrange(held, settings, prepared, given)
    _note(held, "environ", on, lambda: None)
    if prepared.mounts:
        held.in_force.append("mounts")
    elif "mounts" not in on:
        held.missing.append(("mounts", "switched off"))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        sealed = ruleset >= 0 and "seccomp" in on and prepared.filter is not None
        keep = not prepared.readable and sealed and "no_new_privs" in on
        _note(held, "uid", on, lambda: privileges.drop_root(keep_reading=keep))
    _note(held, "rlimits", on, lambda: limits.apply(prepared.limits))
    _note(held, "no_new_privs", on, lambda: libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1))
    _note(held, "dumpable", on, lambda: libc.prctl(libc.PR_SET_DUMPABLE, 0))
    if parent:
        kill = int(signal.SIGKILL)
        _note(held, "pdeathsig", on, lambda: libc.prctl(libc.PR_SET_PDEATHSIG, kill))
        if os.getppid() != parent:  # it died before the signal was requested
            os._exit(0)
    else:
        held.missing.append(("pdeathsig", "the grader runs in a thread"))
    _landlock(held, on, prepared, ruleset)
    if settings.warm == "full":  # when a class is graded
        clocks.shift()
    consulting.keep()  # the filter refuses both, and the process has its final user
    _note(held, "seccomp", on, lambda: _seccomp(prepared))
    if "gate" in on:
        held.in_force.append("gate")
    else:
        held.missing.append(("gate", "switched off"))
    return held


def _arrange(held: Held, settings: WorkerSettings, prepared: Prepared, given: fds.Given) -> int:
    """Move the descriptors to their final numbers, and return the ruleset's.

    With a GPU the others stay open, because those of its driver have unknown numbers. There are
    no further ones, because `fds.close_inherited` closed all that were inherited.
    """
    on = frozenset(settings.layers)
    if settings.gpu:
        held.in_force.append(GPU_PROFILE)
        held.missing.append(("fds", NO_FDS))
        fds.arrange(given, -1, close_rest=False)
        return prepared.ruleset
    _note(held, "fds", on, lambda: None)
    return fds.arrange(given, prepared.ruleset, close_rest="fds" in on)


def _landlock(held: Held, on: frozenset[str], prepared: Prepared, ruleset: int) -> None:
    before = len(held.in_force)

    def restrict() -> None:
        if ruleset < 0:
            raise OSError(38, prepared.no_landlock)
        landlock.restrict(ruleset)

    _note(held, "landlock", on, restrict)
    if len(held.in_force) > before:
        held.in_force[-1] = prepared.landlock_name
    if ruleset >= 0:
        os.close(ruleset)


def _seccomp(prepared: Prepared) -> None:
    if prepared.filter is None:
        raise OSError(38, prepared.no_seccomp)
    prepared.filter.install()


def _note(held: Held, layer: str, on: frozenset[str], apply: Callable[[], object]) -> None:
    if layer not in on:
        held.missing.append((layer, "switched off"))
        return
    try:
        apply()
    except (OSError, ValueError, AttributeError) as error:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        held.missing.append((layer, text))
    else:
        held.in_force.append(layer)


def _machine() -> str:
    if not hasattr(os, "uname"):
        raise seccomp.Unsupported("no seccomp on this platform")
    system = os.uname()
    if system.sysname != "Linux":
        raise seccomp.Unsupported(f"no seccomp on {system.sysname}")
    return system.machine
