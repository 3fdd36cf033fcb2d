"""Wrap a zygote in bubblewrap, a second barrier that contains only Python and the libraries.

Landlock and seccomp restrict a process from within; namespaces restrict it from outside: no
network, no other processes, and only those files that a worker imports. The answers are not
among them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from glob import glob

from ..errors import CannotWrap
from ..sandbox import __file__ as _sandbox_init
from ..sandbox.layers.readable import linked_objects, named_packages, stdlib_folders
from .isolation import capabilities
from .worker_paths import library_path

#: Programs and libraries of the system; some do not exist on every system.
_SYSTEM = (
    *("/usr", "/bin", "/lib", "/lib32", "/lib64", "/nix", "/opt/conda"),
    "/etc/ld.so.cache",
    "/etc/alternatives",  # Debian's link to the selected BLAS
)
#: User id inside the wrapper, which is not root even if the grader runs as root.
_USER = "65534"
_SECONDS = 20.0


def try_wrap(device: str) -> None:
    """Raise CannotWrap if workers for `device` cannot be wrapped here."""
    if device != "cpu":
        raise CannotWrap("device", device)
    command = [*wrapping(("numpy",)), sys.executable, "-I", "-S", "-c", "import os"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise CannotWrap("fails", "timeout") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CannotWrap("fails", said[-1][:300] if said else f"exit {done.returncode}")


def wrapping(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command prefix that wraps a worker. Raises CannotWrap without bubblewrap."""
    program = shutil.which("bwrap")
    if program is None:
        raise CannotWrap("missing")
    words = [program, *_namespaces(), "--die-with-parent", "--new-session"]
    for path in _SYSTEM:
        words += ["--ro-bind-try", path, path]
    words += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    for path in _python():
        words += ["--ro-bind-try", path, path]
    folders = library_path(libraries)
    for folder in dict.fromkeys((*_others_packages(), *folders)):
        words += ["--tmpfs", folder]
    shown = (*named_packages(libraries, folders), _program())
    for path in shown:
        words += ["--ro-bind", path, path]
    for path in linked_objects(libraries, folders):
        if not os.path.normpath(path).startswith((*shown, *_SYSTEM)):
            words += ["--ro-bind-try", path, path]
    # The kernel's own /proc stays as it is: a worker covers it, where it may.
    for folder in ("/dev", "/tmp"):
        words += ["--remount-ro", folder]
    return (*words, "--chdir", "/", "--")


def _namespaces() -> list[str]:
    """Return options for all namespaces; root keeps its users, to give each child a new one."""
    needed = 1 << 6 | 1 << 7 | 1 << 21  # setgid, setuid, sys_admin: linux/capability.h
    if os.geteuid() == 0 and capabilities() & needed == needed:
        return [f"--unshare-{name}" for name in ("ipc", "pid", "net", "uts", "cgroup-try")]
    return ["--unshare-all", "--uid", _USER, "--gid", _USER, "--cap-drop", "ALL"]


def _python() -> Iterator[str]:
    """Return the interpreter, the files that locate its library, and that library."""
    yield from dict.fromkeys((sys.base_prefix, os.path.realpath(sys.base_prefix)))
    if sys.prefix != sys.base_prefix:
        yield os.path.dirname(sys.executable)
        yield os.path.join(sys.prefix, "pyvenv.cfg")
    yield os.path.dirname(os.path.realpath(sys.executable))
    yield from stdlib_folders()


def _others_packages() -> Iterator[str]:
    """Return package folders within the visible paths, one of which may contain the answers."""
    for prefix in dict.fromkeys(("/usr", "/usr/local", os.path.realpath(sys.base_prefix))):
        for lib in ("lib", "lib32", "lib64"):
            if not os.path.islink(os.path.join(prefix, lib)):
                yield from sorted(glob(f"{prefix}/{lib}/python*/*-packages"))


def _program() -> str:
    assert _sandbox_init is not None
    return os.path.dirname(os.path.abspath(_sandbox_init))
