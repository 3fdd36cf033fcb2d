"""Resource limits of a child: memory, processor time, files, processes."""

from __future__ import annotations

import os

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: Lazy imports open a handful of files; a leak should fail soon.
OPEN_FILES = 64


def used(*, data: bool = False) -> int:
    """Bytes of address space (or of data) this process has now; 0 where it cannot be told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            fields = file.read().split()
    except OSError:
        return 0
    return int(fields[5 if data else 0]) * os.sysconf("SC_PAGE_SIZE")


def processor(seconds: int) -> float:
    """The limit of processor time, in seconds, that a child asking for `seconds` will have."""
    if resource is None:
        return float("inf")
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    return seconds if hard == resource.RLIM_INFINITY else min(seconds, hard)


def apply(memory: int, file_bytes: int, cpu_seconds: int, *, gpu: bool) -> None:
    """Set the limits, which cannot be raised again. Raises OSError.

    `memory` counts what the process has already.

    A GPU's driver reserves far more addresses than it uses and starts threads, so there
    RLIMIT_DATA stands in for RLIMIT_AS and threads are not limited.
    """
    if resource is None:
        raise OSError(38, "no resource limits on this platform")
    wanted = {
        resource.RLIMIT_DATA if gpu else resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
    }
    if not gpu:
        wanted[resource.RLIMIT_NOFILE] = OPEN_FILES
        wanted[resource.RLIMIT_NPROC] = 0
        wanted[resource.RLIMIT_MEMLOCK] = 0
    failed = []
    for limit, value in wanted.items():
        _, hard = resource.getrlimit(limit)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        # Of processor time the kernel gives notice, by SIGXCPU, if there is a second left to kill
        # in; a SIGKILL might be anyone's.
        last = value + 1 if limit == resource.RLIMIT_CPU else value
        if hard != resource.RLIM_INFINITY:
            last = min(last, hard)
        try:
            resource.setrlimit(limit, (value, last))
        except (OSError, ValueError) as error:  # macOS refuses some
            failed.append(str(error))
    if failed:
        raise OSError(22, failed[0])
