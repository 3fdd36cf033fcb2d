"""The files that a GPU's driver needs after its context has been created.

This profile is weaker than the one without a GPU, and every report says so: the driver's devices
can be opened and controlled by ioctl, and there is neither seccomp nor a limit on threads. It is
meant for a student's own code on the student's own machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from . import landlock
from .readable import READ, entries

_DEVICE = landlock.READ_FILE | landlock.WRITE_FILE | landlock.IOCTL_DEV
_DESCRIPTIONS = ("/proc/driver/nvidia", "/sys/devices/system/cpu", "/sys/devices/system/node")
#: Prefixes of libraries that are opened by the first operator that needs them, not by the context.
_LIBRARIES = ("libcu", "libnv")
_LIBRARY_FOLDERS = (
    os.path.join(sys.base_prefix, "lib"),
    "/usr/lib/wsl/lib",
    "/usr/lib64",
    f"/usr/lib/{os.uname().machine}-linux-gnu" if hasattr(os, "uname") else "/usr/lib",
)


def rules() -> Iterator[tuple[str, int]]:
    """Yield the Landlock rules (path, rights) that a GPU needs in addition."""
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
