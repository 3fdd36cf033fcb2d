"""Pass large inputs to a child in an anonymous file instead of through its socket.

The file is created before the child, because a child cannot receive descriptors later; the child
can only read it. The grader fills and seals it once the source is loaded, and the child closes it
before the first call. Neither the child nor the grader can then change the mapped bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from .job import Limits

#: Minimum size, in bytes, because for smaller inputs the socket is as fast.
_BYTES = 1 << 20


def are_large(frames: Sequence[bytes], limits: Limits) -> bool:
    """Return whether frames are large enough for a file, which counts toward the child's memory."""
    return _BYTES <= sum(map(len, frames)) <= limits.memory_mb << 19


def fill(file: int, frames: Sequence[bytes | memoryview]) -> int:
    """Write frames to an empty file and seal it, and return its size. Raises OSError."""
    size = 0
    for frame in frames:
        rest = memoryview(frame)
        while rest:
            written = os.write(file, rest)
            size, rest = size + written, rest[written:]
    import fcntl  # fcntl does not exist on every system that imports this module

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
    return size
