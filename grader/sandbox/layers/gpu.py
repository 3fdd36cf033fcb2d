"""What a GPU's driver needs of the file system once its context is there.

A weaker profile than the one without a GPU, and called so in every report: the driver's devices
can be opened and told what to do, and there is neither seccomp nor a limit on threads. It is for
a student's own code on a student's own machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from . import landlock
from .readable import READ, entries

_DEVICE = landlock.READ_FILE | landlock.WRITE_FILE | landlock.IOCTL_DEV
_DESCRIPTIONS = ("/proc/driver/nvidia", "/sys/devices/system/cpu", "/sys/devices/system/node")
#: Libraries are opened when the first operator needs them, long after the context is made.
_LIBRARIES = ("libcu", "libnv")
_LIBRARY_FOLDERS = (
    os.path.join(sys.base_prefix, "lib"),
    "/usr/lib/wsl/lib",
    "/usr/lib64",
    f"/usr/lib/{os.uname().machine}-linux-gnu" if hasattr(os, "uname") else "/usr/lib",
)


def rules() -> Iterator[tuple[str, int]]:
    """Landlock rules (path, rights) beside those of the libraries."""
    for name in entries("/dev"):
        if name.startswith("nvidia") or name == "dxg":
            path = os.path.join("/dev", name)
            yield path, READ if os.path.isdir(path) else _DEVICE
    for path in _DESCRIPTIONS:
        yield path, READ
    for folder in _LIBRARY_FOLDERS:
        for name in entries(folder):
            if name.startswith(_LIBRARIES):
                yield os.path.join(folder, name), READ
