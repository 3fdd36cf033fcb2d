"""The layers around a submission, by name, and which of them this machine has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

from ..sandbox.protocol.settings import LAYERS
from .child_kind import FORCED, can_fork, plain_here

#: All layers; a set without some of them exists for tests alone.
ALL_LAYERS = frozenset(LAYERS)


class LayerStatus(NamedTuple):
    """Whether a layer can be applied here; `reason` says why not."""

    name: str
    available: bool
    reason: str = ""
    #: Key of the sentence that says how to get it; the sentences live with the content.
    advice_key: str = ""


def isolation_status() -> list[LayerStatus]:
    """What a child could be locked with on this machine; starts no process."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("fork", why_plain),
        ("pidfd", _pidfd),
        ("rlimits", _rlimits),
        ("no_new_privs", _linux),
        ("landlock", _landlock),
        ("seccomp", _seccomp),
        ("uid", _uid),
    ]
    found = []
    for name, check in checks:
        reason = check()
        found.append(LayerStatus(name, not reason, reason, f"layer.{name}" if reason else ""))
    return found


def why_plain() -> str:
    """Why submissions run in plain children here; empty where they do not."""
    if not can_fork():
        return f"{sys.platform} cannot fork safely"
    return f"{FORCED} is set" if plain_here() else ""


def _pidfd() -> str:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError) as error:
        return getattr(error, "strerror", None) or "this Python has no pidfd_open"
    return ""


def _rlimits() -> str:
    try:
        import resource  # noqa: F401
    except ImportError:
        return f"{sys.platform} has no resource limits"
    return "RLIMIT_AS is not enforced on macOS" if sys.platform == "darwin" else ""


def _linux() -> str:
    return "" if sys.platform == "linux" else f"{sys.platform} has no no_new_privs"


def _landlock() -> str:
    if sys.platform != "linux":  # where the numbers of its system calls mean something else
        return f"{sys.platform} has no Landlock"
    from ..sandbox.layers import landlock

    try:
        landlock.abi()
    except OSError as error:
        return f"the kernel has no Landlock: {error.strerror}"
    return ""


def _seccomp() -> str:
    from ..sandbox.layers import seccomp

    if sys.platform != "linux":
        return f"{sys.platform} has no seccomp"
    try:
        seccomp.program(os.uname().machine)
    except OSError as error:
        return str(error)
    try:
        with open("/proc/sys/kernel/seccomp/actions_avail", encoding="ascii") as file:
            known = file.read().split()
    except OSError:
        return "the kernel has no seccomp filters"
    return "" if "errno" in known else "the kernel's seccomp cannot refuse with an error"


def _uid() -> str:
    """Root gives itself up; anyone else has nothing to give up."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ""
    try:
        effective = capabilities()
    except OSError:
        return "capabilities cannot be read"
    setgid, setuid = 1 << 6, 1 << 7  # linux/capability.h
    missing = ~effective & (setgid | setuid)
    return "root without the capability to change its user" if missing else ""


def capabilities() -> int:
    """This process's effective capabilities, as bits. Raises OSError."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("CapEff"):
                return int(line.split()[1], 16)
    raise OSError(38, "no capabilities")
