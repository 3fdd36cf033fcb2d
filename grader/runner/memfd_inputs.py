"""Large inputs go to a child in a nameless file instead of through its socket.

The file is made before the child, which can be given nothing later and can only read it. It is
filled and sealed once the source is loaded, and shut by the child before the first call. What the
child has mapped it can change as little as the grader.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from .job import Limits

#: Below it the socket is as fast.
_BYTES = 1 << 20


def are_large(frames: Sequence[bytes], limits: Limits) -> bool:
    """Whether frames are worth a file; it counts to the child's memory as long as that lives."""
    return _BYTES <= sum(map(len, frames)) <= limits.memory_mb << 19


def fill(file: int, frames: Sequence[bytes | memoryview]) -> int:
    """Write frames to an empty file and seal it, and return its size. Raises OSError."""
    size = 0
    for frame in frames:
        rest = memoryview(frame)
        while rest:
            written = os.write(file, rest)
            size, rest = size + written, rest[written:]
    import fcntl  # not on every system that imports this

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
    return size
