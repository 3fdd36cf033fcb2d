"""Confine the gateway: it may read Python and dask, connect to one port, and write nothing.

A machine that was taken over can run code in every process that uses dask with it, because
messages are pickles. The gateway is that process, so it has no access to anything valuable: no
gradebook, no seed, no solutions, no exercises. The layers come from `sandbox/layers/`.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from ..sandbox.layers import landlock, libc, privileges, readable

#: Read by psutil when dask is imported.
_SYSTEM_FILES = ("/proc/meminfo", "/proc/stat", "/proc/cpuinfo")
_REQUIREMENT = re.compile(r"[\w.-]+")


def confine(port: int) -> list[str]:
    """Lock this process, which has one thread, and return texts on what could not be locked.

    `port` is the only port that TCP may connect to. Afterwards only `distributed`, its
    requirements and the standard library can be imported.
    """
    packages = required_packages("distributed")
    folders = tuple(p for p in sys.path if os.path.isdir(p) and not _is_standard(p))
    rules = [*readable.rules(packages, folders)]
    rules += [(path, landlock.READ_FILE) for path in _SYSTEM_FILES]
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if os.geteuid() == 0:
        if readable.reachable(folders):
            privileges.drop_root(keep_reading=False)
        else:
            privileges.drop_capabilities()
    # After the change of user, which resets it.
    libc.prctl(libc.PR_SET_PDEATHSIG, int(signal.SIGKILL))
    _import_only(packages, folders)
    try:
        version = landlock.abi()
        ruleset = landlock.build(rules, [port])
    except OSError as error:
        return [f"no Landlock ({error.strerror}): files of its user can be read and written"]
    landlock.restrict(ruleset)
    os.close(ruleset)
    if version < landlock.NET_ABI:
        return [f"Landlock {version} does not restrict TCP: it may connect to any address"]
    return []


def required_packages(name: str) -> tuple[str, ...]:
    """Return the top-level names of a distribution and of all that it requires."""
    found: dict[str, set[str]] = {}
    waiting = [name]
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # required only on other systems or Pythons
            continue
        found[name] = set(_top_names(distribution))
        for requirement in distribution.requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and "extra ==" not in requirement:
                waiting.append(match.group())
    return tuple(sorted(set().union(*found.values())))


def _top_names(distribution: metadata.Distribution) -> Iterator[str]:
    for file in distribution.files or ():
        top = file.parts[0]
        if top not in ("..", "__pycache__") and not top.endswith((".dist-info", ".data")):
            yield top.partition(".")[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_standard(folder: str) -> bool:
    standard = [os.path.realpath(path) for path in readable.stdlib_folders()]
    return os.path.realpath(folder) in (*standard, *(f"{path}/lib-dynload" for path in standard))


def _import_only(packages: Sequence[str], folders: Sequence[str]) -> None:
    """Hide all other packages, as if they were not installed, because they cannot be read."""

    class Finder:
        @staticmethod
        def find_spec(
            name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            if path is None and name in packages:
                return PathFinder.find_spec(name, list(folders), target)
            return None

    sys.path[:] = [path for path in sys.path if path not in folders and path]
    sys.meta_path.append(Finder)
