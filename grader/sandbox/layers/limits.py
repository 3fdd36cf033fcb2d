"""Resource limits of a child: memory, processor time, files, processes."""

from __future__ import annotations

import os

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: Maximum number of open files: enough for lazy imports, few enough that a leak fails soon.
OPEN_FILES = 64


def used(*, data: bool = False) -> int:
    """Return the bytes of address space (or of data) this process has now, 0 if unknown."""
    try:
        with open("/proc/self/statm", "rb") as file:
            fields = file.read().split()
    except OSError:
        return 0
    return int(fields[5 if data else 0]) * os.sysconf("SC_PAGE_SIZE")


def processor(seconds: int) -> float:
    """Return the limit of processor time, in seconds, that a child asking for `seconds` gets."""
    if resource is None:
        return float("inf")
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    return seconds if hard == resource.RLIM_INFINITY else min(seconds, hard)


def planned(
    memory: int, file_bytes: int, cpu_seconds: int, *, gpu: bool
) -> tuple[tuple[int, tuple[int, int]], ...]:
    """Return the limits that a child sets, each with its soft and hard value.

    `memory`, in bytes, includes what the process has already.

    A GPU's driver reserves far more addresses than it uses and starts threads. So with a GPU,
    RLIMIT_DATA is set instead of RLIMIT_AS, and threads are not limited.
    """
    if resource is None:
        return ()
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
    found = []
    for limit, value in wanted.items():
        _, hard = resource.getrlimit(limit)
        # With a hard limit one second above, the kernel sends SIGXCPU, which names the cause,
        # before SIGKILL, which might come from anyone.
        last = value + 1 if limit == resource.RLIMIT_CPU else value
        if hard != resource.RLIM_INFINITY:
            value, last = min(value, hard), min(last, hard)
        found.append((limit, (value, last)))
    return tuple(found)


def apply(planned: tuple[tuple[int, tuple[int, int]], ...]) -> None:
    """Set limits, which cannot be raised again. Raises OSError."""
    if resource is None:
        raise OSError(38, "no resource limits on this platform")
    failed = []
    for limit, values in planned:
        try:
            resource.setrlimit(limit, values)
        except (OSError, ValueError) as error:  # macOS refuses some
            failed.append(str(error))
    if failed:
        raise OSError(22, failed[0])
