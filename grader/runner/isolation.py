"""Name the layers around a submission, and determine which of them this machine has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ..errors import GraderFault, UsageError
from ..sandbox.protocol.settings import LAYERS
from .child_kind import FORCED, can_fork, plain_here

#: All layers; only tests use a smaller set.
ALL_LAYERS = frozenset(LAYERS)


class LayerStatus(NamedTuple):
    """Whether a layer can be applied on this machine; `reason` says why not."""

    name: str
    available: bool
    reason: str = ""
    #: Key of the sentence that says how to enable the layer; the sentences are part of the content.
    advice_key: str = ""


#: Seconds to wait for the process that tries the filter.
PROBE_SECONDS = 20.0


def isolation_status() -> list[LayerStatus]:
    """Return the layers available to lock a child, after trying the filter in a process."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("fork", why_plain),
        ("pidfd", _pidfd),
        ("rlimits", _rlimits),
        ("no_new_privs", _linux),
        ("landlock", _landlock),
        ("seccomp", _seccomp),
        ("uid", _uid),
    ]
    return [_status(name, check()) for name, check in checks]


def machine_status() -> list[LayerStatus]:
    """Return the same status, plus requirements that are not layers and may have substitutes."""
    others = [("mounts", _mounts()), ("files", _files()), ("memfd", _memfd())]
    return [*isolation_status(), *(_status(name, reason) for name, reason in others)]


def check_files() -> None:
    """Raise UsageError, with the way out, if this process may open too few files."""
    if _files():
        from .process import OPEN_FILES, open_files

        raise UsageError("doctor", "few_files", limit=open_files(), least=OPEN_FILES)


def _status(name: str, reason: str) -> LayerStatus:
    return LayerStatus(name, not reason, reason, f"layer.{name}" if reason else "")


def _files() -> str:
    """Raise the limit of open files as far as possible; return why it is too low, if it is."""
    if why_plain():  # a plain child needs none of these layers
        return ""
    from .process import OPEN_FILES, open_files

    limit = open_files()
    if limit >= OPEN_FILES:
        return ""
    return f"{limit} open files are allowed (ulimit -n), {OPEN_FILES} are needed"


def _memfd() -> str:
    if why_plain():
        return ""
    if not hasattr(os, "memfd_create"):
        return "this Python has no memfd_create"
    try:
        os.close(os.memfd_create("learncnn-probe"))
    except OSError as error:
        return f"the kernel refuses memfd_create: {error.strerror}"
    return ""


def _mounts() -> str:
    if why_plain() or sys.platform != "linux":
        return ""
    _, reason = _tried()
    return f"a process cannot have mounts of its own: {reason}" if reason else ""


def why_plain() -> str:
    """Return why submissions run in plain children; empty if they do not."""
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
    if sys.platform != "linux":  # another system, whose system calls have other numbers
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
    reason, _ = _tried()
    return f"the filter cannot be installed: {reason}" if reason else ""


@cache
def _tried() -> tuple[str, str]:
    """Return why the filter, and the view of the file system, have no effect in a process.

    Both are empty if they have. Nothing is known if that process is killed before it can report,
    or takes too long; then the children report their own layers.
    """
    import _socket

    from .process import end, launch

    ours, theirs = _socket.socketpair()
    pid = 0
    try:
        pid = launch("probe", "cpu", theirs.fileno())
        theirs.close()
        ours.settimeout(PROBE_SECONDS)
        said = ours.recv(4096)
    except TimeoutError:
        return "", ""
    except (OSError, GraderFault) as error:
        return str(error), ""
    finally:
        ours.close()
        theirs.close()
        if pid:
            end(pid)
    no_filter, _, no_mounts = said.decode("utf-8", "replace").partition("\n")
    return no_filter.strip(), no_mounts.strip()


def _uid() -> str:
    """Return why a child cannot change its user; empty if it can or, without root, need not."""
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
    """Return this process's effective capabilities, as bits. Raises OSError."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("CapEff"):
                return int(line.split()[1], 16)
    raise OSError(38, "no capabilities")
